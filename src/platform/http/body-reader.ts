import type { Request } from 'express';
import { type Instant, isUuid, parseInstant, refuse } from '../../kernel/index.ts';

/** How long a text member may be when its reader names no limit. */
const MAX_TEXT = 1_000;
const MAX_LIST = 1_000;

/** Reads a JSON object member by member; each complaint names the member. `end` refuses what nobody asked for. */
export interface BodyReader {
  text(name: string, limits?: { readonly max?: number }): string;
  optionalText(name: string, limits?: { readonly max?: number }): string | undefined;
  uuid(name: string): string;
  optionalUuid(name: string): string | undefined;
  /** Null where null says that there is to be none; undefined where it is left out. */
  nullableUuid(name: string): string | null | undefined;
  uuidList(name: string): readonly string[];
  textList(name: string): readonly string[];
  integer(name: string, limits: { readonly min: number; readonly max: number }): number;
  /** Null where null says that there is to be none; undefined where it is left out. */
  nullableInteger(name: string, limits: { readonly min: number; readonly max: number }): number | null | undefined;
  optionalBoolean(name: string): boolean | undefined;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value;
  instant(name: string): Instant;
  optionalInstant(name: string): Instant | undefined;
  /** A list of objects, each read as this one is; so many at the most. */
  objects(name: string, limits: { readonly max: number }): readonly BodyReader[];
  /** Any JSON but null: its reader is the caller. */
  json(name: string): unknown;
  /** Whether the member is there, and not null. */
  has(name: string): boolean;
  end(): void;
}

/**
 * Throws DomainError `invalid-request` when the body is not a JSON object. An absent body reads as an empty object; one that
 * came under another media type does not, since it would be ignored (`unsupported-media-type`). A page of another site can
 * send such types without being asked for permission, and no other.
 */
export function readBody(request: Request): BodyReader {
  if (hasUnreadBody(request)) {
    refuse('unsupported-media-type', {
      detail: 'The body is not JSON by its media type.',
      next: 'Send it with Content-Type: application/json.',
    });
  }
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Buffer.isBuffer(body)) {
    return refuse('invalid-request', { detail: 'The body must be a JSON object.', next: 'Send it with Content-Type: application/json.' });
  }
  return readerOf(new Map(Object.entries(body)));
}

/** Whether a body comes along that no parser took: its media type is not theirs. */
export function hasUnreadBody(request: Request): boolean {
  return request.body === undefined && carriesBody(request);
}

/** RFC 9112 §6.3: a request has a body when one of these headers says so. */
function carriesBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function readerOf(members: ReadonlyMap<string, unknown>): BodyReader {
  const asked = new Set<string>();
  const take = (name: string): unknown => {
    asked.add(name);
    return members.get(name) ?? undefined;
  };
  const need = <Value>(name: string, value: Value | undefined): Value =>
    value ?? refuse('invalid-request', { detail: `"${name}" is missing.` });
  const optionalText = (name: string, limits: { readonly max?: number } = {}) => textOf(name, take(name), limits.max ?? MAX_TEXT);
  const optionalUuid = (name: string) => uuidOf(name, optionalText(name));
  const optionalInstant = (name: string) => instantMember(name, optionalText(name));
  return {
    optionalText,
    optionalUuid,
    nullableUuid: (name) => optionalUuid(name) ?? (members.get(name) === null ? null : undefined),
    optionalInstant,
    text: (name, limits) => need(name, optionalText(name, limits)),
    uuid: (name) => need(name, optionalUuid(name)),
    instant: (name) => need(name, optionalInstant(name)),
    uuidList: (name) => listOf(name, need(name, take(name))).map((item) => need(name, uuidOf(name, item))),
    textList: (name) => listOf(name, need(name, take(name))),
    integer: (name, limits) => integerOf(name, need(name, take(name)), limits),
    nullableInteger: (name, limits) => {
      const value = take(name);
      return value === undefined ? (members.get(name) === null ? null : undefined) : integerOf(name, value, limits);
    },
    optionalBoolean: (name) => booleanOf(name, take(name)),
    oneOf: (name, values) => {
      const choices = values.join(', ');
      const text = optionalText(name) ?? refuse('invalid-request', { detail: `"${name}" is missing: it is one of ${choices}.` });
      return values.find((value) => value === text) ?? refuse('invalid-request', { detail: `"${name}" must be one of: ${choices}.` });
    },
    objects: (name, limits) => objectsOf(name, need(name, take(name)), limits.max).map((item) => readerOf(new Map(Object.entries(item)))),
    json: (name) => need(name, take(name)),
    has: (name) => take(name) !== undefined,
    end: () => {
      const stray = [...members.keys()].find((name) => !asked.has(name));
      if (stray !== undefined)
        refuse('invalid-request', {
          detail: `"${stray}" is not known here.`,
          next: asked.size === 0 ? 'Send no body, or {}.' : `Known here: ${[...asked].join(', ')}.`,
        });
    },
  };
}

function textOf(name: string, value: unknown, max: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return refuse('invalid-request', { detail: `"${name}" must be a text.` });
  refuseUnstorable(name, value);
  const text = value.trim();
  if (text === '') return refuse('invalid-request', { detail: `"${name}" must not be empty.` });
  if (text.length > max) return refuse('invalid-request', { detail: `"${name}" may have ${max} characters at most.` });
  return text;
}

function uuidOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return isUuid(text) ? text.toLowerCase() : refuse('invalid-request', { detail: `"${name}" must be a UUID.` });
}

function instantMember(name: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  return (
    parseInstant(text) ??
    refuse('invalid-request', { detail: `"${name}" must be a date-time with an offset, such as 2026-02-10T17:00:00Z.` })
  );
}

function listOf(name: string, value: unknown): readonly string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!isList) return refuse('invalid-request', { detail: `"${name}" must be a list of texts.` });
  if (value.length > MAX_LIST) return refuse('invalid-request', { detail: `"${name}" may have ${MAX_LIST} items at most.` });
  for (const item of value) refuseUnstorable(name, item);
  return value;
}

function objectsOf(name: string, value: unknown, max: number): readonly object[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  if (!isList) return refuse('invalid-request', { detail: `"${name}" must be a list of objects.` });
  return value.length <= max ? value : refuse('invalid-request', { detail: `"${name}" may have ${max} items at most.` });
}

/** PostgreSQL stores neither NUL nor half a surrogate pair; the one would fail there, the other come back as something else. */
export function refuseUnstorable(name: string, text: string): void {
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) {
    refuse('invalid-request', { detail: `"${name}" holds a NUL or half a surrogate pair, which no text has.` });
  }
}

function integerOf(name: string, value: unknown, { min, max }: { readonly min: number; readonly max: number }): number {
  const isWithin = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return isWithin ? value : refuse('invalid-request', { detail: `"${name}" must be a whole number from ${min} to ${max}.` });
}

function booleanOf(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  return refuse('invalid-request', { detail: `"${name}" must be true or false.` });
}
