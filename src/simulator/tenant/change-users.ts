import { randomUUID } from 'node:crypto';
import { refuse } from '../../kernel/index.ts';
import { auditChange, auditEvent } from './record-audit.ts';
import type { DirectoryUser, UserAttributes } from './directory-user.ts';
import { isEntitled } from './entitlements.ts';
import { dropAssignment } from './hold-assignment.ts';
import type { Tenant } from './tenant.ts';

/** Throws `conflict` when another user that is not deleted bears the name, `not-found` for an unknown manager. */
export function createUser(tenant: Tenant, attributes: UserAttributes): DirectoryUser {
  takeName(tenant, attributes.userPrincipalName);
  requireManager(tenant, attributes.managerId);
  const ordinal = tenant.nextOrdinal();
  const user: DirectoryUser = { ...attributes, id: randomUUID(), ordinal, revision: ordinal, deletedDateTime: null, withheld: false };
  tenant.users.set(user.id, user);
  tenant.userIdByName.set(nameKey(user), user.id);
  auditEvent(tenant, 'Add user', user);
  return user;
}

export function changeUser(tenant: Tenant, id: string, changes: Partial<UserAttributes>): DirectoryUser {
  const before = requireUser(tenant, id);
  if (before.deletedDateTime !== null) refuse('conflict', { detail: `user ${id} is deleted: restore it first` });
  requireManager(tenant, changes.managerId ?? null);
  const after: DirectoryUser = { ...before, ...changes, revision: tenant.nextOrdinal() };
  if (nameKey(after) !== nameKey(before)) takeName(tenant, after.userPrincipalName);
  tenant.userIdByName.delete(nameKey(before));
  tenant.userIdByName.set(nameKey(after), id);
  tenant.users.set(id, after);
  auditChange(tenant, before, after);
  return after;
}

/** Into the recycle bin: assignments and memberships stay, the name becomes free. */
export function softDeleteUser(tenant: Tenant, id: string): void {
  const user = requireUser(tenant, id);
  if (user.deletedDateTime !== null) refuse('conflict', { detail: `user ${id} is deleted already` });
  tenant.userIdByName.delete(nameKey(user));
  const deleted: DirectoryUser = { ...user, deletedDateTime: tenant.now(), revision: tenant.nextOrdinal() };
  tenant.users.set(id, deleted);
  auditEvent(tenant, 'Delete user', deleted);
}

export function restoreUser(tenant: Tenant, id: string): DirectoryUser {
  const user = requireUser(tenant, id);
  if (user.deletedDateTime === null) refuse('conflict', { detail: `user ${id} is not deleted` });
  takeName(tenant, user.userPrincipalName);
  const restored: DirectoryUser = { ...user, deletedDateTime: null, revision: tenant.nextOrdinal() };
  tenant.users.set(id, restored);
  tenant.userIdByName.set(nameKey(restored), id);
  auditEvent(tenant, 'Restore user', restored);
  return restored;
}

/** Out of the recycle bin for good, with the user's memberships, assignments and place as somebody's manager. */
export function purgeUser(tenant: Tenant, id: string): void {
  const user = requireUser(tenant, id);
  if (user.deletedDateTime === null) refuse('conflict', { detail: `user ${id} is not deleted: delete it first` });
  const applications = [...tenant.applications.values()];
  const entitledTo = applications.filter((application) => isEntitled(tenant, application, id)).map((application) => application.appId);
  tenant.purgedUsers.set(id, { entitledTo: new Set(entitledTo), revision: tenant.nextOrdinal() });
  tenant.users.delete(id);
  auditEvent(tenant, 'Hard Delete user', user);
  forgetPrincipal(tenant, id);
  for (const other of tenant.users.values()) {
    if (other.managerId === id) tenant.users.set(other.id, { ...other, managerId: null, revision: tenant.nextOrdinal() });
  }
}

/** Removes a principal that is gone from every group and every application. */
export function forgetPrincipal(tenant: Tenant, id: string): void {
  for (const group of tenant.groups.values()) {
    if (!group.memberIds.has(id)) continue;
    const memberIds = new Set(group.memberIds);
    memberIds.delete(id);
    tenant.groups.set(group.id, { ...group, memberIds });
  }
  for (const application of tenant.applications.values()) {
    for (const assignment of application.assignments.values()) {
      if (assignment.principalId === id) dropAssignment(application, assignment.id);
    }
  }
}

/** Provisioning does not see this: the revision stays. */
export function withholdUser(tenant: Tenant, id: string, withheld: boolean): DirectoryUser {
  const user: DirectoryUser = { ...requireUser(tenant, id), withheld };
  tenant.users.set(id, user);
  return user;
}

export function requireUser(tenant: Tenant, id: string): DirectoryUser {
  return tenant.users.get(id) ?? refuse('not-found', { detail: `there is no user ${id}` });
}

function requireManager(tenant: Tenant, managerId: string | null): void {
  if (managerId !== null) requireUser(tenant, managerId);
}

function takeName(tenant: Tenant, userPrincipalName: string): void {
  if (tenant.userIdByName.has(userPrincipalName.toLowerCase())) {
    refuse('conflict', { detail: `another user has the userPrincipalName ${userPrincipalName}` });
  }
}

function nameKey(user: UserAttributes): string {
  return user.userPrincipalName.toLowerCase();
}
