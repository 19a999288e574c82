import type { AttributePath } from './filter.ts';
import type { Findings } from './oddity.ts';
import { resolveName } from './resolve-name.ts';
import { type Attribute, attributeNamed, commonAttribute, type ResourceType } from './schema.ts';

/** What names mean in the filter that is read: those of a resource, or the sub-attributes of one value. Undefined: nothing. */
export type Scope = (name: string) => AttributePath | undefined;

/** The attributes of a resource, those of its extensions by their URN and, as Entra writes them, without it; `id`, `schemas` and `meta`. */
export function resourceScope(type: ResourceType, findings: Findings): Scope {
  return (name) => {
    const target = resolveName(type, name, findings);
    if (target.kind === 'attribute') return target;
    const prefix = `${type.schema.id}:`;
    const bare = name.toLowerCase().startsWith(prefix.toLowerCase()) ? name.slice(prefix.length) : name;
    return commonPath(bare);
  };
}

function commonPath(name: string): AttributePath | undefined {
  const [head = '', subName, ...rest] = name.split('.');
  const attribute = commonAttribute(head);
  if (attribute === undefined || rest.length > 0) return undefined;
  if (subName === undefined) return { attribute, sub: undefined };
  const sub = attributeNamed(attribute.subAttributes, subName);
  return sub && { attribute, sub };
}

/** The names between the brackets of a value path. */
export function valueScope(attribute: Attribute): Scope {
  return (name) => {
    const sub = attributeNamed(attribute.subAttributes, name);
    return sub && { attribute: sub, sub: undefined };
  };
}

/**
 * The names of several resource types at once, for a search at the root: an attribute that only another type has is one that no
 * resource of this type has a value of (RFC 7644 §3.4.2.1).
 */
export function sharedScope(type: ResourceType, others: readonly ResourceType[], findings: Findings): Scope {
  const own = resourceScope(type, findings);
  return (name) => own(name) ?? others.map((other) => resourceScope(other, findings)(name)).find((path) => path !== undefined);
}
