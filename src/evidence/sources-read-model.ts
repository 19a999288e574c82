import { readAuthorityBands } from '../activation/index.ts';
import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { speaksOfEverybody } from '../roster/index.ts';
import type { DirectoryInput, ReportSources, RosterInput } from './report-sources.ts';

interface Range {
  readonly start: Instant;
  readonly end: Instant;
}

/** What a report on `[start, end)` was made from, `end` being its as-of. The shortest provable allowances are added by who knows them. */
export async function readSources(
  q: Queryable,
  workspaceId: WorkspaceId,
  range: Range,
): Promise<
  Pick<ReportSources, 'roster' | 'authority' | 'scim'> & { readonly directories: readonly Omit<DirectoryInput, 'provableMinutes'>[] }
> {
  return {
    roster: await readRosterInputs(q, workspaceId, range),
    directories: await readDirectoryInputs(q, workspaceId, range),
    authority: await readAuthority(q, workspaceId, range),
    scim: await countScimUsers(q, workspaceId),
  };
}

async function readRosterInputs(q: Queryable, workspaceId: WorkspaceId, { start, end }: Range): Promise<readonly RosterInput[]> {
  const { rows } = await q.query<RosterInput>(
    `select roster_import.id as "importId", roster_import.source, roster_import.imported_at as "importedAt",
            roster_import.imported_by as "importedBy", encode(roster_import.file_sha256, 'hex') as sha256, roster_import.file_bytes as bytes,
            roster_import.full_roster as "isFull", case when not roster_import.partial then 'everybody' when roster_import.else_unchanged then 'changes-and-no-others' else 'changes' end as tells,
            coalesce(roster_import.received_at, roster_import.imported_at) as "toldAt", roster_import.row_count as rows, roster_import.added, roster_import.changed,
            roster_import.ended, roster_import.rehired, roster_import.unchanged, roster_import.rejected, roster_import.dropped,
            roster_import.mapping, roster_import.record_id as "recordId"
       from roster_import
      where roster_import.workspace_id = $1
        and roster_import.imported_at <= $3
        and roster_import.imported_at >= coalesce(
          (select max(earlier.imported_at) from roster_import as earlier
            where earlier.workspace_id = $1 and earlier.imported_at < $2 and ${speaksOfEverybody('earlier')}), $2)
      order by roster_import.imported_at, roster_import.id`,
    [workspaceId, start, end],
  );
  return rows;
}

async function readDirectoryInputs(
  q: Queryable,
  workspaceId: WorkspaceId,
  { start, end }: Range,
): Promise<readonly Omit<DirectoryInput, 'provableMinutes'>[]> {
  const { rows } = await q.query<Omit<DirectoryInput, 'provableMinutes'>>(
    `select connection.id as "connectionId", connection.cloud, connection.tenant_id::text as "tenantId",
            connection.created_at as "connectedAt", connection.removed_at as "removedAt", connection.sync_every_minutes as "syncEveryMinutes",
            looks.complete as "completeLooks", looks.failed as "failedLooks", reached.at as "lastLookAt",
            case when latest.id is not null then
              jsonb_build_object('runId', latest.id,
                                 'requestedAt', to_char(latest.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                                 'accounts', (latest.counts ->> 'users')::bigint) end as "lastFullLook"
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
        and (connection.removed_at is null or connection.removed_at >= $2)
      order by connection.created_at, connection.id`,
    [workspaceId, start, end],
  );
  return rows;
}

/** Bands that touch the range. */
async function readAuthority(q: Queryable, workspaceId: WorkspaceId, { start, end }: Range): Promise<ReportSources['authority']> {
  const bands = await readAuthorityBands(q, workspaceId);
  return bands
    .filter(({ from, to }) => from <= end && (to === null || to > start))
    .map(({ authority, from, to }) => ({ authority, from, to }));
}

async function countScimUsers(q: Queryable, workspaceId: WorkspaceId): Promise<ReportSources['scim']> {
  const { rows } = await q.query<ReportSources['scim']>(
    `select count(*)::int as users, (count(*) filter (where scim_user.active and scim_user.deleted_at is null))::int as active
       from scim_user
      where scim_user.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0] ?? { users: 0, active: 0 };
}
