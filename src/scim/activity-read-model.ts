import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { firstIdAt } from './exchange-id.ts';
import type { ActiveMinute } from './recognise-cycles.ts';

/** A stretch of time, half-open. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** What each credential did in each minute of a stretch: the counters, and the wire log by the minute. Ranges of both primary keys. */
export async function readActivity(q: Queryable, workspaceId: WorkspaceId, { from, to }: Stretch): Promise<readonly ActiveMinute[]> {
  const counted = await q.query<ActiveMinute>(countedStatement, [workspaceId, from, to]);
  const logged = await q.query<ActiveMinute>(loggedStatement, [workspaceId, firstIdAt(from), firstIdAt(to)]);
  return [...counted.rows, ...logged.rows];
}

const countedStatement = `select scim_exchange_minute.credential_id as "credentialId", scim_exchange_minute.minute,
    coalesce(sum(scim_exchange_minute.count) filter (where scim_exchange_minute.is_probe), 0)::int as probes,
    coalesce(sum(scim_exchange_minute.count) filter (
      where not scim_exchange_minute.is_probe and scim_exchange_minute.resource_type <> 'Discovery'), 0)::int as reads,
    coalesce(sum(scim_exchange_minute.count) filter (where scim_exchange_minute.resource_type = 'Discovery'), 0)::int as discoveries,
    0 as created, 0 as updated, 0 as deactivated, 0 as reactivated, 0 as deleted, 0 as "membersChanged", 0 as unchanged,
    0 as refused, 0 as oddities, null as users, null as groups
  from scim_exchange_minute
  where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute >= $2 and scim_exchange_minute.minute < $3
  group by scim_exchange_minute.credential_id, scim_exchange_minute.minute`;

/** What an exchange came to. A search is a read by POST; a row with a method of reading is there for something tolerated. */
const OUTCOME = `case
      when scim_exchange.status >= 400 then 'refused'
      when scim_exchange.method not in ('POST', 'PUT', 'PATCH', 'DELETE') or scim_exchange.path like '%/.search' then 'read'
      when scim_exchange.method = 'DELETE' then 'deleted'
      when scim_exchange.method = 'POST' then 'created'
      when scim_exchange.effect is null then 'unchanged'
      when scim_exchange.effect -> 'active' = 'false'::jsonb then 'deactivated'
      when scim_exchange.effect -> 'active' = 'true'::jsonb then 'reactivated'
      when scim_exchange.effect -> 'changed' @> '["members"]'::jsonb then 'membersChanged'
      else 'updated'
    end`;

/** How many exchanges came to something. */
function countOf(outcome: string): string {
  return `count(*) filter (where exchange.outcome = '${outcome}')::int as "${outcome}"`;
}

/** The least and the greatest of a column's ids. As text: min and max of uuid are new in PostgreSQL 18. */
function spanOf(column: string): string {
  return `case when count(exchange.${column}) > 0 then array[min(exchange.${column}::text), max(exchange.${column}::text)] end`;
}

const loggedStatement = `select exchange.credential_id as "credentialId", exchange.minute, 0 as probes, 0 as discoveries,
    count(*) filter (where exchange.outcome = 'read')::int as reads,
    ${['created', 'updated', 'deactivated', 'reactivated', 'deleted', 'membersChanged', 'unchanged', 'refused'].map(countOf).join(', ')},
    count(*) filter (where exchange.is_odd)::int as oddities, ${spanOf('user_id')} as users, ${spanOf('group_id')} as groups
  from (
    select scim_exchange.credential_id, date_trunc('minute', scim_exchange.at, 'UTC') as minute, ${OUTCOME} as outcome,
      scim_exchange.tolerated <> '[]'::jsonb or scim_exchange.ignored <> '[]'::jsonb as is_odd, scim_exchange.user_id, scim_exchange.group_id
    from scim_exchange
    where scim_exchange.workspace_id = $1 and scim_exchange.id >= $2::uuid and scim_exchange.id < $3::uuid
  ) as exchange
  group by exchange.credential_id, exchange.minute`;

/** The last minute before an instant in which anything came; null when nothing did. */
export async function lastActivityBefore(q: Queryable, workspaceId: WorkspaceId, before: Instant): Promise<Instant | null> {
  const { rows } = await q.query<{ at: Instant | null }>(
    `select greatest(
       (select scim_exchange_minute.minute from scim_exchange_minute
        where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute < $2 order by scim_exchange_minute.minute desc limit 1),
       (select date_trunc('minute', scim_exchange.at, 'UTC') from scim_exchange
        where scim_exchange.workspace_id = $1 and scim_exchange.id < $3::uuid order by scim_exchange.id desc limit 1)
     ) as at`,
    [workspaceId, before, firstIdAt(before)],
  );
  return rows[0]?.at ?? null;
}
