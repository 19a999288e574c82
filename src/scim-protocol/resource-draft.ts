import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { isObject } from './coerce-value.ts';
import { heldAttributes, isNested } from './core-role.ts';
import type { Attribute, ResourceType } from './schema.ts';

/**
 * A resource while a request is applied to it: as it was (core attributes bare, extensions nested under their URNs), and
 * the attributes that the request touched. A request touches few of them, and nothing is done for the others.
 */
export interface ResourceDraft {
  readonly type: ResourceType;
  readonly before: CanonicalObject;
  /** Undefined where an attribute is unassigned. */
  readonly touched: Map<Attribute, CanonicalValue | undefined>;
  /** How many values of lists the request has gone through: a long list can be gone through once per operation. */
  visitedValues: number;
}

export function draftOf(type: ResourceType, before: CanonicalObject): ResourceDraft {
  return { type, before, touched: new Map(), visitedValues: 0 };
}

/** What the draft holds of an attribute. */
export function valueIn(draft: ResourceDraft, attribute: Attribute): CanonicalValue | undefined {
  return draft.touched.has(attribute) ? draft.touched.get(attribute) : heldIn(draft.type, draft.before, attribute);
}

/** What a resource holds of an attribute. */
export function heldIn(type: ResourceType, resource: CanonicalObject, attribute: Attribute): CanonicalValue | undefined {
  if (!isNested(type, attribute)) return resource[attribute.name];
  const container = resource[attribute.schema];
  return isContainer(container) ? container[attribute.name] : undefined;
}

/** The resource with what was touched in place; the very one that was there when nothing differs. */
export function resourceOf(draft: ResourceDraft): CanonicalObject {
  let resource = draft.before;
  for (const [attribute, value] of draft.touched) {
    if (sameValue(heldIn(draft.type, draft.before, attribute), value)) continue;
    resource = isNested(draft.type, attribute) ? withNested(resource, attribute, value) : withMember(resource, attribute.name, value);
  }
  return resource;
}

function withNested(resource: CanonicalObject, { name, schema }: Attribute, value: CanonicalValue | undefined): CanonicalObject {
  const present = resource[schema];
  const container = withMember(isContainer(present) ? present : {}, name, value);
  return withMember(resource, schema, Object.keys(container).length === 0 ? undefined : container);
}

/** An object with a member set, or without it. */
export function withMember(object: CanonicalObject, name: string, value: CanonicalValue | undefined): CanonicalObject {
  if (value !== undefined) return { ...object, [name]: value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** The names of the touched attributes that differ from before, as `storedName` writes them. */
export function changedAttributes({ type, before, touched }: ResourceDraft): readonly string[] {
  const changed: string[] = [];
  for (const [attribute, value] of touched) {
    if (!sameValue(heldIn(type, before, attribute), value)) changed.push(storedName(type, attribute));
  }
  return changed;
}

/** The names of the attributes in which two resources of a type differ. */
export function differingAttributes(type: ResourceType, before: CanonicalObject, after: CanonicalObject): readonly string[] {
  return heldAttributes(type)
    .filter((attribute) => !sameValue(heldIn(type, before, attribute), heldIn(type, after, attribute)))
    .map((attribute) => storedName(type, attribute));
}

/** The name by which an attribute is reported: bare in the resource itself, under the URN that it is nested in. */
function storedName(type: ResourceType, attribute: Attribute): string {
  return isNested(type, attribute) ? `${attribute.schema}:${attribute.name}` : attribute.name;
}

/** Whether two values are the same; the order of an object's members is no difference. As deep as an attribute's value goes. */
function sameValue(a: CanonicalValue | undefined, b: CanonicalValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item: CanonicalValue, at) => sameValue(item, b[at]));
  if (!isContainer(a) || !isContainer(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]));
}

function isContainer(value: CanonicalValue | undefined): value is CanonicalObject {
  return isObject(value);
}
