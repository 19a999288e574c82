import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { isLive } from './live-row-store.ts';
import type { NamedGroup } from './render-answer.ts';

/** The groups of some users by the users' ids (RFC 7643 §4.1.2 `groups`); a user without groups has an empty list. */
export async function readGroupsOf(
  q: Queryable,
  workspaceId: WorkspaceId,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedGroup[]>> {
  const { rows } = await q.query<NamedGroup & { readonly userId: string }>(
    `select scim_group_member.member_id as "userId", scim_group.id, scim_group.display_name as "displayName"
     from scim_group_member
     join scim_group on scim_group.workspace_id = scim_group_member.workspace_id and scim_group.id = scim_group_member.group_id
       and ${isLive('scim_group')}
     where scim_group_member.workspace_id = $1::uuid and scim_group_member.member_id = any($2::uuid[])
     order by scim_group_member.member_id, scim_group.id`,
    [workspaceId, userIds],
  );
  const groups = new Map<string, NamedGroup[]>(userIds.map((id) => [id, []]));
  for (const { userId, ...group } of rows) groups.get(userId)?.push(group);
  return groups;
}
