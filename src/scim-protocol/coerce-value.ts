import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { bulkReference } from './bulk-reference.ts';
import { type Findings, ignore, passOver, refuse, tolerate } from './oddity.ts';
import { type Attribute, attributeNamed, MAX_VALUES } from './schema.ts';

/** A value from the wire as the resource holds it. `cleared`: null, "" and [] all unassign (RFC 7643 §2.5). */
export type Coerced<V extends CanonicalValue = CanonicalValue> =
  | { readonly kind: 'value'; readonly value: V }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'invalid'; readonly detail: string };

/** `unusable`: an object of which nothing can be held. Its parts are among the problems already; it must not unassign what there is. */
export type CoercedComplex = Coerced<CanonicalObject> | { readonly kind: 'unusable' };

/** Where a value came from, for what is recorded about it. */
export interface Origin {
  readonly op: string;
  readonly path: string;
  readonly findings: Findings;
}

const cleared = Object.freeze({ kind: 'cleared' as const });

/** The texts of the types that have a form of their own (RFC 7643 §2.3.5, §2.3.6); what fits is kept as it was sent (I13). */
const forms: Readonly<Record<string, RegExp>> = {
  binary: /^[\sA-Za-z0-9+/_=-]+$/,
  dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/i,
};

/**
 * A value for an attribute without sub-attributes. Taken too: booleans as strings in any case, numbers as text, and the
 * `[{"value": x}]` in which older provisioning jobs wrap everything. Texts are never normalised (I13).
 */
export function coerceSimple(attribute: Attribute, raw: unknown, origin: Origin): Coerced<string | boolean> {
  const value = unwrap(raw, origin);
  if (value === null || value === undefined || value === '') return cleared;
  if (attribute.type === 'boolean') return coerceBoolean(attribute, value, origin);
  if (typeof value === 'number' || typeof value === 'boolean') return coerceScalar(attribute, value, origin);
  if (typeof value !== 'string') return { kind: 'invalid', detail: `${attribute.name} must be a string.` };
  const detail = faultOf(attribute, value);
  return detail === undefined ? { kind: 'value', value } : { kind: 'invalid', detail };
}

/** Why an attribute cannot hold a text; undefined when it can. */
function faultOf({ holdsId, maxLength, name, type }: Attribute, text: string): string | undefined {
  if (text.length > maxLength) return `${name} is longer than ${maxLength} characters.`;
  // PostgreSQL's text and jsonb hold neither.
  if (/\0|\p{Surrogate}/u.test(text)) return `${name} holds a character that no text can hold.`;
  if (forms[type]?.test(text) === false) return `${name} must be a ${type}.`;
  return holdsId && bulkReference(text) !== undefined ? UNRESOLVED : undefined;
}

/** What is said of a `bulkId` where an id is wanted. */
export const UNRESOLVED = 'A bulkId refers to what an operation of the same bulk request creates; there is none, or it failed.';

/** A number beyond these has lost digits when it was parsed: what would be kept is another one than was sent (I13). */
function coerceScalar(attribute: Attribute, value: number | boolean, origin: Origin): Coerced<string> {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return { kind: 'invalid', detail: `${attribute.name} is a number of too many digits; send it as a string.` };
  }
  tolerate(origin.findings, 'scalar-as-text', origin.path);
  return { kind: 'value', value: String(value) };
}

function coerceBoolean(attribute: Attribute, value: unknown, origin: Origin): Coerced<boolean> {
  if (typeof value === 'boolean') return { kind: 'value', value };
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text !== 'true' && text !== 'false') return { kind: 'invalid', detail: `${attribute.name} must be true or false.` };
  tolerate(origin.findings, 'boolean-as-string', origin.path);
  return { kind: 'value', value: text === 'true' };
}

function unwrap(raw: unknown, origin: Origin): unknown {
  const single = Array.isArray(raw) && raw.length <= 1 ? (raw[0] ?? null) : raw;
  const inner = isObject(single) ? memberOf(single, 'value') : undefined;
  const value = inner === undefined ? single : inner;
  if (value !== raw) tolerate(origin.findings, 'wrapped-value', origin.path);
  return value;
}

/** What a list of one stands for: `manager` arrives in one (entra-scim-client §3.1 U10). */
export function unlisted(raw: unknown): unknown {
  return Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
}

/** One value of a complex attribute. A bare text stands for `{value: text}`: `manager` arrives so (entra-scim-client §3.1 U10). */
export function coerceComplex(attribute: Attribute, raw: unknown, origin: Origin): CoercedComplex {
  const single = unlisted(raw);
  if (single === null || single === undefined || single === '' || (Array.isArray(single) && single.length === 0)) return cleared;
  if (isObject(single)) return coerceSubAttributes(attribute, single, origin);
  const value = attributeNamed(attribute.subAttributes, 'value');
  if (value === undefined || Array.isArray(single)) return { kind: 'invalid', detail: `${attribute.name} must be an object.` };
  tolerate(origin.findings, 'complex-as-string', origin.path);
  const coerced = coerceSimple(value, single, origin);
  return coerced.kind === 'value' ? { kind: 'value', value: { [value.name]: coerced.value } } : coerced;
}

function coerceSubAttributes(attribute: Attribute, object: Record<string, unknown>, origin: Origin): CoercedComplex {
  const { op, findings } = origin;
  const subs: Record<string, CanonicalValue> = {};
  const problemsBefore = findings.problems.length;
  for (const [key, raw] of Object.entries(object)) {
    const path = `${origin.path}.${key}`;
    const sub = attributeNamed(attribute.subAttributes, key);
    if (sub === undefined) {
      const detail = `${attribute.name} has a member that no schema knows.`;
      passOver(findings, { op, path, reason: 'unknown-attribute' }, { code: 'invalidSyntax', detail });
      continue;
    }
    if (sub.mutability === 'readOnly') {
      ignore(findings, { op, path, reason: 'read-only' });
      continue;
    }
    const coerced = coerceSimple(sub, raw, origin);
    if (coerced.kind === 'value') subs[sub.name] = coerced.value;
    if (coerced.kind !== 'invalid') continue;
    refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail: `${attribute.name}: ${coerced.detail}` });
  }
  if (Object.keys(subs).length > 0) return { kind: 'value', value: subs };
  return findings.problems.length > problemsBefore ? { kind: 'unusable' } : cleared;
}

/**
 * The values of a multi-valued attribute: a list, or one value that stands for a list of one. Undefined when something was
 * given and none of it can be held: that is no empty list.
 */
export function coerceValues(attribute: Attribute, raw: unknown, origin: Origin): readonly CanonicalObject[] | undefined {
  const values: CanonicalObject[] = [];
  let hasUnusable = false;
  const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (items.length > MAX_VALUES) {
    const { op, path, findings } = origin;
    const detail = `${attribute.name} holds at most ${MAX_VALUES} values.`;
    refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail });
    return undefined;
  }
  for (const item of items) {
    const coerced = coerceComplex(attribute, item, origin);
    if (coerced.kind === 'value') values.push(coerced.value);
    hasUnusable ||= coerced.kind === 'invalid' || coerced.kind === 'unusable';
    if (coerced.kind !== 'invalid') continue;
    const { op, path, findings } = origin;
    refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail: coerced.detail });
  }
  return values.length === 0 && hasUnusable ? undefined : values;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member by its name in any case (RFC 7643 §2.1); own members only, so that `__proto__` and `constructor` name nothing. */
export function memberOf(object: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : object[key];
}
