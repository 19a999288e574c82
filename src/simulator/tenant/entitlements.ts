import type { Application } from './application.ts';
import type { Tenant } from './tenant.ts';

/** Each user that an application is assigned to, with the ids of the app roles it has there. */
export type Entitlements = ReadonlyMap<string, ReadonlySet<string>>;

/** Users count when assigned directly or as a direct member of an assigned group; nested groups do not (entra-scim-client §4.1). */
export function entitlementsOf(tenant: Tenant, application: Application): Entitlements {
  const entitlements = new Map<string, Set<string>>();
  for (const { principalId, appRoleId } of application.assignments.values()) {
    for (const userId of tenant.groups.get(principalId)?.memberIds ?? [principalId]) {
      if (!tenant.users.has(userId)) continue;
      const roles = entitlements.get(userId);
      if (roles === undefined) entitlements.set(userId, new Set([appRoleId]));
      else roles.add(appRoleId);
    }
  }
  return entitlements;
}

/** The same question for one user, without looking at all the others. */
export function isEntitled(tenant: Tenant, application: Application, userId: string): boolean {
  for (const { principalId } of application.assignments.values()) {
    if (principalId === userId || tenant.groups.get(principalId)?.memberIds.has(userId) === true) return true;
  }
  return false;
}
