import { type Attribute, MAX_KEY_LENGTH, attribute, type ResourceType, schema } from './schema.ts';
import { CORE_USER_URN } from './urn.ts';

/**
 * `urn:ietf:params:scim:schemas:core:2.0:User:role`, which administrators create although RFC 7643 has no such attribute.
 * Entra sends it nested under the core URN and reads it back there (entra-scim-client §2.2), so that is where it is held:
 * like an attribute of an extension whose URN is the core schema's. Schema discovery does not list it.
 */
const coreRoleSchema = schema(CORE_USER_URN, 'CoreRole', 'A role under the core URN', [
  attribute('role', 'The id of a role, as administrators place it under the core URN', { caseExact: true, maxLength: MAX_KEY_LENGTH }),
]);

const [coreRole] = coreRoleSchema.attributes;
const CORE_ROLE_NAME = `${CORE_USER_URN}:role`;

/** The attribute that a URN-qualified name means, when it is the role under the core URN; a bare `role` is not. */
export function coreRoleNamed(type: ResourceType, name: string): Attribute | undefined {
  if (type.name !== 'User' || name.length !== CORE_ROLE_NAME.length) return undefined;
  const hasSeparator = /^[:.]$/.test(name.charAt(CORE_USER_URN.length));
  const [urn, role] = [name.slice(0, CORE_USER_URN.length), name.slice(CORE_USER_URN.length + 1)];
  return hasSeparator && urn.toLowerCase() === CORE_USER_URN.toLowerCase() && role.toLowerCase() === 'role' ? coreRole : undefined;
}

/** The attributes of a type that a resource holds under a URN, the role under the core URN among them. */
export function isNested(type: ResourceType, attribute: Attribute): boolean {
  return attribute.schema !== type.schema.id || attribute === coreRole;
}

/** Every attribute that a resource of the type may hold. */
export function heldAttributes(type: ResourceType): readonly Attribute[] {
  const extensions = type.extensions.flatMap((extension) => extension.attributes);
  return [...type.schema.attributes, ...extensions, ...(type.name === 'User' ? coreRoleSchema.attributes : [])];
}
