import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from '../scim-protocol/index.ts';

/** Qualified names of the extensions' attributes that the server itself looks at. */
export const EMPLOYEE_NUMBER_ATTRIBUTE = `${ENTERPRISE_USER_URN}:employeeNumber`;
export const ROLE_ATTRIBUTE = `${ROLLCALL_USER_URN}:rbac_role_id`;

/** The value of an attribute by its qualified name: bare in the core schema, nested under its URN in an extension. */
export function attributeValue(resource: CanonicalObject, qualified: string): CanonicalValue | undefined {
  const end = qualified.lastIndexOf(':');
  if (end < 0) return resource[qualified];
  const extension: CanonicalValue | undefined = resource[qualified.slice(0, end)];
  return isObject(extension) ? extension[qualified.slice(end + 1)] : undefined;
}

function isObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
