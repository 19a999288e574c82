import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { isObject } from './coerce-value.ts';
import { storable } from './oddity.ts';
import { CORE_USER_URN, ROLLCALL_USER_URN } from './urn.ts';

/** Where a user's role may be said (entra-scim-client §8). */
export const roleSources = ['extension', 'userType', 'roles', 'core'] as const;
export type RoleSource = (typeof roleSources)[number];

/** What a source says of a user's role. A workspace orders its sources; the first that names a role of its catalogue wins. */
export interface RoleClaim {
  readonly source: RoleSource;
  readonly value: string;
  /** The value as it was sent, where the role had to be read out of it. */
  readonly raw?: string;
}

/** What each source of a user says, for those that say anything. The resource keeps what was sent (I13); this only reads it. */
export function roleClaims(resource: CanonicalObject): readonly RoleClaim[] {
  return [
    ...claimOf('extension', memberIn(resource[ROLLCALL_USER_URN], 'rbac_role_id')),
    ...claimOf('userType', resource['userType']),
    ...rolesClaim(resource['roles']),
    ...claimOf('core', memberIn(resource[CORE_USER_URN], 'role')),
  ];
}

function claimOf(source: RoleSource, value: CanonicalValue | undefined): readonly RoleClaim[] {
  return typeof value === 'string' && value !== '' ? [{ source, value }] : [];
}

function memberIn(container: CanonicalValue | undefined, name: string): CanonicalValue | undefined {
  return isCanonicalObject(container) ? container[name] : undefined;
}

/** The primary role, else the only one: of several without a primary none is more the user's role than another. */
function rolesClaim(roles: CanonicalValue | undefined): readonly RoleClaim[] {
  const values = Array.isArray(roles) ? roles.filter(isCanonicalObject) : [];
  const chosen = values.find((role) => role['primary'] === true) ?? (values.length === 1 ? values[0] : undefined);
  const raw = chosen?.['value'];
  if (typeof raw !== 'string' || raw === '') return [];
  const assignment = readAppRole(raw);
  if (assignment === undefined) return [{ source: 'roles', value: raw }];
  const value = [assignment['value'], assignment['displayName'], assignment['id']].find(isText);
  // JSON's escapes can write what no column holds, such as NUL; what was sent holds the escape alone.
  return value === undefined ? [] : [{ source: 'roles', value: storable(value), raw }];
}

/** The object that a legacy PATCH writes into the value as JSON: `{"id", "value", "displayName"}` (entra-scim-client §2.3). */
function readAppRole(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // No JSON: then the text itself is the role's name.
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCanonicalObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return isObject(value);
}
