import { coreRoleNamed } from './core-role.ts';
import { fixedByFilter } from './described-value.ts';
import { type Findings, noFindings, type Tolerated, tolerate } from './oddity.ts';
import { parseValueFilter } from './parse-filter.ts';
import { type PathSyntax, readPathSyntax } from './path-syntax.ts';
import { resolveName, type Target, type Unresolved, unknownAttribute } from './resolve-name.ts';
import { type Attribute, attributeNamed, type ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';

/** What the server alone sets (RFC 7643 §3.1, §4.1.2); clients send it back, and it means nothing. */
const SERVER_SET = new Set(['id', 'meta', 'schemas', 'groups']);

const readOnly: Unresolved = Object.freeze({
  kind: 'unresolved',
  reason: 'read-only',
  error: Object.freeze({ code: 'mutability', detail: 'The attribute is set by the server alone.' }),
});

interface Resolved {
  readonly target: Target;
  readonly tolerated: readonly Tolerated[];
}

/** How many paths of a type are remembered: several times the names that there are, for the cases they come in. */
const MAX_REMEMBERED = 512;
const MAX_REMEMBERED_LENGTH = 128;
/** Entra sends the same few dozen paths all day; what they mean depends on nothing but the schema. */
const remembered = new WeakMap<ResourceType, Map<string, Resolved>>();

/** RFC 7644 §3.5.2 `path`, or a key of an operation without one: a name, or `emails[type eq "work"].value`. Never throws. */
export function resolvePath(type: ResourceType, text: string, findings: Findings): Target {
  const paths = rememberedOf(type);
  const resolved = paths.get(text) ?? resolveAndRemember(type, text, paths);
  for (const { quirk, path } of resolved.tolerated) tolerate(findings, quirk, path);
  return resolved.target;
}

function resolveAndRemember(type: ResourceType, text: string, paths: Map<string, Resolved>): Resolved {
  const resolved = resolveAfresh(type, text.trim());
  if (!isWorthRemembering(text, resolved.target)) return resolved;
  if (paths.size >= MAX_REMEMBERED) paths.clear();
  paths.set(text, resolved);
  return resolved;
}

function rememberedOf(type: ResourceType): Map<string, Resolved> {
  const paths = remembered.get(type) ?? new Map<string, Resolved>();
  if (!remembered.has(type)) remembered.set(type, paths);
  return paths;
}

/** Only names of the schema are remembered: no value that a filter compares with, which may be somebody's address. */
function isWorthRemembering(text: string, target: Target): boolean {
  if (target.kind !== 'attribute' || text.length > MAX_REMEMBERED_LENGTH) return false;
  return target.filter === undefined || fixedByFilter(target.filter) !== undefined;
}

function resolveAfresh(type: ResourceType, text: string): Resolved {
  const findings = noFindings();
  const syntax = readPathSyntax(text);
  const target = syntax === undefined ? malformed : targetOf(type, syntax, findings);
  return { target, tolerated: findings.tolerated };
}

function targetOf(type: ResourceType, syntax: PathSyntax, findings: Findings): Target {
  if (isServerSet(type, syntax.name)) return readOnly;
  const role = coreRoleNamed(type, syntax.name);
  const named: Target = role === undefined ? resolveName(type, syntax.name, findings) : whole(role);
  if (named.kind === 'attribute' && isReadOnly(named.attribute, named.sub)) return readOnly;
  if (named.kind === 'unresolved' || syntax.filter === undefined) return named;
  const hasValues = named.kind === 'attribute' && named.sub === undefined && named.attribute.multiValued;
  return hasValues ? chosen(named.attribute, { ...syntax, filter: syntax.filter }, findings) : nothingToChoose;
}

type FilteredPath = PathSyntax & { readonly filter: string };

function chosen(attribute: Attribute, { filter, filterNames, sub: subName }: FilteredPath, findings: Findings): Target {
  const { subAttributes } = attribute;
  if (!filterNames.every((name) => attributeNamed(subAttributes, name))) return unknownAttribute;
  const sub = subName === undefined ? undefined : attributeNamed(subAttributes, subName);
  if (subName !== undefined && sub === undefined) return unknownAttribute;
  if (isReadOnly(attribute, sub)) return readOnly;
  try {
    return { kind: 'attribute', attribute, sub, filter: parseValueFilter(attribute, filter, findings) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { kind: 'unresolved', reason: 'unsupported-filter', error: { code: error.code, detail: error.message } };
  }
}

function whole(attribute: Attribute): Target {
  return { kind: 'attribute', attribute, sub: undefined, filter: undefined };
}

function isServerSet(type: ResourceType, name: string): boolean {
  const lower = name.toLowerCase();
  const urn = `${type.schema.id.toLowerCase()}:`;
  const [head = ''] = (lower.startsWith(urn) ? lower.slice(urn.length) : lower).split('.');
  return SERVER_SET.has(head);
}

function isReadOnly(attribute: Attribute, sub: Attribute | undefined): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}

const malformed: Unresolved = Object.freeze({
  kind: 'unresolved',
  reason: 'malformed-path',
  error: Object.freeze({
    code: 'invalidPath',
    detail:
      'The path is malformed; it needs the form: name, name.subName or name[type eq "work"].subName, with all brackets and quotation marks closed.',
  }),
});

const nothingToChoose: Unresolved = Object.freeze({
  kind: 'unresolved',
  reason: 'malformed-path',
  error: Object.freeze({ code: 'invalidPath', detail: 'The path has a filter behind something that has no values to choose from.' }),
});
