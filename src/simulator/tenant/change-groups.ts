import { randomUUID } from 'node:crypto';
import { refuse } from '../../kernel/index.ts';
import { forgetPrincipal } from './change-users.ts';
import type { DirectoryGroup } from './directory-group.ts';
import type { Tenant } from './tenant.ts';

export function createGroup(tenant: Tenant, displayName: string, memberIds: readonly string[]): DirectoryGroup {
  requirePrincipals(tenant, memberIds);
  const ordinal = tenant.nextOrdinal();
  const group: DirectoryGroup = { id: randomUUID(), ordinal, revision: ordinal, displayName, memberIds: new Set(memberIds) };
  tenant.groups.set(group.id, group);
  tenant.membershipChanges.set(
    group.id,
    [...group.memberIds].map((memberId) => ({ revision: ordinal, memberId, isRemoved: false })),
  );
  return group;
}

/** Adds and removes direct members; adding a member again and removing a stranger change nothing. */
export function changeMembers(tenant: Tenant, id: string, changes: { add: readonly string[]; remove: readonly string[] }): DirectoryGroup {
  const group = requireGroup(tenant, id);
  requirePrincipals(tenant, changes.add);
  const memberIds = new Set([...group.memberIds, ...changes.add]);
  for (const member of changes.remove) memberIds.delete(member);
  const changed: DirectoryGroup = { ...group, memberIds, revision: tenant.nextOrdinal() };
  tenant.groups.set(id, changed);
  const { revision } = changed;
  const come = [...memberIds].filter((member) => !group.memberIds.has(member));
  const gone = [...group.memberIds].filter((member) => !memberIds.has(member));
  tenant.membershipChanges
    .get(id)
    ?.push(
      ...come.map((memberId) => ({ revision, memberId, isRemoved: false })),
      ...gone.map((memberId) => ({ revision, memberId, isRemoved: true })),
    );
  return changed;
}

export function renameGroup(tenant: Tenant, id: string, displayName: string): DirectoryGroup {
  const renamed: DirectoryGroup = { ...requireGroup(tenant, id), displayName, revision: tenant.nextOrdinal() };
  tenant.groups.set(id, renamed);
  return renamed;
}

export function deleteGroup(tenant: Tenant, id: string): void {
  requireGroup(tenant, id);
  tenant.groups.delete(id);
  tenant.membershipChanges.delete(id);
  tenant.deletedGroups.set(id, tenant.nextOrdinal());
  forgetPrincipal(tenant, id);
}

export function requireGroup(tenant: Tenant, id: string): DirectoryGroup {
  return tenant.groups.get(id) ?? refuse('not-found', { detail: `there is no group ${id}` });
}

function requirePrincipals(tenant: Tenant, ids: readonly string[]): void {
  const stranger = ids.find((id) => !tenant.users.has(id) && !tenant.groups.has(id));
  if (stranger !== undefined) refuse('not-found', { detail: `there is no user or group ${stranger}` });
}
