import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import type { Assignment } from './assignment.ts';
import { type Coerced, type CoercedComplex, coerceComplex, coerceSimple, isObject, type Origin } from './coerce-value.ts';
import { applyToValues } from './apply-to-values.ts';
import { type Findings, passOver, refuse, tolerate } from './oddity.ts';
import { type ResourceDraft, valueIn, withMember } from './resource-draft.ts';
import type { Attribute } from './schema.ts';

/** RFC 7644 §3.5.2.1–3 for one attribute. What cannot be applied becomes a problem, and the draft stays as it was. */
export function applyAssignment(draft: ResourceDraft, assignment: Assignment, findings: Findings): void {
  const { attribute } = assignment.target;
  const origin: Origin = { op: assignment.op, path: assignment.path, findings };
  if (assignment.op === 'remove' && assignment.hasValue) tolerate(findings, 'value-in-remove', assignment.path);
  if (attribute.multiValued) applyToValues(draft, assignment, origin);
  else if (assignment.op === 'remove') remove(draft, assignment, origin);
  else if (attribute.type === 'complex') assignComplex(draft, assignment, origin);
  else assign(draft, attribute, coerceSimple(attribute, assignment.value, origin), origin);
}

/** RFC 7644 §3.5.2.2. A removal of `active` says nothing about the user: in Entra mode it is passed over, and GET goes on to say it. */
function remove(draft: ResourceDraft, assignment: Assignment, origin: Origin): void {
  const { attribute, sub } = assignment.target;
  const { op, path, findings } = origin;
  const error = { code: 'mutability', detail: `${attribute.name} cannot be removed.` } as const;
  if (attribute.name === 'active') return passOver(findings, { op, path, reason: 'required' }, error);
  if (attribute.required) return refuse(findings, { op, path, reason: 'required' }, error);
  const value = valueIn(draft, attribute);
  draft.touched.set(
    attribute,
    sub !== undefined && isCanonicalObject(value) ? unlessEmpty(withMember(value, sub.name, undefined)) : undefined,
  );
}

/** One sub-attribute, or a text that stands for the whole: an object has become an assignment for each of its members before. */
function assignComplex(draft: ResourceDraft, { target, value }: Assignment, origin: Origin): void {
  const { attribute, sub } = target;
  if (sub === undefined) return assign(draft, attribute, coerceComplex(attribute, value, origin), origin);
  const coerced = coerceSimple(sub, value, origin);
  if (coerced.kind === 'invalid') return assign(draft, attribute, coerced, origin);
  const before = valueIn(draft, attribute);
  const present = isCanonicalObject(before) ? before : {};
  draft.touched.set(attribute, unlessEmpty(withMember(present, sub.name, coerced.kind === 'value' ? coerced.value : undefined)));
}

function assign(draft: ResourceDraft, attribute: Attribute, coerced: Coerced | CoercedComplex, { op, path, findings }: Origin): void {
  if (coerced.kind === 'invalid') refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail: coerced.detail });
  else if (coerced.kind === 'value') draft.touched.set(attribute, coerced.value);
  else if (coerced.kind === 'cleared' && !attribute.required) draft.touched.set(attribute, undefined);
  else if (coerced.kind === 'cleared') {
    refuse(findings, { op, path, reason: 'required' }, { code: 'invalidValue', detail: `${attribute.name} cannot be empty.` });
  }
}

function unlessEmpty(value: CanonicalObject): CanonicalObject | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function isCanonicalObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return isObject(value);
}
