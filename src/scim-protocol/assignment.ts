import { isObject, unlisted } from './coerce-value.ts';
import { type Findings, ignore, passOver, type Refusal, refuse } from './oddity.ts';
import type { Operation } from './parse-patch.ts';
import type { AttributeTarget, SchemaTarget, Target, Unresolved } from './resolve-name.ts';
import { resolvePath } from './resolve-path.ts';
import { type Attribute, attributeNamed, type ResourceType } from './schema.ts';

/** One attribute and what is to happen to it; an operation without a path holds several. */
export interface Assignment {
  readonly op: Operation['op'];
  readonly target: AttributeTarget;
  /** The path as it was written, for what is recorded. */
  readonly path: string;
  readonly value: unknown;
  readonly hasValue: boolean;
}

/** How the members of an object are read: as paths of a PATCH, or as the members of a whole resource. */
interface Reading {
  readonly type: ResourceType;
  readonly op: Operation['op'];
  readonly source: 'patch' | 'resource';
  readonly findings: Findings;
}

/** Every resource has these, and a client that sends back what it read sends them too: no word is lost on it. */
const ECHOED = new Set(['id', 'meta', 'schemas', 'groups']);

const noPath: Refusal = { code: 'invalidValue', detail: 'An operation without a path needs an object of attributes as its value.' };
// RFC 7644 §3.5.2.2.
const removeWithoutPath: Refusal = { code: 'noTarget', detail: 'A remove needs a path that says what to remove.' };
const nameless: Refusal = { code: 'invalidPath', detail: 'The path of an operation is a string.' };
const foreignMember: Refusal = { code: 'invalidSyntax', detail: 'The resource has a member that no schema knows.' };

/** The assignments of an operation; what cannot be one becomes a problem. */
export function assignmentsOf(type: ResourceType, operation: Operation, findings: Findings): readonly Assignment[] {
  const { op, path, value } = operation;
  const reading: Reading = { type, op, source: 'patch', findings };
  if (typeof path === 'string') return placed(reading, operation, { path, target: resolvePath(type, path, findings) });
  if (path !== undefined) {
    refuse(findings, { op, path: '', reason: 'malformed-path' }, nameless);
    return [];
  }
  const objects: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (op !== 'remove' && objects.length > 0 && objects.every(isObject)) return objects.flatMap((object) => fromMembers(reading, object));
  refuse(findings, { op, path: '', reason: 'no-path' }, op === 'remove' ? removeWithoutPath : noPath);
  return [];
}

/** The assignments of a whole resource, as POST and PUT send it. Members that no path could name are as unknown as any other. */
export function fromResource(
  type: ResourceType,
  op: Operation['op'],
  resource: Record<string, unknown>,
  findings: Findings,
): readonly Assignment[] {
  return fromMembers({ type, op, source: 'resource', findings }, resource);
}

function fromMembers(reading: Reading, members: Record<string, unknown>): readonly Assignment[] {
  const { type, op, findings } = reading;
  return Object.entries(members).flatMap(([key, value]) => {
    if (mayBeEchoed(reading, key)) return [];
    return placed(reading, { op, path: key, value, hasValue: true }, { path: key, target: resolvePath(type, key, findings) });
  });
}

/** RFC 7644 §3.3 and §3.5.1: in a resource they are ignored; a strict PATCH may not modify them (§3.5.2). */
function mayBeEchoed({ source, findings }: Reading, key: string): boolean {
  if (source === 'patch' && findings.mode === 'strict') return key.toLowerCase() === 'schemas';
  return ECHOED.has(key.toLowerCase());
}

function placed(reading: Reading, operation: Operation, named: { readonly path: string; readonly target: Target }): readonly Assignment[] {
  const { op, value, hasValue } = operation;
  const { path, target } = named;
  if (target.kind === 'attribute') return withinAttribute({ op, target, path, value, hasValue }, reading.findings);
  if (target.kind === 'schema') return withinSchema(reading, operation, target);
  reportUnresolved(reading, path, target);
  return [];
}

function reportUnresolved({ op, source, findings }: Reading, path: string, { reason, error }: Unresolved): void {
  const problem = { op, path, reason };
  const isUnknown = reason === 'unknown-attribute' || (source === 'resource' && reason === 'malformed-path');
  if (source === 'resource' && reason === 'read-only') ignore(findings, problem);
  else if (isUnknown) passOver(findings, problem, source === 'resource' ? foreignMember : error);
  else if (reason === 'read-only') passOver(findings, problem, error);
  else refuse(findings, problem, error);
}

/**
 * RFC 7644 §3.5.2.3: an object for a complex attribute sets or unassigns the sub-attributes that it names, the others stay.
 * So it is an assignment for each; the values of a multi-valued attribute stay whole.
 */
function withinAttribute(assignment: Assignment, findings: Findings): readonly Assignment[] {
  const { op, path, target } = assignment;
  const { attribute, sub } = target;
  const object = unlisted(assignment.value);
  const isWhole = attribute.type === 'complex' && !attribute.multiValued && sub === undefined;
  if (!isWhole || op === 'remove' || !isObject(object)) return [assignment];
  return Object.entries(object).flatMap(([key, value]) => {
    const named = attributeNamed(attribute.subAttributes, key);
    const isSet = named === undefined ? isDerived(attribute, key) : named.mutability === 'readOnly';
    if (named !== undefined && !isSet) return [{ ...assignment, target: { ...target, sub: named }, path: `${path}.${key}`, value }];
    if (isSet) ignore(findings, { op, path: `${path}.${key}`, reason: 'read-only' });
    else passOver(findings, { op, path: `${path}.${key}`, reason: 'unknown-attribute' }, foreignMember);
    return [];
  });
}

/** RFC 7643 §2.4 and §4.3: what follows from `value`. Clients send `$ref` and the manager's `displayName` along with it. */
function isDerived(attribute: Attribute, key: string): boolean {
  const name = key.toLowerCase();
  return name === '$ref' || (attribute.name === 'manager' && name === 'displayname');
}

/** `{"urn:…:enterprise:2.0:User": {"department": "D"}}`, as a member or as path and value (entra-scim-client §3.1 U6). */
function withinSchema(reading: Reading, operation: Operation, target: SchemaTarget): readonly Assignment[] {
  const { type, op, findings } = reading;
  const { schema } = target;
  const { value } = operation;
  if (isObject(value) && op !== 'remove') {
    const members = Object.entries(value).map(([key, member]) => [`${schema.id}:${key}`, member] as const);
    return fromMembers(reading, Object.fromEntries(members));
  }
  const isCleared = op === 'remove' || (op === 'replace' && value === null);
  if (isCleared && schema !== type.schema)
    return schema.attributes.map((attribute) => removal(attribute, `${schema.id}:${attribute.name}`));
  if (op === 'remove') refuse(findings, { op, path: schema.id, reason: 'no-path' }, removeWithoutPath);
  else if (value !== null) refuse(findings, { op, path: schema.id, reason: 'invalid-value' }, needsObject(schema.id));
  return [];
}

function removal(attribute: Attribute, path: string): Assignment {
  return {
    op: 'remove',
    target: { kind: 'attribute', attribute, sub: undefined, filter: undefined },
    path,
    value: undefined,
    hasValue: false,
  };
}

function needsObject(urn: string): Refusal {
  return { code: 'invalidValue', detail: `${urn} needs an object of attributes as its value.` };
}
