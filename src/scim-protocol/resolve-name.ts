import type { AttributePath, Filter } from './filter.ts';
import { type Findings, type IgnoredReason, tolerate } from './oddity.ts';
import { attributeNamed, type ResourceType, type Schema } from './schema.ts';
import type { ScimErrorCode } from './scim-error.ts';

/** What the path of an operation, or a key of a path-less one, names. */
export type Target = AttributeTarget | SchemaTarget | Unresolved;

export interface SchemaTarget {
  readonly kind: 'schema';
  readonly schema: Schema;
}

export interface AttributeTarget extends AttributePath {
  readonly kind: 'attribute';
  /** `emails[type eq "work"]`: which values of the attribute are meant. */
  readonly filter: Filter | undefined;
}

export interface Unresolved {
  readonly kind: 'unresolved';
  readonly reason: IgnoredReason;
  readonly error?: { readonly code: ScimErrorCode; readonly detail: string };
}

export const unknownAttribute: Unresolved = Object.freeze({ kind: 'unresolved', reason: 'unknown-attribute' });

/**
 * What a name without brackets means. Takes any case, core attributes under the core URN, `URN.attr` beside `URN:attr`
 * (entra-scim-client §2.2) and enterprise attributes without their URN. Never throws.
 */
export function resolveName(type: ResourceType, text: string, findings: Findings): Target {
  const schemas = [type.schema, ...type.extensions];
  const lower = text.toLowerCase();
  // A URN is cut off as a whole and never split at its dots: `…:2.0:User` has one (entra-scim-client §2.2).
  const schema = schemas.find((candidate) => lower.startsWith(candidate.id.toLowerCase()));
  if (schema === undefined) return resolveBareName(type, text, findings);
  const separator = text[schema.id.length];
  if (separator === undefined) return { kind: 'schema', schema };
  if (separator !== ':' && separator !== '.') return unknownAttribute;
  if (separator === '.') tolerate(findings, 'urn-with-dot', text);
  return resolveIn(schema, text.slice(schema.id.length + 1)) ?? unknownAttribute;
}

function resolveBareName(type: ResourceType, text: string, findings: Findings): Target {
  const core = resolveIn(type.schema, text);
  if (core !== undefined) return core;
  for (const extension of type.extensions) {
    const found = resolveIn(extension, text);
    if (found === undefined) continue;
    tolerate(findings, 'unqualified-extension-attribute', text);
    return found;
  }
  return unknownAttribute;
}

function resolveIn(schema: Schema, dotted: string): AttributeTarget | undefined {
  const [name = '', subName, ...rest] = dotted.split('.');
  const attribute = attributeNamed(schema.attributes, name);
  if (attribute === undefined || rest.length > 0) return undefined;
  if (subName === undefined) return { kind: 'attribute', attribute, sub: undefined, filter: undefined };
  const sub = attributeNamed(attribute.subAttributes, subName);
  return sub && { kind: 'attribute', attribute, sub, filter: undefined };
}
