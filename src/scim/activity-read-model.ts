import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { firstIdAt } from './exchange-id.ts';
import { type ActiveMinute, type Activity, nothing } from './recognise-cycles.ts';

/** A stretch of time, half-open. */
interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** How often a minute's requests of a credential came to one thing. */
interface Tally extends Pick<ActiveMinute, 'credentialId' | 'minute' | 'users' | 'groups'> {
  readonly outcome: keyof Activity;
  readonly count: number;
  readonly oddities: number;
}

/** What each credential did in each minute of a stretch, in pieces: the counters, and the wire log by the minute. Ranges of both primary keys. */
export async function readActivity(q: Queryable, workspaceId: WorkspaceId, { from, to }: Stretch): Promise<readonly ActiveMinute[]> {
  const counted = await q.query<Tally>(countedStatement, [workspaceId, from, to]);
  const logged = await q.query<Tally>(loggedStatement, [workspaceId, firstIdAt(from), firstIdAt(to)]);
  return [...counted.rows, ...logged.rows].map(({ outcome, count, oddities, ...minute }) => ({
    ...nothing,
    ...minute,
    oddities,
    [outcome]: count,
  }));
}

const countedStatement = `select scim_exchange_minute.credential_id as "credentialId", scim_exchange_minute.minute,
    case when scim_exchange_minute.is_probe then 'probes' when scim_exchange_minute.resource_type = 'Discovery' then 'discoveries' else 'reads' end as outcome,
    sum(scim_exchange_minute.count)::int as count, 0 as oddities, null as users, null as groups
  from scim_exchange_minute
  where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute >= $2 and scim_exchange_minute.minute < $3
  group by 1, 2, 3`;

/** What an exchange came to. A search is a read by POST; a row with a method of reading is there for something tolerated. */
const OUTCOME = `case
      when scim_exchange.status >= 400 then 'refused'
      when scim_exchange.method not in ('POST', 'PUT', 'PATCH', 'DELETE') or scim_exchange.path like '%/.search' then 'reads'
      when scim_exchange.method = 'DELETE' then 'deleted'
      when scim_exchange.method = 'POST' then 'created'
      when scim_exchange.effect is null then 'unchanged'
      when scim_exchange.effect -> 'active' = 'false'::jsonb then 'deactivated'
      when scim_exchange.effect -> 'active' = 'true'::jsonb then 'reactivated'
      when scim_exchange.effect -> 'changed' @> '["members"]'::jsonb then 'membersChanged'
      else 'updated'
    end`;

/** The least and the greatest of a column's ids. As text: min and max of uuid are new in PostgreSQL 18. */
function spanOf(column: string): string {
  return `case when count(scim_exchange.${column}) > 0 then array[min(scim_exchange.${column}::text), max(scim_exchange.${column}::text)] end`;
}

const loggedStatement = `select scim_exchange.credential_id as "credentialId", date_trunc('minute', scim_exchange.at, 'UTC') as minute,
    ${OUTCOME} as outcome, count(*)::int as count,
    (count(*) filter (where scim_exchange.tolerated <> '[]'::jsonb or scim_exchange.ignored <> '[]'::jsonb))::int as oddities,
    ${spanOf('user_id')} as users, ${spanOf('group_id')} as groups
  from scim_exchange
  where scim_exchange.workspace_id = $1 and scim_exchange.id >= $2::uuid and scim_exchange.id < $3::uuid
  group by 1, 2, 3`;

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
