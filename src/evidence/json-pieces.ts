import { type CanonicalValue, canonicalJson } from '../kernel/index.ts';

/**
 * A file of what `JSON.stringify(value, null, 1)` says and a line feed, piece by piece: what lies `depth` members or items below the value is
 * written in one, so this is how deep the lists lie that grow with the population. Above that a list may be any iterable; its items are asked
 * for as they are written, so that neither the list nor its text is ever whole.
 */
export function* jsonFile(value: object, depth: number): Generator<string> {
  yield* indented(value, '\n', depth);
  yield '\n';
}

/** `lineEnd` is a line feed and the indentation of the value's own line. */
function* indented(value: unknown, lineEnd: string, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) yield wholly(value, lineEnd);
  else if (isIterable(value)) yield* list(value, lineEnd, depth);
  else yield* members(value, lineEnd, depth);
}

function* list(items: Iterable<unknown>, lineEnd: string, depth: number): Generator<string> {
  let before = '[';
  for (const item of items) {
    yield `${before}${lineEnd} `;
    yield* indented(item ?? null, `${lineEnd} `, depth - 1);
    before = ',';
  }
  yield before === '[' ? '[]' : `${lineEnd}]`;
}

function* members(value: object, lineEnd: string, depth: number): Generator<string> {
  let before = '{';
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${lineEnd} ${JSON.stringify(key)}: `;
    yield* indented(member, `${lineEnd} `, depth - 1);
    before = ',';
  }
  yield before === '{' ? '{}' : `${lineEnd}}`;
}

/** A line feed within a JSON text is always one between its lines. */
function wholly(value: unknown, lineEnd: string): string {
  return JSON.stringify(value, null, 1).replaceAll('\n', lineEnd);
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** What `canonicalJson` is of an object as JSON has it, without what is undefined; piece by piece, where a member is a list. */
export function* canonicalPieces(value: object): Generator<string> {
  let before = '{';
  for (const [key, member] of Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (member === undefined) continue;
    yield `${before}${canonicalJson(key)}:`;
    if (Array.isArray(member)) yield* canonicalList(member);
    else yield canonically(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* canonicalList(items: readonly unknown[]): Generator<string> {
  let before = '[';
  for (const item of items) {
    yield `${before}${canonically(item ?? null)}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function canonically(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as CanonicalValue);
}
