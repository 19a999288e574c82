import { isUuid } from '../kernel/index.ts';
import { type JsonObject, parseJsonObject } from './json-shape.ts';
import { itemOf, itemsOf } from './listing-items.ts';

/** A page of a listing of which all is understood but its items. */
export interface UnreadListing {
  /** The page without its items. */
  readonly frame: JsonObject;
  readonly items: readonly UnreadItem[];
}

export interface UnreadItem {
  /** The text of a JSON object, as it came: part of the answer's bytes. */
  readonly bytes: Buffer;
  /** Its `id` in lower case, where that is easily found. */
  readonly id: string | undefined;
}

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}') as unknown as readonly number[];

const ITEMS_BEGIN = '"value":[';
const ID_BEGINS = Buffer.from('"id":"');
const UUID_LENGTH = 36;

/**
 * Finds the items of a page, without building what most of them are known to mean. Undefined for what is no JSON object; throws
 * GraphFailure `unexpected-answer` for a page without items and for an item that is no object. That an item's own text is JSON is not known
 * before `readItem`, except of one whose bytes were read before.
 */
export function readFrame(body: Buffer): UnreadListing | undefined {
  return splitCompact(body) ?? readWhole(body);
}

/** Throws GraphFailure `unexpected-answer` for what is no JSON. */
export function readItem({ bytes }: UnreadItem): JsonObject {
  return itemOf(parseJsonObject(bytes.toString('utf8')));
}

/** Any JSON. Its items are written anew, always alike. */
function readWhole(body: Buffer): UnreadListing | undefined {
  const frame = parseJsonObject(body.toString('utf8'));
  if (frame === undefined) return undefined;
  return { frame, items: itemsOf(frame).map((item) => ({ bytes: Buffer.from(JSON.stringify(item)), id: undefined })) };
}

/**
 * JSON as Graph writes it: no space between its parts, and one list by that name. What stands before the items and what stands after them is
 * read as JSON, with the end and the beginning that it lacks; so `value` is a member of the page and none of something within it. Undefined for
 * anything else.
 */
function splitCompact(body: Buffer): UnreadListing | undefined {
  const from = body.indexOf(ITEMS_BEGIN) + ITEMS_BEGIN.length;
  if (from < ITEMS_BEGIN.length) return undefined;
  const items = itemsFrom(body, from);
  if (items === undefined) return undefined;
  const head = parseJsonObject(`${body.toString('utf8', 0, from)}]}`);
  const tail = parseJsonObject(`{"":0${body.toString('utf8', items.end)}`);
  if (head === undefined || tail === undefined || !Array.isArray(head['value']) || Object.hasOwn(tail, 'value')) return undefined;
  return { frame: { ...head, ...tail }, items: items.found };
}

/** The objects of the list that was opened before `from`, and where the list ends. */
function itemsFrom(body: Buffer, from: number): { readonly found: readonly UnreadItem[]; readonly end: number } | undefined {
  if (body[from] === CLOSE_LIST) return { found: [], end: from + 1 };
  const found: UnreadItem[] = [];
  for (let at = from; ; at += 1) {
    const item = itemAt(body, at);
    if (item === undefined) return undefined;
    found.push(item);
    at += item.bytes.length;
    if (body[at] === CLOSE_LIST) return { found, end: at + 1 };
    if (body[at] !== COMMA) return undefined;
  }
}

/** The object that begins there, to the bracket that closes its first one. */
function itemAt(body: Buffer, start: number): UnreadItem | undefined {
  if (body[start] !== OPEN_OBJECT) return undefined;
  let depth = 0;
  let id: string | undefined;
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) {
      if (depth === 1) id ??= idAt(body, at);
      at = endOfText(body, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return { bytes: body.subarray(start, at + 1), id };
    }
  }
  return undefined;
}

/** Where the text that begins there ends. */
function endOfText(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return body.length;
}

/** The object id, if a member of that name begins there. */
function idAt(body: Buffer, at: number): string | undefined {
  if (!ID_BEGINS.every((byte, index) => body[at + index] === byte)) return undefined;
  const begin = at + ID_BEGINS.length;
  const id = body.toString('latin1', begin, begin + UUID_LENGTH);
  return isUuid(id) && body[begin + UUID_LENGTH] === QUOTE ? id.toLowerCase() : undefined;
}
