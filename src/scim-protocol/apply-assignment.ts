import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import type { Assignment } from './assignment.ts';
import { type Coerced, type CoercedComplex, coerceComplex, coerceSimple, coerceValues, isObject, type Origin } from './coerce-value.ts';
import { meets } from './evaluate-filter.ts';
import { comparisonsOf, type Filter } from './filter.ts';
import { settleValues } from './multi-value.ts';
import { type Findings, type IgnoredReason, tolerate } from './oddity.ts';
import type { ResourceDraft } from './resource-draft.ts';
import { type Attribute, MAX_VALUES } from './schema.ts';
import type { ScimErrorCode } from './scim-error.ts';

/** RFC 7644 §3.5.2.1–3 for one attribute. What cannot be applied becomes a problem, and the draft stays as it was. */
export function applyAssignment(draft: ResourceDraft, assignment: Assignment, findings: Findings): void {
  const { attribute } = assignment.target;
  const origin: Origin = { op: assignment.op, path: assignment.path, findings };
  if (assignment.op === 'remove' && assignment.hasValue) tolerate(findings, 'value-in-remove', assignment.path);
  if (attribute.multiValued) applyToValues(draft, assignment, origin);
  else if (assignment.op === 'remove') unassign(draft, assignment, origin);
  else if (attribute.type === 'complex') assignComplex(draft, assignment, origin);
  else assignSimple(draft, assignment, origin);
}

/** Whether a resource may lack the attribute. `active` is no required attribute, but it is never unassigned: GET must say it. */
function mayBeUnassigned(attribute: Attribute): boolean {
  return !attribute.required && attribute.name !== 'active';
}

function unassign(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute, sub } = assignment.target;
  if (!mayBeUnassigned(attribute)) return refused(origin, 'required');
  const value = draft.get(attribute);
  if (sub === undefined || !isCanonicalObject(value)) draft.delete(attribute);
  else put(draft, attribute, without(value, sub));
}

function assignSimple(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute } = assignment.target;
  const coerced = coerceSimple(attribute, assignment.value, origin);
  if (coerced.kind === 'invalid') refused(origin, 'invalid-value', { code: 'invalidValue', detail: coerced.detail });
  else if (coerced.kind === 'value') draft.set(attribute, coerced.value);
  else if (mayBeUnassigned(attribute)) draft.delete(attribute);
  else refused(origin, 'required', { code: 'invalidValue', detail: `${attribute.name} cannot be empty.` });
}

/** One sub-attribute, or what stands for the whole: an object has become an assignment for each of its members before. */
function assignComplex(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute, sub } = assignment.target;
  const before = draft.get(attribute);
  const present = isCanonicalObject(before) ? before : {};
  if (sub === undefined) {
    const coerced = coerceComplex(attribute, assignment.value, origin);
    if (coerced.kind === 'invalid') refused(origin, 'invalid-value', { code: 'invalidValue', detail: coerced.detail });
    else if (coerced.kind === 'cleared') draft.delete(attribute);
    else if (coerced.kind === 'value') draft.set(attribute, { ...present, ...coerced.value });
    return;
  }
  const coerced = coerceSimple(sub, assignment.value, origin);
  if (coerced.kind === 'invalid') refused(origin, 'invalid-value', { code: 'invalidValue', detail: coerced.detail });
  else put(draft, attribute, withSub(present, sub, coerced));
}

function applyToValues(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute } = assignment.target;
  const stored = draft.get(attribute);
  const before = Array.isArray(stored) ? stored.filter(isCanonicalObject) : [];
  const after = valuesAfter(before, assignment, origin);
  if (after === undefined) return;
  const settled = settleValues(after, new Set(after.filter((value) => !before.includes(value))));
  if (settled.values.length > MAX_VALUES) {
    return refused(origin, 'invalid-value', { code: 'invalidValue', detail: `${attribute.name} holds at most ${MAX_VALUES} values.` });
  }
  if (settled.hadDuplicates) tolerate(origin.findings, 'duplicate-values', assignment.path);
  if (settled.hadSeveralPrimaries) tolerate(origin.findings, 'several-primary-values', assignment.path);
  if (settled.values.length === 0) draft.delete(attribute);
  else draft.set(attribute, settled.values);
}

function valuesAfter(before: readonly CanonicalObject[], assignment: Assignment, origin: Origin): readonly CanonicalObject[] | undefined {
  const { op, target } = assignment;
  if (target.filter !== undefined || target.sub !== undefined) {
    return op === 'remove' ? withoutChosen(before, assignment) : withChosen(before, assignment, origin);
  }
  if (op === 'remove') return withoutListed(before, assignment, origin);
  const given = coerceValues(target.attribute, assignment.value, origin);
  return op === 'add' && given !== undefined ? [...before, ...given] : given;
}

function withoutChosen(before: readonly CanonicalObject[], { target }: Assignment): readonly CanonicalObject[] {
  const { filter, sub } = target;
  const chosen = (value: CanonicalObject) => filter === undefined || meets(value, filter);
  return sub === undefined
    ? before.filter((value) => !chosen(value))
    : before.map((value) => (chosen(value) ? without(value, sub) : value));
}

/** Remove without a value empties the attribute; with values it removes those, and never the others. */
function withoutListed(before: readonly CanonicalObject[], assignment: Assignment, origin: Origin): readonly CanonicalObject[] | undefined {
  if (!assignment.hasValue) return [];
  const given = coerceValues(assignment.target.attribute, assignment.value, origin);
  if (given?.length === 0) refused(origin, 'no-value');
  const listed = new Set(given?.map((value) => value['value']));
  return before.filter((value) => value['value'] === undefined || !listed.has(value['value']));
}

/** Sets the chosen values, or makes the value that the filter describes: Entra expects it, the RFC says noTarget (U7, U9). */
function withChosen(before: readonly CanonicalObject[], assignment: Assignment, origin: Origin): readonly CanonicalObject[] | undefined {
  const { op, target, value: raw } = assignment;
  const { attribute, filter, sub } = target;
  const coerced: Coerced | CoercedComplex = sub === undefined ? coerceComplex(attribute, raw, origin) : coerceSimple(sub, raw, origin);
  if (coerced.kind === 'invalid') {
    refused(origin, 'invalid-value', { code: 'invalidValue', detail: coerced.detail });
    return undefined;
  }
  if (coerced.kind === 'unusable') return undefined;
  const chosen = (value: CanonicalObject) => filter === undefined || meets(value, filter);
  if (coerced.kind === 'cleared') return withoutChosen(before, assignment);
  const described = filter === undefined ? {} : describedBy(filter, origin);
  if (described === undefined) return undefined;
  const changed = (value: CanonicalObject): CanonicalObject => {
    if (sub !== undefined) return { ...value, [sub.name]: coerced.value };
    return { ...(op === 'add' ? value : described), ...(isCanonicalObject(coerced.value) ? coerced.value : {}) };
  };
  if (before.some(chosen)) return before.map((value) => (chosen(value) ? changed(value) : value));
  if (filter !== undefined) tolerate(origin.findings, 'value-created-by-filter', assignment.path);
  return [...before, changed(described)];
}

/** The value that a filter describes: `type eq "work"` makes `{type: "work"}`. */
function describedBy(filter: Filter, origin: Origin): CanonicalObject | undefined {
  const described: Record<string, CanonicalValue> = {};
  for (const { path, value } of comparisonsOf(filter) ?? []) {
    const coerced = coerceSimple(path.attribute, value, origin);
    if (coerced.kind === 'value') described[path.attribute.name] = coerced.value;
    if (coerced.kind !== 'invalid') continue;
    refused(origin, 'invalid-value', { code: 'invalidValue', detail: coerced.detail });
    return undefined;
  }
  return described;
}

function withSub(value: CanonicalObject, sub: Attribute, coerced: Coerced): CanonicalObject {
  return coerced.kind === 'value' ? { ...value, [sub.name]: coerced.value } : without(value, sub);
}

function without(value: CanonicalObject, sub: Attribute): CanonicalObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== sub.name));
}

function put(draft: ResourceDraft, attribute: Attribute, value: CanonicalObject): void {
  if (Object.keys(value).length === 0) draft.delete(attribute);
  else draft.set(attribute, value);
}

function isCanonicalObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return isObject(value);
}

function refused(origin: Origin, reason: IgnoredReason, error?: { readonly code: ScimErrorCode; readonly detail: string }): void {
  const { op, path, findings } = origin;
  findings.problems.push(error === undefined ? { op, path, reason } : { op, path, reason, error });
}
