import type { Queryable } from '../platform/index.ts';
import {
  EVIDENCE,
  type Evidence,
  exchangeInsert,
  type Gated,
  gatedRows,
  ledgerInserts,
  requests,
  writesParameter,
} from './gated-write-store.ts';
import { unknownMembers } from './group-member-store.ts';
import { isLive } from './live-row-store.ts';

/** A change of a group that does nothing but add some members, or nothing but remove some. */
export interface MembershipChange {
  readonly evidence: Evidence;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The group as the change leaves it. */
export interface ChangedMembership {
  readonly version: number;
}

/**
 * The rows of the groups are locked first, in the order of their ids, so that no two processes wait for each other; members are
 * added and removed by key, so that no change is lost (I2) and none depends on the size of a group. What really came or went is
 * what the statement's own insertion and deletion return, so that a request that changes nothing moves no version and leaves no
 * record, as where a group is changed by itself. Rows are found by their whole key (`offset 0`) and deleted where they were found:
 * a join would walk through all members of the group.
 */
const changeMembershipsStatement = {
  name: 'scim-change-memberships',
  text: `with ${requests('adds uuid[], removes uuid[]')}, present as materialized (
    select ${EVIDENCE}, request.subject_id as group_id, request.adds, request.removes, held.version
    from request
    cross join lateral (
      select scim_group.version from scim_group
      where scim_group.workspace_id = request.workspace_id and scim_group.id = request.subject_id and ${isLive('scim_group')}
      for no key update
      offset 0
    ) as held
    where request.state = 'on'
  ), known as materialized (
    select present.n, present.workspace_id, present.group_id, present.at, wanted.id
    from present
    cross join lateral unnest(present.adds) as wanted (id)
    cross join lateral (
      select from scim_user
      where scim_user.workspace_id = present.workspace_id and scim_user.id = wanted.id and ${isLive('scim_user')}
      offset 0
    ) as live
  ), added as (
    insert into scim_group_member (workspace_id, group_id, member_id, added_at)
    select known.workspace_id, known.group_id, known.id, known.at from known
    on conflict (workspace_id, group_id, member_id) do nothing
    returning scim_group_member.group_id, scim_group_member.member_id
  ), unwanted as materialized (
    select present.n, present.group_id, member.member_id, member.place
    from present
    cross join lateral unnest(present.removes) as named (id)
    cross join lateral (
      select scim_group_member.member_id, scim_group_member.ctid as place from scim_group_member
      where scim_group_member.workspace_id = present.workspace_id and scim_group_member.group_id = present.group_id
        and scim_group_member.member_id = named.id
      offset 0
    ) as member
  ), removed as (
    delete from scim_group_member where scim_group_member.ctid = any(array(select unwanted.place from unwanted))
    returning scim_group_member.group_id, scim_group_member.member_id
  ), moved as materialized (
    select known.n, 'added' as what from known join added on added.group_id = known.group_id and added.member_id = known.id
    union all
    select unwanted.n, 'removed' from unwanted
    join removed on removed.group_id = unwanted.group_id and removed.member_id = unwanted.member_id
  ), changed as materialized (
    select present.n, present.workspace_id, present.group_id, present.subject_id, present.at, present.records, counted.added, counted.removed,
      present.version + row_number() over (partition by present.workspace_id, present.group_id order by present.n) as version
    from present
    join (
      select moved.n, count(*) filter (where moved.what = 'added') as added, count(*) filter (where moved.what = 'removed') as removed
      from moved group by moved.n
    ) as counted on counted.n = present.n
  ), bumped as (
    update scim_group
    set version = latest.version, last_modified = greatest(scim_group.last_modified, latest.at)
    from (
      select changed.workspace_id, changed.group_id, max(changed.version) as version, max(changed.at) as at
      from changed group by changed.workspace_id, changed.group_id
    ) as latest
    where scim_group.workspace_id = latest.workspace_id and scim_group.id = latest.group_id
  ), ${ledgerInserts()}, ${exchangeInsert({
    subject: 'group_id',
    from: 'present',
    ignored: unknownMembers('present.adds', 'select known.id from known where known.n = present.n'),
    effect: `(
      select jsonb_build_object('changed', '["members"]'::jsonb, 'added', changed.added, 'removed', changed.removed)
      from changed where changed.n = present.n)`,
  })}
  select request.n, request.state, present.n is not null as found, coalesce(changed.version, present.version) as version
  from request
  left join present on present.n = request.n
  left join changed on changed.n = request.n`,
};

/** Applies changes to groups and inserts their evidence; no two of them may name the same member of the same group. */
export async function changeMemberships(q: Queryable, changes: readonly MembershipChange[]): Promise<readonly Gated<ChangedMembership>[]> {
  type Row = ChangedMembership & { readonly n: number; readonly state: 'off' | 'on' | null; readonly found: boolean };
  const order = changes.map((_, index) => index).sort((a, b) => compareGroups(changes[a], changes[b]));
  const writes = order.flatMap((index) => {
    const change = changes[index];
    return change === undefined ? [] : [{ evidence: change.evidence, subject: { adds: change.add, removes: change.remove } }];
  });
  const { rows } = await q.query<Row>(changeMembershipsStatement, [writesParameter(writes)]);
  const placed = rows.map((row) => ({ ...row, n: order[row.n] ?? row.n }));
  return gatedRows<ChangedMembership>(placed, changes.length);
}

function compareGroups(one: MembershipChange | undefined, other: MembershipChange | undefined): number {
  const [a, b] = [one?.evidence.subjectId ?? '', other?.evidence.subjectId ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}
