import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { isObject } from './coerce-value.ts';
import { noFindings } from './oddity.ts';
import { resolveName } from './resolve-name.ts';
import type { ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';

/** One attribute that a request names: its keys from the resource's root. */
type KeyPath = readonly [string, ...string[]];

/** RFC 7644 §3.9: which attributes a response carries; undefined for all. */
export interface Selection {
  readonly mode: 'only' | 'without';
  readonly paths: readonly KeyPath[];
}

/** RFC 7643 §7 `returned: always`; `schemas` tells what the rest is. */
const ALWAYS = new Set(['schemas', 'id']);
const COMMON = ['schemas', 'id', 'meta'];

/** How many attributes one request may name, several times as many as there are: each is looked for in each resource of a page. */
const MAX_NAMES = 500;

/**
 * The selection that `attributes` or `excludedAttributes` asks for; the first wins. Names that are not known select nothing.
 * Throws `invalidValue` for more names than one request may have.
 */
export function readSelection(type: ResourceType, attributes: readonly string[], excluded: readonly string[]): Selection | undefined {
  if (attributes.length > 0) return { mode: 'only', paths: keyPaths(type, attributes) };
  return excluded.length > 0 ? { mode: 'without', paths: keyPaths(type, excluded) } : undefined;
}

/** Whether a response under the selection shows an attribute: what is not shown need not be read. */
export function selects(selection: Selection | undefined, name: string): boolean {
  if (selection === undefined) return true;
  if (selection.mode === 'only') return selection.paths.some(([first]) => first === name);
  return !selection.paths.some(([first, ...rest]) => first === name && rest.length === 0);
}

/** Which of the sub-attributes of an attribute that is shown are shown. */
export function selectedSubAttributes(selection: Selection | undefined, name: string, subs: readonly string[]): readonly string[] {
  const paths = selection?.paths.filter(([first]) => first === name) ?? [];
  const named = new Set(paths.flatMap(([, sub]) => sub ?? []));
  if (selection?.mode === 'without') return subs.filter((sub) => !named.has(sub));
  return selection === undefined || paths.some(([, sub]) => sub === undefined) ? subs : subs.filter((sub) => named.has(sub));
}

/** The JSON text of a rendered resource with only what the selection shows; without a selection it is not looked into. */
export function selectText(text: string, selection: Selection | undefined): string {
  return selection === undefined ? text : JSON.stringify(selectAttributes(JSON.parse(text) as CanonicalObject, selection));
}

function keyPaths(type: ResourceType, names: readonly string[]): readonly KeyPath[] {
  if (names.length > MAX_NAMES) throw new ScimError('invalidValue', `A request names at most ${MAX_NAMES} attributes.`);
  return names.flatMap((name) => keyPath(type, name.trim()) ?? []);
}

/** Not by a regular expression: one that looks for a pair takes the square of the length where there is none. */
function withoutBrackets(name: string): string {
  const opening = name.indexOf('[');
  const closing = name.indexOf(']', opening);
  return opening < 0 || closing < 0 ? name : name.slice(0, opening) + name.slice(closing + 1);
}

/** A filter in brackets, which Microsoft's collection writes into `attributes`, is passed over: the attribute is shown whole. */
function keyPath(type: ResourceType, given: string): readonly [KeyPath] | undefined {
  const name = withoutBrackets(given);
  const [head = '', ...rest] = name.split('.');
  const common = COMMON.find((candidate) => candidate.toLowerCase() === head.toLowerCase());
  if (common !== undefined) return [[common, ...rest]];
  const target = resolveName(type, name, noFindings());
  if (target.kind === 'unresolved') return undefined;
  if (target.kind === 'schema') return [[target.schema.id]];
  const { attribute, sub } = target;
  const tail = sub === undefined ? [attribute.name] : [attribute.name, sub.name];
  const [first = attribute.name, ...others] = attribute.schema === type.schema.id ? tail : [attribute.schema, ...tail];
  return [[first, ...others]];
}

/** A rendered resource with only what the selection shows. */
function selectAttributes(resource: CanonicalObject, selection: Selection | undefined): CanonicalObject {
  if (selection === undefined) return resource;
  return selection.mode === 'only' ? only(resource, selection.paths) : withoutPaths(resource, selection.paths);
}

function only(resource: CanonicalObject, paths: readonly KeyPath[]): CanonicalObject {
  const kept = Object.entries(resource).flatMap(([key, value]) => {
    if (ALWAYS.has(key)) return [[key, value] as const];
    const tails = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    if (tails.length === 0) return [];
    return [[key, tails.some((tail) => tail.length === 0) ? value : within(value, tails, only)] as const];
  });
  return Object.fromEntries(kept);
}

function withoutPaths(resource: CanonicalObject, paths: readonly KeyPath[]): CanonicalObject {
  const kept = Object.entries(resource).flatMap(([key, value]) => {
    const tails = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    if (ALWAYS.has(key) || tails.length === 0) return [[key, value] as const];
    return tails.some((tail) => tail.length === 0) ? [] : [[key, within(value, tails, withoutPaths)] as const];
  });
  return Object.fromEntries(kept);
}

function within(
  value: CanonicalValue,
  tails: readonly (readonly string[])[],
  select: (object: CanonicalObject, paths: readonly KeyPath[]) => CanonicalObject,
): CanonicalValue {
  const paths = tails.flatMap(([first, ...rest]): KeyPath[] => (first === undefined ? [] : [[first, ...rest]]));
  if (Array.isArray(value)) return value.map((item: CanonicalValue) => within(item, tails, select));
  return isObject(value) ? select(value, paths) : value;
}
