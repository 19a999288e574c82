import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { MAX_LISTED } from '../scim-protocol/index.ts';
import { isLive } from './live-row-store.ts';

/** How many characters of a text of ids belong to one. */
export const ID_LENGTH = 36;

/**
 * The ids of a group's members in ascending order, one behind the other without anything between them: the ids of a large group
 * take a fraction of the memory and of the time that an array of them would. Members are users that are live; each is looked up
 * by its key (`offset 0`), or a group of a hundred would cost a look at all users.
 */
export function memberIdsText(group: string): string {
  return `(
      select coalesce(string_agg(scim_group_member.member_id::text, '' order by scim_group_member.member_id), '')
      from scim_group_member
      cross join lateral (
        select from scim_user
        where scim_user.workspace_id = scim_group_member.workspace_id and scim_user.id = scim_group_member.member_id
          and ${isLive('scim_user')}
        offset 0
      ) as member
      where scim_group_member.workspace_id = ${group}.workspace_id and scim_group_member.group_id = ${group}.id
    )`;
}

/** The members of some groups by the groups' ids, as `memberIdsText` holds them. */
export async function readMemberIds(
  q: Queryable,
  workspaceId: WorkspaceId,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await q.query<{ id: string; member_ids: string }>(
    {
      name: 'scim-read-member-ids',
      text: `select scim_group.id, ${memberIdsText('scim_group')} as member_ids
             from scim_group where scim_group.workspace_id = $1::uuid and scim_group.id = any($2::uuid[])`,
    },
    [workspaceId, groupIds],
  );
  return new Map(rows.map((row) => [row.id, row.member_ids]));
}

/** The users among those to be added ($2); what is no live user of the workspace becomes no member and is recorded. */
export const KNOWN = `known as materialized (
    select scim_user.id from scim_user
    where scim_user.workspace_id = (select request.workspace_id from request) and scim_user.id = any($2::uuid[]) and ${isLive('scim_user')}
  )`;

/** Adding a member that is there already is no change. */
export const ADDED = `added as (
    insert into scim_group_member (workspace_id, group_id, member_id, added_at)
    select target.workspace_id, target.id, known.id, (select request.at from request) from target cross join known
    on conflict (workspace_id, group_id, member_id) do nothing
    returning scim_group_member.member_id
  )`;

/** What is left of those to be added ($2). */
export const UNKNOWN = unknownMembers('$2::uuid[]', 'select known.id from known');

/** The ids that are wanted and not known, bounded as every list of the wire log: one entry says how many more there were. */
export function unknownMembers(wanted: string, known: string): string {
  return `(
    select coalesce(jsonb_agg(jsonb_build_object('op', 'add', 'path', format('members[value eq "%s"]', stranger.id), 'reason', 'unknown-member'))
        filter (where stranger.n <= ${MAX_LISTED}), '[]'::jsonb)
      || case when count(*) > ${MAX_LISTED}
        then jsonb_build_object('op', '', 'path', format('%s more', count(*) - ${MAX_LISTED}), 'reason', 'not-listed')
        else '[]'::jsonb end
    from (
      select wanted.id, row_number() over (order by wanted.id) as n
      from unnest(${wanted}) as wanted (id)
      where wanted.id not in (${known})
    ) as stranger)`;
}
