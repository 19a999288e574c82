import type { Filter } from '../scim-protocol/index.ts';
import { type Condition, compileFilter } from './compile-filter-store.ts';
import type { FilterTarget } from './filter-columns-store.ts';
import { GATE } from './gated-write-store.ts';
import { isLive } from './live-row-store.ts';
import { orderBy, type Sort, type SortKey } from './sort-columns-store.ts';

/** What a list is asked for; what is not asked for is undefined. */
export interface ListQuery {
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
  readonly position: Position;
  readonly count: number;
}

/** Where a page begins. */
export type Position =
  /** How many resources are passed over: `startIndex` - 1. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** Behind which resource; undefined: with the first. One row more than `count` is read, which tells whether another page follows. */
  | { readonly kind: 'after'; readonly after: After | undefined; readonly isCounted: boolean };

/** A resource's place in its list. */
export interface After {
  readonly id: string;
  /** What the list is sorted by, as text; null where the resource has none, undefined where the list is not sorted. */
  readonly sortKey?: string | null;
}

export interface ListStatement {
  readonly text: string;
  /** $4 and on: the count, where the page begins, and what the filter compares with. */
  readonly values: readonly unknown[];
}

/** $1 to $3 are the gate's; where there is an offset, it is $5. */
const COUNT = '$4::int';
const OFFSET = '$5::bigint';
const GATE_VALUES = 3;

/** What a row of a list is made of; the ids of a group's members are read apart. */
export function listedColumns({ table }: FilterTarget): string {
  const common = `${table}.id, ${table}.version, ${table}.created_at as "createdAt", ${table}.last_modified as "lastModified"`;
  return table === 'scim_user'
    ? `${common}, scim_user.resource::text as resource`
    : `${common}, scim_group.display_name as "displayName", scim_group.external_id as "externalId"`;
}

/**
 * One statement for a page and its total (RFC 7644 §3.4.2): through an index where the filter names a value of one, through the
 * tally where everybody is listed, else in the order of the list.
 */
export function listStatement(target: FilterTarget, endpoint: string, query: ListQuery): ListStatement {
  const { count, filter, position, sort } = query;
  const values: unknown[] = position.kind === 'offset' ? [count, position.offset] : [count];
  const bind = (value: unknown) => `$${values.push(value) + GATE_VALUES}`;
  const condition = filter === undefined ? undefined : compileFilter({ target, endpoint, bind }, filter);
  const isSelective = condition?.index !== undefined;
  const where = conditionOf(target, condition);
  const total = condition === undefined ? totalOf(target) : undefined;
  if (position.kind === 'after') {
    const order = orderBy(target, sort, CURSOR_KEY_LENGTH);
    return { text: keysetList({ target, where, order }, { position, bind, isSelective, total }), values };
  }
  const list = { target, where, order: orderBy(target, sort) };
  if (isSelective) return { text: selectiveList(list), values };
  if (condition === undefined && sort === undefined && target.table === 'scim_user') return { text: talliedList(target), values };
  return { text: orderedList(list, total), values };
}

/** How much of a text a list is sorted by that is paged by cursor, in characters: a cursor holds it, and an address holds the cursor. */
const CURSOR_KEY_LENGTH = 256;

interface List {
  readonly target: FilterTarget;
  readonly where: string;
  readonly order: readonly SortKey[];
}

/**
 * Written for the index that is to be used, and so that no other one is: the index of live rows wants to hear of them in its own
 * words (`isLive` says the same in others), and beside the one of addresses a workspace's whole index would be read.
 */
function conditionOf({ table }: FilterTarget, condition: Condition | undefined): string {
  const ours = condition?.index === 'email' ? `${table}.workspace_id::text = $1::uuid::text` : `${table}.workspace_id = $1::uuid`;
  const rows = `${ours} and ${condition?.index === 'live' ? `${table}.deleted_at is null` : isLive(table)}`;
  return condition === undefined ? rows : `${rows} and (${condition.sql})`;
}

/** What matches is found first and by itself (materialized), or the planner might walk a million rows in the list's order. */
function selectiveList({ target, where, order }: List): string {
  const { table } = target;
  return `with ${GATE}, matched as materialized (
      select ${listedColumns(target)}, ${order.map(({ sql }, n) => `${sql} as sort_key_${n}`).join(', ')} from ${table} where ${where}
    )
    select gate.state, (select count(*) from matched) as total, page.*
    from gate left join (
      select * from matched order by ${order.map(({ direction }, n) => `matched.sort_key_${n} ${direction}`).join(', ')}
      limit ${COUNT} offset ${OFFSET}
    ) as page on true`;
}

interface Keyset {
  readonly position: Position & { readonly kind: 'after' };
  readonly bind: (value: unknown) => string;
  readonly isSelective: boolean;
  readonly total: string | undefined;
}

/** A page that begins behind a resource (RFC 9865): nothing is passed over, and nothing counted but with the first page. */
function keysetList({ target, where, order }: List, { position, bind, isSelective, total }: Keyset): string {
  const keys = order.map((key, n) => ({ ...key, sql: `matched.sort_key_${n}` }));
  const sortKey = keys.length === 1 ? '' : ', matched.sort_key_0::text as "sortKey"';
  const begin = position.after === undefined ? 'true' : comesAfter(keys, position.after, bind);
  const counted =
    total ?? `case when (select count(*) from page) <= ${COUNT} then (select count(*) from page) else (select count(*) from matched) end`;
  return `with ${GATE}, matched as ${isSelective ? '' : 'not '}materialized (
      select ${listedColumns(target)}, ${order.map(({ sql }, n) => `${sql} as sort_key_${n}`).join(', ')} from ${target.table} where ${where}
    ), page as (
      select matched.*${sortKey} from matched where ${begin}
      order by ${keys.map(({ sql, direction }) => `${sql} ${direction}`).join(', ')}
      limit ${COUNT} + 1
    )
    select gate.state, ${position.isCounted ? counted : 'null::bigint'} as total, page.*
    from gate left join page on true`;
}

/** Whether a row stands behind a place, in an order of one key and the id; without a value a row comes last, or first where the order is descending. */
function comesAfter(keys: readonly SortKey[], { id, sortKey }: After, bind: (value: unknown) => string): string {
  const [key] = keys;
  const later = `matched.id > ${bind(id)}::uuid`;
  if (keys.length === 1 || key === undefined) return later;
  const isDescending = key.direction.startsWith('desc');
  if (sortKey === null || sortKey === undefined)
    return isDescending ? `(${key.sql} is not null or ${later})` : `(${key.sql} is null and ${later})`;
  const value = `${bind(sortKey)}::${key.type}`;
  const beyond = isDescending ? `${key.sql} < ${value}` : `(${key.sql} > ${value} or ${key.sql} is null)`;
  return `(${beyond} or (${key.sql} = ${value} and ${later}))`;
}

/** A page that is not full shows that nothing follows; only then nobody needs to count what matches. */
function orderedList({ target, where, order }: List, total?: string): string {
  const counted = total ?? `(select count(*) from ${target.table} where ${where})`;
  return `with ${GATE}, page as (
      select ${listedColumns(target)}
      from ${target.table} where ${where}
      order by ${order.map(({ sql, direction }) => `${sql} ${direction}`).join(', ')}
      limit ${COUNT} offset ${OFFSET}
    )
    select gate.state,
      case when ${OFFSET} = 0 and (select count(*) from page) < ${COUNT} then (select count(*) from page) else ${counted} end as total,
      page.*
    from gate left join page on true`;
}

/** Everybody is counted in the tally; groups are few. */
function totalOf({ table }: FilterTarget): string | undefined {
  if (table === 'scim_group') return undefined;
  return `(select coalesce(sum(scim_user_tally.n), 0) from scim_user_tally where scim_user_tally.workspace_id = $1::uuid)`;
}

/**
 * A page of everybody: the tally says before which block how many stand, and within the block the page is walked to. What came
 * or went since a block was counted stands beside it, so that the tally is exact in every snapshot.
 */
function talliedList(target: FilterTarget): string {
  return `with ${GATE}, entry as (
      select entry.id, entry.kind, sum(entry.n) over (order by entry.id, entry.kind) - entry.n as before, sum(entry.n) over () as total
      from (
        select scim_user_tally.id, scim_user_tally.kind, scim_user_tally.n from scim_user_tally where scim_user_tally.workspace_id = $1::uuid
        union all select '00000000-0000-0000-0000-000000000000'::uuid, -1, 0
      ) as entry
    ), block as (
      select entry.id, entry.before, entry.total from entry
      where entry.kind <= 0 and entry.before <= ${OFFSET}
      order by entry.id desc, entry.kind desc limit 1
    ), first as (
      select scim_user.id from scim_user
      where scim_user.workspace_id = $1::uuid and ${isLive('scim_user')} and scim_user.id >= (select block.id from block)
      order by scim_user.id
      limit 1 offset (select ${OFFSET} - block.before from block)
    ), page as (
      select ${listedColumns(target)}
      from scim_user
      where scim_user.workspace_id = $1::uuid and ${isLive('scim_user')} and scim_user.id >= (select first.id from first)
      order by scim_user.id
      limit ${COUNT}
    )
    select gate.state, (select block.total from block) as total, page.*
    from gate left join page on true`;
}
