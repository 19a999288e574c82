import type { Instant, ScimGroupId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { MAX_LISTED, type MemberChange } from '../scim-protocol/index.ts';
import { type Evidence, evidenceValues, exchangeInsert, GATE, ledgerInserts } from './gated-write-store.ts';
import { isLive } from './live-row-store.ts';
import type { Gated, ReadKey } from './user-store.ts';

/** A live group; `memberIds` is null where members were not asked for, and then they were not read. */
export interface StoredGroup {
  readonly id: ScimGroupId;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastModified: Instant;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly memberIds: readonly string[] | null;
}

/** The columns of a group; members are those that are live users, and are read only when `withMembers` is true. */
export function groupColumns(withMembers: string): string {
  return `scim_group.id, scim_group.version, scim_group.created_at as "createdAt", scim_group.last_modified as "lastModified",
    scim_group.display_name as "displayName", scim_group.external_id as "externalId",
    case when ${withMembers}::boolean then array(
      select scim_group_member.member_id
      from scim_group_member
      join scim_user on scim_user.workspace_id = scim_group_member.workspace_id and scim_user.id = scim_group_member.member_id
        and ${isLive('scim_user')}
      where scim_group_member.workspace_id = scim_group.workspace_id and scim_group_member.group_id = scim_group.id
      order by scim_group_member.member_id
    ) end as "memberIds"`;
}

const readGroupStatement = {
  name: 'scim-read-group',
  text: `with ${GATE}
    select gate.state, ${groupColumns('$5')}
    from gate
    left join scim_group on scim_group.workspace_id = $1 and scim_group.id = $4::uuid and ${isLive('scim_group')}`,
};

export async function readGroup(
  q: Queryable,
  { workspaceId, credentialId, at }: ReadKey,
  id: ScimGroupId,
  withMembers: boolean,
): Promise<Gated<StoredGroup>> {
  type Row = { state: 'off' | 'on' } & (StoredGroup | { id: null });
  const { rows } = await q.query<Row>(readGroupStatement, [workspaceId, credentialId, at, id, withMembers]);
  const [row] = rows;
  return { state: row?.state, row: row === undefined || row.id === null ? undefined : row };
}

/** The users among those to be added; what is no live user of the workspace becomes no member and is recorded. */
function knownMembers(add: string): string {
  return `known as materialized (
    select scim_user.id from scim_user
    where scim_user.workspace_id = $1::uuid and scim_user.id = any(${add}::uuid[]) and ${isLive('scim_user')}
  )`;
}

/** What is left of those to be added, bounded as every list of the wire log: one entry says how many more there were. */
function unknownMembers(add: string): string {
  return `(
    select coalesce(jsonb_agg(jsonb_build_object('op', 'add', 'path', format('members[value eq "%s"]', stranger.id), 'reason', 'unknown-member'))
        filter (where stranger.n <= ${MAX_LISTED}), '[]'::jsonb)
      || case when count(*) > ${MAX_LISTED}
        then jsonb_build_object('op', '', 'path', format('%s more', count(*) - ${MAX_LISTED}), 'reason', 'not-listed')
        else '[]'::jsonb end
    from (
      select wanted.id, row_number() over (order by wanted.id) as n
      from unnest(${add}::uuid[]) as wanted (id)
      where not exists (select from known where known.id = wanted.id)
    ) as stranger)`;
}

/** A record about members exists only if a member came or went, one about attributes only if an attribute changed. */
const WHEN_CHANGED = `changed on (r.type <> 'scim.group.members.changed' or changed.has_other_members)
      and (r.type <> 'scim.group.updated' or changed.has_other_attributes)`;

const insertGroupStatement = {
  name: 'scim-insert-group',
  text: `with ${GATE}, target as (
    insert into scim_group (workspace_id, id, display_name, display_name_key, external_id, version, created_at, last_modified)
    select $1::uuid, $16::uuid, $22::text, $23::text, $24::text, 1, $3::timestamptz, $3::timestamptz
    from gate where gate.state = 'on'
    returning scim_group.id
  ), ${knownMembers('$25')}, added as (
    insert into scim_group_member (workspace_id, group_id, member_id, added_at)
    select $1::uuid, target.id, known.id, $3::timestamptz from target cross join known
    returning scim_group_member.member_id
  ), changed as (
    select target.id, exists (select from added) as has_other_members, false as has_other_attributes from target
  ), ${ledgerInserts(WHEN_CHANGED)}, ${exchangeInsert('target', { ignored: unknownMembers('$25') })}
  select gate.state, target.id from gate left join target on true`,
};

export interface NewGroup {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly memberIds: readonly string[];
}

/** Inserts a group, those of its members that are live users, and the evidence. */
export async function insertGroup(q: Queryable, evidence: Evidence, group: NewGroup): Promise<Gated<{ readonly id: ScimGroupId }>> {
  const { displayName, externalId, memberIds } = group;
  const values = [...evidenceValues(evidence), displayName, displayName.toLowerCase(), externalId, memberIds];
  return groupRow(await q.query<GroupRow>(insertGroupStatement, values));
}

/**
 * The row of the group is locked first and updated last, both in this statement: changes of one group queue, and each adds
 * and removes rows by key, so that none is lost (I2) and none depends on the group's size. A request that changes nothing
 * moves neither version nor lastModified and leaves no record, only its row in the wire log.
 */
function patchStatement(name: string, removal: string) {
  return {
    name,
    text: `with ${GATE}, target as (
      select scim_group.id, scim_group.display_name, scim_group.external_id
      from scim_group
      join gate on gate.state = 'on'
      where scim_group.workspace_id = $1::uuid and scim_group.id = $16::uuid and ${isLive('scim_group')}
      for no key update of scim_group
    ), ${knownMembers('$22')}, removed as (${removal}), added as (
      insert into scim_group_member (workspace_id, group_id, member_id, added_at)
      select $1::uuid, target.id, known.id, $3::timestamptz from target cross join known
      on conflict (workspace_id, group_id, member_id) do nothing
      returning scim_group_member.member_id
    ), difference as (
      select target.id, exists (select from removed) or exists (select from added) as has_other_members,
        target.display_name is distinct from coalesce($24::text, target.display_name)
          or ($26::boolean and target.external_id is distinct from $27::text) as has_other_attributes
      from target
    ), changed as (
      update scim_group
      set version = scim_group.version + 1, last_modified = greatest(scim_group.last_modified, $3::timestamptz),
        display_name = coalesce($24::text, scim_group.display_name), display_name_key = coalesce($25::text, scim_group.display_name_key),
        external_id = case when $26::boolean then $27::text else scim_group.external_id end
      from difference
      where scim_group.workspace_id = $1::uuid and scim_group.id = difference.id
        and (difference.has_other_members or difference.has_other_attributes)
      returning scim_group.id, difference.has_other_members, difference.has_other_attributes
    ), ${ledgerInserts(WHEN_CHANGED)}, ${exchangeInsert('target', { ignored: unknownMembers('$22') })}
    select gate.state, target.id from gate left join target on true`,
  };
}

const changeMembersStatement = patchStatement(
  'scim-patch-group',
  `delete from scim_group_member using target
   where scim_group_member.workspace_id = $1::uuid and scim_group_member.group_id = target.id
     and scim_group_member.member_id = any($23::uuid[])
   returning scim_group_member.member_id`,
);

/** Everybody goes who is not named; a list of which nobody is known is a mistake and removes nobody. */
const replaceMembersStatement = patchStatement(
  'scim-replace-members',
  `delete from scim_group_member using target
   where scim_group_member.workspace_id = $1::uuid and scim_group_member.group_id = target.id
     and not exists (select from unnest($22::uuid[] || $23::uuid[]) as kept (id) where kept.id = scim_group_member.member_id)
     and (cardinality($22::uuid[]) = 0 or exists (select from known))
   returning scim_group_member.member_id`,
);

export interface GroupChange {
  /** Undefined: as it is. */
  readonly displayName: string | undefined;
  /** Undefined: as it is; null: none. */
  readonly externalId: string | null | undefined;
  readonly members: MemberChange;
}

/**
 * Whether a change must hold the group before its statement begins, which sees the members as they were then and not after it
 * waited. An Add alone meets the rows that are there, a Remove alone may count as having come first; but what removes and does
 * something else would do the two at different times, and between them stands what another request did.
 */
export function mustHoldGroup({ displayName, externalId, members: { add, cleared, remove } }: GroupChange): boolean {
  const doesMore = add.length > 0 || displayName !== undefined || externalId !== undefined;
  return cleared || (remove.length > 0 && doesMore);
}

/** Applies a change to a group and inserts its evidence; in a transaction that holds the group (`lockGroup`) where `mustHoldGroup` says so. */
export async function patchGroup(q: Queryable, evidence: Evidence, change: GroupChange): Promise<Gated<{ readonly id: ScimGroupId }>> {
  const { displayName, externalId, members } = change;
  const values = [
    ...evidenceValues(evidence),
    members.add,
    members.cleared ? [] : members.remove,
    displayName ?? null,
    displayName?.toLowerCase() ?? null,
    externalId !== undefined,
    externalId ?? null,
  ];
  return groupRow(await q.query<GroupRow>(members.cleared ? replaceMembersStatement : changeMembersStatement, values));
}

/** Waits for the group's row and holds it until the transaction ends. */
export async function lockGroup(tx: Queryable, workspaceId: WorkspaceId, id: ScimGroupId): Promise<void> {
  await tx.query('select 1 from scim_group where scim_group.workspace_id = $1 and scim_group.id = $2 for no key update', [workspaceId, id]);
}

const deleteGroupStatement = {
  name: 'scim-delete-group',
  text: `with ${GATE}, changed as (
    update scim_group
    set deleted_at = $3::timestamptz, version = scim_group.version + 1, last_modified = greatest(scim_group.last_modified, $3::timestamptz)
    from gate
    where gate.state = 'on' and scim_group.workspace_id = $1::uuid and scim_group.id = $16::uuid and ${isLive('scim_group')}
    returning scim_group.id
  ), ${ledgerInserts('changed on true')}, ${exchangeInsert('changed')}
  select gate.state, changed.id from gate left join changed on true`,
};

/** Leaves a tombstone; the rows of its members stay as they were. */
export async function deleteGroup(q: Queryable, evidence: Evidence): Promise<Gated<{ readonly id: ScimGroupId }>> {
  return groupRow(await q.query<GroupRow>(deleteGroupStatement, [...evidenceValues(evidence)]));
}

type GroupRow = { readonly state: 'off' | 'on'; readonly id: ScimGroupId | null };

function groupRow({ rows }: { readonly rows: readonly GroupRow[] }): Gated<{ readonly id: ScimGroupId }> {
  const [row] = rows;
  return { state: row?.state, row: row === undefined || row.id === null ? undefined : { id: row.id } };
}
