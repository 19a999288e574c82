import { type Scope, scopes } from '../platform/index.ts';

/**
 * The roles that every workspace starts with, since the product itself gives them a meaning. A higher rank means more power. The
 * directory makes nobody an administrator unless the workspace says that it may: whoever holds the SCIM secret could.
 */
export const builtInRoles = [
  { id: 'admin', name: 'Administrator', rank: 100, directoryMayGrant: false },
  { id: 'auditor', name: 'Auditor', rank: 50, directoryMayGrant: true },
] as const;

/** What a break-glass principal may do: everything. */
export const ownerScopes: readonly Scope[] = scopes;

/** What an administrator of that role may do; a role that the product knows nothing about may look, and no more. */
export function scopesOfRole(roleId: string): readonly Scope[] {
  if (roleId === 'admin') return scopes;
  if (roleId === 'auditor') return ['read', 'evidence'];
  return ['read'];
}

/** What somebody may do who was not invited: what SCIM granted them by name; a role that the product knows nothing about gives nothing. */
export function scopesOfPerson(roleId: string | null): readonly Scope[] {
  return builtInRoles.some(({ id }) => id === roleId) ? scopesOfRole(roleId ?? '') : [];
}

/** What a token may do now: never more than its administrator's role gives at this moment. */
export function scopesOfToken(asked: readonly string[], roleId: string): readonly Scope[] {
  return scopesOfRole(roleId).filter((scope) => asked.includes(scope));
}
