import { caseFolded, type Instant, type ScimGroupId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { MemberChange } from '../scim-protocol/index.ts';
import {
  EVIDENCE,
  type Evidence,
  exchangeInsert,
  GATE,
  type Gated,
  gatedRows,
  ledgerInserts,
  type ReadKey,
  requests,
  writesParameter,
} from './gated-write-store.ts';
import { ADDED, KNOWN, memberIdsText, UNKNOWN } from './group-member-store.ts';
import { isLive } from './live-row-store.ts';

/** A live group. */
export interface StoredGroup {
  readonly id: ScimGroupId;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastModified: Instant;
  readonly displayName: string;
  readonly externalId: string | null;
}

/** A group with its members as `memberIdsText` holds them; null where they were not asked for, and then they were not read. */
export interface StoredGroupWithMembers extends StoredGroup {
  readonly memberIds: string | null;
}

const readGroupStatement = {
  name: 'scim-read-group',
  text: `with ${GATE}
    select gate.state, scim_group.id, scim_group.version, scim_group.created_at as "createdAt", scim_group.last_modified as "lastModified",
      scim_group.display_name as "displayName", scim_group.external_id as "externalId",
      case when $5::boolean then ${memberIdsText('scim_group')} end as "memberIds"
    from gate
    left join scim_group on scim_group.workspace_id = $1 and scim_group.id = $4::uuid and ${isLive('scim_group')}`,
};

export async function readGroup(
  q: Queryable,
  { workspaceId, credentialId, at }: ReadKey,
  id: ScimGroupId,
  withMembers: boolean,
): Promise<Gated<StoredGroupWithMembers>> {
  type Row = { state: 'off' | 'on' } & (StoredGroupWithMembers | { id: null });
  const { rows } = await q.query<Row>(readGroupStatement, [workspaceId, credentialId, at, id, withMembers]);
  const [row] = rows;
  return { state: row?.state, row: row === undefined || row.id === null ? undefined : row };
}

const GROUP_COLUMNS = 'display_name text, display_name_key text, external_id text, has_external_id boolean, versions bigint[]';

/** A record about members exists only if a member came or went, one about attributes only if an attribute changed. */
const WHEN_CHANGED = `(item.type <> 'scim.group.members.changed' or changed.has_other_members)
      and (item.type <> 'scim.group.updated' or changed.has_other_attributes)`;

/** Another group of the name, whose externalId is the same or that has none, or where the new one has none: the same group twice. */
function namesake(name: string, externalId: string, but: string): string {
  return `exists (
      select from scim_group as other
      where other.workspace_id = request.workspace_id and other.display_name_key = ${name} and other.deleted_at is null
        and other.id <> ${but}
        and (other.external_id = ${externalId} or other.external_id is null or ${externalId} is null)
    )`;
}

const insertGroupStatement = {
  name: 'scim-insert-group',
  text: `with ${requests(GROUP_COLUMNS)}, target as (
    insert into scim_group (workspace_id, id, display_name, display_name_key, external_id, version, created_at, last_modified)
    select request.workspace_id, request.subject_id, request.display_name, request.display_name_key, request.external_id, 1, request.at, request.at
    from request
    where request.state = 'on' and not ${namesake('request.display_name_key', 'request.external_id', 'request.subject_id')}
    returning 0 as n, scim_group.workspace_id, scim_group.id, scim_group.version, scim_group.last_modified
  ), ${KNOWN}, ${ADDED}, changed as (
    select ${EVIDENCE}, exists (select from added) as has_other_members, false as has_other_attributes
    from target join request on request.n = target.n
  ), ${ledgerInserts(WHEN_CHANGED)}, ${exchangeInsert({ subject: 'group_id', from: 'changed', ignored: UNKNOWN })}
  select request.n, request.state, target.n is not null as found, target.version, target.last_modified as "lastModified",
    (select string_agg(added.member_id::text, '' order by added.member_id) from added) as "memberIds"
  from request left join target on target.n = request.n`,
};

export interface NewGroup {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly memberIds: readonly string[];
}

export interface ChangedGroup {
  readonly version: number;
  readonly lastModified: Instant;
  readonly memberIds: string | null;
}

/**
 * Inserts a group, those of its members that are live users, and the evidence, in a transaction that holds the name (`holdName`).
 * Behind an open gate it has no row when the workspace has the group already.
 */
export async function insertGroup(tx: Queryable, evidence: Evidence, group: NewGroup): Promise<Gated<ChangedGroup>> {
  const { displayName, externalId, memberIds } = group;
  const subject = { display_name: displayName, display_name_key: caseFolded(displayName), external_id: externalId };
  return groupRow(await tx.query<GroupRow<ChangedGroup>>(insertGroupStatement, [writesParameter([{ evidence, subject }]), memberIds]));
}

/** Makes requests that would give a group this name queue until the transaction ends: no index could tell two such groups apart. */
export async function holdName(tx: Queryable, workspaceId: WorkspaceId, displayName: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::int, hashtext($2::text))', [NAME_LOCK, `${workspaceId} ${caseFolded(displayName)}`]);
}

/** The same for the name that a group has: its next externalId may make it the same group as another of that name. */
export async function holdNameOf(tx: Queryable, workspaceId: WorkspaceId, id: ScimGroupId): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock($1::int, hashtext($2::text || ' ' || scim_group.display_name_key))
     from scim_group where scim_group.workspace_id = $3::uuid and scim_group.id = $4::uuid`,
    [NAME_LOCK, workspaceId, workspaceId, id],
  );
}

/** Half of the key of an advisory lock; the other half is the name's. */
const NAME_LOCK = 7_261_992;

/**
 * The row of the group is locked first and updated last, both in this statement: changes of one group queue, and each adds
 * and removes rows by key, so that none is lost (I2) and none depends on the group's size. A request that changes nothing
 * moves neither version nor lastModified and leaves no record, only its row in the wire log.
 */
function patchStatement(name: string, removal: string) {
  return {
    name,
    text: `with ${requests(GROUP_COLUMNS)}, present as (
      select ${EVIDENCE}, scim_group.id, scim_group.version, scim_group.display_name, scim_group.display_name_key, scim_group.external_id
      from request
      join scim_group on scim_group.workspace_id = request.workspace_id and scim_group.id = request.subject_id and ${isLive('scim_group')}
      where request.state = 'on'
      for no key update of scim_group
    ), taken as (
      select present.n from present join request on request.n = present.n
      where (request.display_name_key is not null or request.has_external_id) and ${namesake(
        'coalesce(request.display_name_key, present.display_name_key)',
        'case when request.has_external_id then request.external_id else present.external_id end',
        'present.id',
      )}
    ), target as (
      select present.* from present join request on request.n = present.n
      where (request.versions is null or present.version = any(request.versions)) and not exists (select from taken)
    ), ${KNOWN}, removed as (${removal}), ${ADDED}, difference as (
      select target.n, target.workspace_id, target.id, exists (select from removed) or exists (select from added) as has_other_members,
        target.display_name is distinct from coalesce(request.display_name, target.display_name) as has_other_name,
        request.has_external_id and target.external_id is distinct from request.external_id as has_other_external_id
      from target join request on request.n = target.n
    ), changed as (
      update scim_group
      set version = scim_group.version + 1, last_modified = greatest(scim_group.last_modified, request.at),
        display_name = coalesce(request.display_name, scim_group.display_name),
        display_name_key = coalesce(request.display_name_key, scim_group.display_name_key),
        external_id = case when request.has_external_id then request.external_id else scim_group.external_id end
      from difference join request on request.n = difference.n
      where scim_group.workspace_id = difference.workspace_id and scim_group.id = difference.id
        and (difference.has_other_members or difference.has_other_name or difference.has_other_external_id)
      returning ${EVIDENCE}, difference.has_other_members, difference.has_other_name or difference.has_other_external_id as has_other_attributes,
        scim_group.version, scim_group.last_modified
    ), ${ledgerInserts(WHEN_CHANGED)}, ${exchangeInsert({ subject: 'group_id', from: 'target', ignored: UNKNOWN, effect: GROUP_EFFECT })}
    select request.n, request.state, present.n is not null as found, exists (select from taken) as "isTaken",
      target.n is not null as "isAtVersion", coalesce(changed.version, present.version) as version
    from request
    left join present on present.n = request.n
    left join target on target.n = request.n
    left join changed on changed.n = request.n`,
  };
}

/** What came of it, which only the statement knows: how many members came and went, and which attributes are other ones now. */
const GROUP_EFFECT = `(
      select jsonb_build_object(
        'changed', (case when difference.has_other_name then '["displayName"]'::jsonb else '[]'::jsonb end)
          || (case when difference.has_other_external_id then '["externalId"]'::jsonb else '[]'::jsonb end)
          || (case when difference.has_other_members then '["members"]'::jsonb else '[]'::jsonb end),
        'added', (select count(*) from added), 'removed', (select count(*) from removed))
      from difference where difference.has_other_members or difference.has_other_name or difference.has_other_external_id)`;

const changeMembersStatement = patchStatement(
  'scim-patch-group',
  `delete from scim_group_member using target
   where scim_group_member.workspace_id = target.workspace_id and scim_group_member.group_id = target.id
     and scim_group_member.member_id = any($3::uuid[])
   returning scim_group_member.member_id`,
);

/** Everybody goes who is not named; a list of which nobody is known is a mistake and removes nobody. */
const replaceMembersStatement = patchStatement(
  'scim-replace-members',
  `delete from scim_group_member using target
   where scim_group_member.workspace_id = target.workspace_id and scim_group_member.group_id = target.id
     and not exists (select from unnest($2::uuid[] || $3::uuid[]) as kept (id) where kept.id = scim_group_member.member_id)
     and (cardinality($2::uuid[]) = 0 or exists (select from known))
   returning scim_group_member.member_id`,
);

export interface GroupChange {
  /** Undefined: as it is. */
  readonly displayName: string | undefined;
  /** Undefined: as it is; null: none. */
  readonly externalId: string | null | undefined;
  readonly members: MemberChange;
  /** The versions that If-Match names; undefined: whatever it is. */
  readonly versions: readonly number[] | undefined;
}

/** What became of a change: `isTaken` when another group has the name, `isAtVersion` false when If-Match was not met; then nothing changed. */
export interface PatchedGroup {
  readonly isTaken: boolean;
  readonly isAtVersion: boolean;
  readonly version: number;
}

/**
 * Whether a change must hold the group before its statement begins, which sees the members as they were then and not after it
 * waited. An Add alone meets the rows that are there, a Remove of one member may count as having come first; but what removes
 * several, or removes and does something else, would do its parts at different times, and between them stands what another
 * request did.
 */
export function mustHoldGroup({ displayName, externalId, members: { add, cleared, remove }, versions }: GroupChange): boolean {
  const isMore = displayName !== undefined || externalId !== undefined;
  return cleared || isMore || versions !== undefined || remove.length > 1 || (remove.length > 0 && add.length > 0);
}

/** Applies a change to a group and inserts its evidence; in a transaction that holds the group (`lockGroup`) where `mustHoldGroup` says so. */
export async function patchGroup(q: Queryable, evidence: Evidence, change: GroupChange): Promise<Gated<PatchedGroup>> {
  const { displayName, externalId, members, versions } = change;
  const subject = {
    display_name: displayName,
    display_name_key: displayName === undefined ? undefined : caseFolded(displayName),
    external_id: externalId,
    has_external_id: externalId !== undefined,
    versions,
  };
  const values = [writesParameter([{ evidence, subject }]), members.add, members.cleared ? [] : members.remove];
  return groupRow(await q.query<GroupRow<PatchedGroup>>(members.cleared ? replaceMembersStatement : changeMembersStatement, values));
}

/** Waits for the group's row and holds it until the transaction ends. */
export async function lockGroup(tx: Queryable, workspaceId: WorkspaceId, id: ScimGroupId): Promise<void> {
  await tx.query('select 1 from scim_group where scim_group.workspace_id = $1 and scim_group.id = $2 for no key update', [workspaceId, id]);
}

const deleteGroupStatement = {
  name: 'scim-delete-group',
  text: `with ${requests('versions bigint[]')}, changed as (
    update scim_group
    set deleted_at = request.at, version = scim_group.version + 1, last_modified = greatest(scim_group.last_modified, request.at)
    from request
    where request.state = 'on' and scim_group.workspace_id = request.workspace_id and scim_group.id = request.subject_id
      and ${isLive('scim_group')} and (request.versions is null or scim_group.version = any(request.versions))
    returning ${EVIDENCE}, scim_group.version
  ), ${ledgerInserts()}, ${exchangeInsert({ subject: 'group_id', from: 'changed' })}
  select request.n, request.state, changed.n is not null as found
  from request left join changed on changed.n = request.n`,
};

/** Leaves a tombstone; the rows of its members stay as they were. `versions` are those that If-Match names. */
export async function deleteGroup(q: Queryable, evidence: Evidence, versions: readonly number[] | undefined): Promise<Gated<object>> {
  return groupRow(await q.query<GroupRow<object>>(deleteGroupStatement, [writesParameter([{ evidence, subject: { versions } }])]));
}

type GroupRow<Row> = Row & { readonly n: number; readonly state: 'off' | 'on' | null; readonly found: boolean };

function groupRow<Row>({ rows }: { readonly rows: readonly GroupRow<Row>[] }): Gated<Row> {
  return gatedRows<Row>(rows, 1)[0] ?? { state: undefined, row: undefined };
}
