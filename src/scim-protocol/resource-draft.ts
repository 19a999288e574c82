import { type CanonicalObject, type CanonicalValue, canonicalJson } from '../kernel/index.ts';
import { isObject } from './coerce-value.ts';
import { type Attribute, qualifiedName, type ResourceType } from './schema.ts';

/** A resource taken apart into its attributes while a request is applied to it. */
export type ResourceDraft = Map<Attribute, CanonicalValue>;

/** Takes a stored resource (core attributes bare, extensions nested under their URNs) apart. */
export function draftOf(type: ResourceType, resource: CanonicalObject): ResourceDraft {
  const draft: ResourceDraft = new Map();
  for (const attribute of type.schema.attributes) {
    const value = resource[attribute.name];
    if (value !== undefined) draft.set(attribute, value);
  }
  for (const extension of type.extensions) {
    const nested = resource[extension.id];
    if (!isObject(nested)) continue;
    for (const attribute of extension.attributes) {
      const value = nested[attribute.name];
      if (value !== undefined) draft.set(attribute, value);
    }
  }
  return draft;
}

/** Puts a draft together again, in the order of the schema. */
export function resourceOf(type: ResourceType, draft: ResourceDraft): CanonicalObject {
  const resource: Record<string, CanonicalValue> = pick(type.schema.attributes, draft);
  for (const extension of type.extensions) {
    const nested = pick(extension.attributes, draft);
    if (Object.keys(nested).length > 0) resource[extension.id] = nested;
  }
  return resource;
}

function pick(attributes: readonly Attribute[], draft: ResourceDraft): Record<string, CanonicalValue> {
  const picked: Record<string, CanonicalValue> = {};
  for (const attribute of attributes) {
    const value = draft.get(attribute);
    if (value !== undefined) picked[attribute.name] = value;
  }
  return picked;
}

/** The qualified names of the attributes in which two drafts differ; the order of an object's members is no difference. */
export function changedAttributes(type: ResourceType, before: ResourceDraft, after: ResourceDraft): readonly string[] {
  const attributes = new Set([...before.keys(), ...after.keys()]);
  return [...attributes]
    .filter((attribute) => text(before.get(attribute)) !== text(after.get(attribute)))
    .map((attribute) => qualifiedName(type, attribute));
}

function text(value: CanonicalValue | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}
