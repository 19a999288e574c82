import { readAuthorityBands } from '../activation/index.ts';
import { type Instant, MINUTE_MS, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { lengthMs, longestUnseen, provableMinutes, type Stretch } from '../verdict/index.ts';
import { readLooks, readSentRequests, readSettingRecords, readTurns, type SettingRecord } from './directory-settings-read-model.ts';
import type { DirectoryInput, ReportSources } from './report-sources.ts';
import { readRosterInputs, readRosterTotals } from './roster-inputs-read-model.ts';
import { isListed, type ReportRange } from './report-read-model.ts';
import { type SetConnection, schedulesInForce, scopesInForce } from './settings-in-force.ts';

type Range = Pick<ReportRange, 'start' | 'end'>;

/** What a report on `[start, end)` was made from, `end` being its as-of, as it was read at `at`; `periodIds`: of those who left. */
export async function readSources(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, periodIds, ...range }: ReportRange & { readonly at: Instant; readonly periodIds: readonly string[] },
): Promise<Pick<ReportSources, 'roster' | 'rosterTotals' | 'authority' | 'scim' | 'scopes' | 'directories'>> {
  const records = await readSettingRecords(q, workspaceId, range.end);
  const connections = await readConnections(q, workspaceId, range);
  const period = { from: range.start, to: range.end };
  const looks = await readLooks(q, workspaceId, period);
  const sent = await readSentRequests(q, workspaceId, period);
  return {
    roster: await readRosterInputs(q, workspaceId, { ...range, periodIds }),
    rosterTotals: await readRosterTotals(q, workspaceId, range.end),
    directories: connections.map((connection) =>
      directoryInput(connection, { records, period, sent, looks: looks.get(connection.connectionId) ?? [] }),
    ),
    authority: await readAuthority(q, workspaceId, range),
    scopes: connections.flatMap((connection) => scopesInForce(connection, records, period)),
    scim: { ...(await countScimUsers(q, workspaceId)), countedAt: at },
  };
}

/** A connection with its looks, and how often it is looked at now. */
type LookedAt = Omit<DirectoryInput, 'schedules' | 'requests' | 'longestUnseen' | 'promisedMinutes' | 'provableMinutes'> & SetConnection;

interface DirectoryBasis {
  readonly records: readonly SettingRecord[];
  readonly period: Stretch;
  /** Of all connections. */
  readonly sent: Awaited<ReturnType<typeof readSentRequests>>;
  /** Complete ones within the period. */
  readonly looks: readonly Stretch[];
}

/**
 * What could be proven is what the looks of the period allow: by the rarest schedule that was in force, and as they happened. A replica may lag behind either;
 * with the audit log the instants themselves are known (evidence §1.2).
 */
function directoryInput(connection: LookedAt, { looks, period, records, sent }: DirectoryBasis): DirectoryInput {
  const { fullEveryMinutes: _full, syncEveryMinutes: _sync, ...read } = connection;
  const schedules = schedulesInForce(connection, records, period);
  const unseen = longestUnseen(looks, connectedWithin(connection, period));
  const minutes = (ms: number) => (read.isAudited ? 0 : provableMinutes(ms));
  return {
    ...read,
    schedules,
    requests: sent
      .filter(({ connectionId }) => connectionId === connection.connectionId)
      .map(({ connectionId: _of, ...requests }) => requests),
    longestUnseen: unseen,
    promisedMinutes: minutes(Math.max(0, ...schedules.map(({ syncEveryMinutes }) => syncEveryMinutes * MINUTE_MS))),
    provableMinutes: minutes(unseen === null ? 0 : lengthMs(unseen)),
  };
}

/** The part of a period in which a directory was connected. */
function connectedWithin({ connectedAt, removedAt }: SetConnection, { from, to }: Stretch): Stretch {
  return { from: connectedAt > from ? connectedAt : from, to: removedAt !== null && removedAt < to ? removedAt : to };
}

async function readConnections(q: Queryable, workspaceId: WorkspaceId, { start, end, named }: ReportRange): Promise<readonly LookedAt[]> {
  const { rows } = await q.query<LookedAt>(
    `select connection.id as "connectionId", connection.cloud, connection.tenant_id::text as "tenantId",
            connection.created_at as "connectedAt", connection.removed_at as "removedAt", connection.sync_every_minutes as "syncEveryMinutes",
            connection.full_every_minutes as "fullEveryMinutes",
            looks.complete as "completeLooks", looks.failed as "failedLooks", reached.at as "lastLookAt",
            case when latest.id is not null then
              jsonb_build_object('runId', latest.id,
                                 'requestedAt', to_char(latest.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                                 'accounts', (latest.counts ->> 'users')::bigint) end as "lastFullLook",
            exists (
              select from directory_audit_window as audited
              where audited.workspace_id = connection.workspace_id and audited.connection_id = connection.id
                and audited.looked_from <= greatest(connection.created_at, $2) and audited.looked_until >= reached.at
            ) as "isAudited"
       from directory_connection as connection
       cross join lateral (
         select count(*) filter (where run.state = 'complete')::int as complete, count(*) filter (where run.state = 'failed')::int as failed
           from directory_run as run
          where run.workspace_id = connection.workspace_id and run.connection_id = connection.id
            and run.requested_at >= $2 and run.requested_at <= $3
       ) as looks
       cross join lateral (
         select max(run.requested_at) as at
           from directory_run as run
          where run.workspace_id = connection.workspace_id and run.connection_id = connection.id
            and run.state = 'complete' and run.requested_at <= $3
       ) as reached
       left join lateral (
         select run.id, run.requested_at, run.counts
           from directory_run as run
          where run.workspace_id = connection.workspace_id and run.connection_id = connection.id
            and run.state = 'complete' and run.kind = 'full' and run.requested_at <= $3
          order by run.requested_at desc
          limit 1
       ) as latest on true
      where connection.workspace_id = $1
        and connection.created_at <= $3
        and ${isListed('connection')}
      order by connection.created_at, connection.id`,
    [workspaceId, start, end, named],
  );
  return rows;
}

/** Bands that touch the range. */
async function readAuthority(q: Queryable, workspaceId: WorkspaceId, { start, end }: Range): Promise<ReportSources['authority']> {
  const bands = await readAuthorityBands(q, workspaceId);
  const turns = await readTurns(q, workspaceId);
  return bands
    .filter(({ from, to }) => from <= end && (to === null || to > start))
    .map(({ authority, from, to }) => ({ authority, from, to, by: null, recordId: null, ...turns.get(from) }));
}

async function countScimUsers(q: Queryable, workspaceId: WorkspaceId): Promise<Omit<ReportSources['scim'], 'countedAt'>> {
  const { rows } = await q.query<Omit<ReportSources['scim'], 'countedAt'>>(
    `select count(*)::int as users, (count(*) filter (where scim_user.active and scim_user.deleted_at is null))::int as active
       from scim_user
      where scim_user.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0] ?? { users: 0, active: 0 };
}
