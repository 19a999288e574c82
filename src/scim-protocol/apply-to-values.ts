import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import type { Assignment } from './assignment.ts';
import { coerceComplex, coerceSimple, coerceValues, isObject, type Origin } from './coerce-value.ts';
import { fixedByFilter } from './described-value.ts';
import { meets } from './evaluate-filter.ts';
import { settleValues, tellingValues } from './multi-value.ts';
import { ignore, type Refusal, refuse, tolerate } from './oddity.ts';
import { type ResourceDraft, valueIn, withMember } from './resource-draft.ts';
import { type Attribute, attributeNamed, MAX_VALUES } from './schema.ts';

type Values = readonly CanonicalObject[];

/** How many values one request may go through: every value of the longest list, for each of some forty operations. */
const MAX_VISITED_VALUES = 20_000;

/** RFC 7644 §3.5.2.1–3 for a multi-valued attribute, or for those of its values that a filter chooses. */
export function applyToValues(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute } = assignment.target;
  const before = listOf(valueIn(draft, attribute));
  draft.visitedValues += before.length;
  if (draft.visitedValues > MAX_VISITED_VALUES) return tooMuch(origin);
  const after = valuesAfter(before, assignment, origin);
  if (after === undefined) return;
  const present = new Set(before);
  const settled = settleValues(after, new Set(after.filter((value) => !present.has(value))));
  if (settled.values.length > MAX_VALUES) return invalid(origin, `${attribute.name} holds at most ${MAX_VALUES} values.`);
  if (settled.hadDuplicates) tolerate(origin.findings, 'duplicate-values', assignment.path);
  if (settled.hadSeveralPrimaries) tolerate(origin.findings, 'several-primary-values', assignment.path);
  draft.touched.set(attribute, settled.values.length === 0 ? undefined : settled.values);
}

/** Drops what the request left of values that say nothing any more, or not yet. */
export function dropEmptyValues(draft: ResourceDraft): void {
  for (const [attribute, value] of draft.touched) {
    if (!attribute.multiValued || value === undefined) continue;
    const telling = tellingValues(listOf(value));
    if (telling.length < listOf(value).length) draft.touched.set(attribute, telling.length === 0 ? undefined : telling);
  }
}

function listOf(value: CanonicalValue | undefined): Values {
  return Array.isArray(value) ? value.filter(isCanonicalObject) : [];
}

/** The list after the assignment; undefined when it stays as it is. */
function valuesAfter(before: Values, assignment: Assignment, origin: Origin): Values | undefined {
  const { op, target, value } = assignment;
  if (target.filter !== undefined || target.sub !== undefined) {
    return op === 'remove' ? withoutChosen(before, assignment, origin) : withChosen(before, assignment, origin);
  }
  if (op === 'remove') return assignment.hasValue ? withoutListed(before, assignment, origin) : [];
  const given = coerceValues(target.attribute, value, origin);
  return op === 'add' && given !== undefined ? [...before, ...given] : given;
}

function isChosen({ target }: Assignment): (value: CanonicalObject) => boolean {
  const { filter } = target;
  return (value) => filter === undefined || meets(value, filter);
}

/** What is not there cannot be removed: strict mode says so (RFC 7644 Table 9), Entra's intent is met already. */
function withoutChosen(before: Values, assignment: Assignment, origin: Origin): Values | undefined {
  const { filter, sub } = assignment.target;
  const chosen = isChosen(assignment);
  if (!before.some(chosen)) return filter !== undefined && origin.findings.mode === 'strict' ? noTarget(origin) : undefined;
  if (sub === undefined) return before.filter((value) => !chosen(value));
  return before.map((value) => (chosen(value) ? withMember(value, sub.name, undefined) : value));
}

/** Remove with values removes those, and never the others; without any it is no removal of all. */
function withoutListed(before: Values, assignment: Assignment, origin: Origin): Values | undefined {
  const { attribute } = assignment.target;
  const given = coerceValues(attribute, assignment.value, origin);
  if (given === undefined) return undefined;
  if (given.length === 0) return namesNothing(assignment, origin);
  const compared = attributeNamed(attribute.subAttributes, 'value');
  const keyOf = (value: CanonicalObject) => comparable(compared, value['value']);
  const listed = new Set(given.map(keyOf).filter((key) => key !== undefined));
  const described = given.filter((value) => keyOf(value) === undefined).map((value) => Object.entries(value));
  return before.filter((value) => !listed.has(keyOf(value) ?? '') && !described.some((parts) => holdsAllOf(value, parts)));
}

/** An empty list is a list of nothing to remove; null might have been meant for everything. */
function namesNothing({ value }: Assignment, { op, path, findings }: Origin): undefined {
  const problem = { op, path, reason: 'no-value' } as const;
  const detail = 'The value of the remove names nothing; leave it out to remove all values.';
  if (Array.isArray(value) && value.length === 0) ignore(findings, problem);
  else refuse(findings, problem, { code: 'invalidValue', detail });
}

function comparable(attribute: Attribute | undefined, value: CanonicalValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  return attribute?.caseExact === true ? value : value.toLowerCase();
}

function holdsAllOf(value: CanonicalObject, parts: readonly (readonly [string, CanonicalValue])[]): boolean {
  return parts.every(([sub, part]) => value[sub] === part);
}

/** Sets the chosen values, or makes the value that the filter describes where there is none. */
function withChosen(before: Values, assignment: Assignment, origin: Origin): Values | undefined {
  const { op, target, value: raw } = assignment;
  const { attribute, filter, sub } = target;
  const coerced = sub === undefined ? coerceComplex(attribute, raw, origin) : coerceSimple(sub, raw, origin);
  if (coerced.kind === 'invalid') invalid(origin, coerced.detail);
  if (coerced.kind === 'invalid' || coerced.kind === 'unusable') return undefined;
  const chosen = isChosen(assignment);
  const given = coerced.kind === 'cleared' ? undefined : subsOf(coerced.value, sub);
  if (!before.some(chosen)) return withCreated(before, assignment, { given, origin });
  if (given === undefined) return withoutChosen(before, assignment, origin);
  // RFC 7644 §3.5.2.3: a whole value that is chosen is replaced; what the filter says of it still holds.
  const kept = op === 'replace' && sub === undefined ? ((filter && fixedByFilter(filter)) ?? {}) : undefined;
  return before.map((value) => (chosen(value) ? { ...(kept ?? value), ...given } : value));
}

/** What is given for a value, as sub-attributes. */
function subsOf(value: CanonicalValue, sub: Attribute | undefined): CanonicalObject {
  if (sub !== undefined) return { [sub.name]: value };
  return isCanonicalObject(value) ? value : {};
}

interface Given {
  /** Undefined where the chosen values are to be unassigned. */
  readonly given: CanonicalObject | undefined;
  readonly origin: Origin;
}

/** The list with the value that the filter describes: Entra expects it, strict mode and RFC 7644 §3.5.2.3 say noTarget. */
function withCreated(before: Values, { path, target }: Assignment, { given, origin }: Given): Values | undefined {
  const { attribute, filter } = target;
  if (filter === undefined) return given === undefined ? undefined : [given];
  const fixed = origin.findings.mode === 'strict' ? undefined : fixedByFilter(filter);
  if (fixed === undefined) return noTarget(origin);
  if (given === undefined) return undefined;
  const described = coerceDescribed(attribute, fixed, origin);
  if (described === undefined) return undefined;
  tolerate(origin.findings, 'value-created-by-filter', path);
  return [...before, { ...described, ...given }];
}

/** What a filter describes, held to what a value may hold. */
function coerceDescribed(attribute: Attribute, fixed: CanonicalObject, origin: Origin): CanonicalObject | undefined {
  const coerced = coerceComplex(attribute, fixed, origin);
  if (coerced.kind === 'value') return coerced.value;
  return coerced.kind === 'cleared' ? {} : undefined;
}

function invalid({ op, path, findings }: Origin, detail: string): void {
  refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail });
}

/** No exception: what deactivates must go on (I1). */
function tooMuch({ op, path, findings }: Origin): void {
  const detail = 'The request goes through its long lists too often; send the changes in several requests.';
  refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'payloadTooLarge', detail });
}

function noTarget({ op, path, findings }: Origin): undefined {
  refuse(findings, { op, path, reason: 'no-target' }, noValue);
  return undefined;
}

const noValue: Refusal = {
  code: 'noTarget',
  detail: 'The filter of the path matches no value of the attribute; add the value itself first.',
};

function isCanonicalObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return isObject(value);
}
