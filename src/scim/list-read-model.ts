import { createHash } from 'node:crypto';
import type { Queryable } from '../platform/index.ts';
import type { Condition } from './compile-filter-store.ts';
import { GATE } from './gated-write-store.ts';
import { groupColumns, type StoredGroup } from './group-store.ts';
import { isLive } from './live-row-store.ts';
import type { ReadKey, StoredUser } from './user-store.ts';

/** A page of a list: `startIndex` counts from 1 (RFC 7644 §3.4.2.4). */
export interface PageRequest {
  readonly startIndex: number;
  readonly count: number;
  /** Undefined: everything. Its parameters begin at `FILTER_PARAMETER`. */
  readonly condition: Condition | undefined;
}

export interface ListedPage<Row> {
  /** Undefined when the credential is no longer live. */
  readonly state: 'off' | 'on' | undefined;
  readonly total: number;
  readonly rows: readonly Row[];
}

export const FILTER_PARAMETER = 6;

/**
 * One statement: the gate, what matches, how much that is, and the page. What matches is found first and by itself
 * (materialized), or the planner would walk the primary key in the page's order and filter a million rows one by one.
 */
function listText(table: 'scim_user' | 'scim_group', columns: string, condition: Condition | undefined): string {
  const matched =
    condition === undefined
      ? ''
      : `, matched as materialized (
          select ${table}.id from ${table}
          where ${table}.workspace_id = $1::uuid and ${table}.deleted_at is null and (${condition.sql}))`;
  const total =
    condition === undefined
      ? `(select count(*) from ${table} where ${table}.workspace_id = $1::uuid and ${table}.deleted_at is null)`
      : '(select count(*) from matched)';
  const from = condition === undefined ? table : `matched join ${table} on ${table}.workspace_id = $1::uuid and ${table}.id = matched.id`;
  return `with ${GATE}${matched}, page as (
      select ${columns} from ${from}
      where ${table}.workspace_id = $1::uuid and ${isLive(table)}
      order by ${table}.id
      limit $4::int offset $5::bigint
    )
    select gate.state, ${total} as total, page.* from gate left join page on true order by page.id`;
}

const USER_COLUMNS = `scim_user.id, scim_user.version, scim_user.created_at as "createdAt", scim_user.last_modified as "lastModified", scim_user.resource`;

export function listUsers(q: Queryable, key: ReadKey, page: PageRequest): Promise<ListedPage<StoredUser>> {
  return list<StoredUser>(q, key, page, listText('scim_user', USER_COLUMNS, page.condition));
}

/** `withMembers` false: no member is read. */
export function listGroups(
  q: Queryable,
  key: ReadKey,
  page: PageRequest & { readonly withMembers: boolean },
): Promise<ListedPage<StoredGroup>> {
  return list<StoredGroup>(q, key, page, listText('scim_group', groupColumns(String(page.withMembers)), page.condition));
}

async function list<Row extends { readonly id: string }>(
  q: Queryable,
  { workspaceId, credentialId, at }: ReadKey,
  page: PageRequest,
  text: string,
): Promise<ListedPage<Row>> {
  type Listed = { readonly state: 'off' | 'on'; readonly total: number } & (Row | { readonly id: null });
  const { startIndex, count, condition } = page;
  const values = [workspaceId, credentialId, at, count, startIndex - 1, ...(condition?.values ?? [])];
  const { rows } = await q.query<Listed>({ ...statementName(text, condition), text }, values);
  const [first] = rows;
  return { state: first?.state, total: first?.total ?? 0, rows: rows.filter((row): row is Listed & Row => row.id !== null) };
}

/** How many values a filter may have whose statement is prepared: Entra's have one or two, and each shape is kept for good. */
const MAX_PREPARED_VALUES = 3;

function statementName(text: string, condition: Condition | undefined): { readonly name?: string } {
  if (condition !== undefined && condition.values.length > MAX_PREPARED_VALUES) return {};
  return { name: `scim-list-${createHash('sha256').update(text).digest('hex').slice(0, 32)}` };
}
