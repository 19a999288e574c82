import type { Instant, LedgerRecordId, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { PeriodTold } from './gather-concerned.ts';
import type { KnownPerson, PersonNamed } from './plan-import.ts';
import type { RosterReading } from './parse-roster.ts';
import type { ImportFacts } from './roster-records.ts';
import { stagedFile } from './roster-stage-store.ts';

/** Lets one import of a workspace run at a time: two files of the same people would each plan against the other's past. */
export async function lockRoster(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('roster:' || $1::text, 0))`, [workspaceId]);
}

/** Returns when every import has ended that was under way. The lock is given back at once, since a run takes longer than an import may wait. */
export async function awaitImports(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_lock_shared(hashtextextended('roster:' || $1::text, 0))`, [workspaceId]);
  await tx.query(`select pg_advisory_unlock_shared(hashtextextended('roster:' || $1::text, 0))`, [workspaceId]);
}

/** Whether an import is under way: where none is, one that says to have come before this instant can be seen, or never will. */
export async function isImportUnderWay(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `select pg_try_advisory_lock_shared(hashtextextended('roster:' || $1::text, 0)) as locked`,
    [workspaceId],
  );
  if (rows[0]?.locked !== true) return true;
  await tx.query(`select pg_advisory_unlock_shared(hashtextextended('roster:' || $1::text, 0))`, [workspaceId]);
  return false;
}

/** Whether a roster has ever named anybody. */
export async function hasPeople(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await tx.query('select from person where person.workspace_id = $1 limit 1', [workspaceId]);
  return count > 0;
}

/** The people with these employee ids, with all their periods. */
export async function knownPeople(
  tx: Queryable,
  workspaceId: WorkspaceId,
  employeeIds: readonly string[],
): Promise<ReadonlyMap<string, KnownPerson>> {
  if (employeeIds.length === 0) return new Map();
  const { rows } = await tx.query<KnownPerson>(
    `select person.id, person.employee_id as "employeeId", person.display_name as "displayName", person.work_email as "workEmail",
            person.email_key as "emailKey", person.manager_employee_id as "managerEmployeeId",
            (select jsonb_agg(jsonb_build_object(
              'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
              'timeZone', period.time_zone, 'site', period.site, 'status', period.status, 'workerType', period.worker_type,
              'isEndedByOmission', period.ended_to is not null, 'namedLast', (period.ended_from at time zone 'UTC')::date
             ) order by period.start_date)
             from employment_period as period
             where period.workspace_id = person.workspace_id and period.person_id = person.id) as periods
     from unnest($2::text[]) as asked (employee_id)
     -- Lateral, in order and with a limit: each is looked up in the index of its key, whatever the planner thinks of the table.
     cross join lateral (
       select known.* from person as known
       where known.workspace_id = $1 and known.employee_id = asked.employee_id
       order by known.employee_id limit 1
     ) as person`,
    [workspaceId, employeeIds],
  );
  return new Map(rows.map((person) => [person.employeeId, person]));
}

export interface ImportRow extends ImportFacts {
  readonly format: RosterReading['format'];
  readonly recordId: LedgerRecordId;
  /** When it came, where it was held in between; else null. */
  readonly receivedAt: Instant | null;
}

export async function insertImport(tx: Queryable, workspaceId: WorkspaceId, made: ImportRow): Promise<void> {
  const { counts } = made;
  await tx.query(
    `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, partial, source,
                                mapping, row_count, added, changed, ended, rehired, unchanged, rejected, dropped, record_id, received_at, else_unchanged,
                                mapping_record_id, file_format)
     values ($1, $2, $3, $4, decode($5, 'hex'), $6,
             coalesce(${stagedFile}, (select held.sealed_file from roster_held_import as held where held.workspace_id = $1 and held.id = $2)),
             $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
    [
      workspaceId,
      made.id,
      made.at,
      made.actor,
      made.fileSha256,
      made.fileBytes,
      made.full,
      made.partial,
      made.source,
      JSON.stringify(made.mapping),
      counts.rows,
      counts.added,
      counts.changed,
      counts.ended,
      counts.rehired,
      counts.unchanged,
      counts.rejected,
      counts.dropped,
      made.recordId,
      made.receivedAt,
      made.elseUnchanged,
      made.mappingRecordId,
      made.format === null ? null : JSON.stringify(made.format),
    ],
  );
}

export interface PersonWrite extends PersonNamed {
  readonly id: string;
  readonly employeeId: string;
  /** Whether they are there already. */
  readonly isKnown: boolean;
}

/** Gives known people their present name, address and manager. */
export async function changePeople(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, people }: { readonly at: Instant; readonly people: readonly PersonWrite[] },
): Promise<void> {
  if (people.length === 0) return;
  await tx.query(
    `update person
     set display_name = row."displayName", work_email = row."workEmail", email_key = row."emailKey",
         manager_employee_id = row."managerEmployeeId", changed_at = $2::timestamptz
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "displayName" text, "workEmail" text, "emailKey" text, "managerEmployeeId" text)
     where person.workspace_id = $1::uuid and person.id = row.id`,
    [workspaceId, at, JSON.stringify(people)],
  );
}

export interface PeriodWrite {
  readonly id: string;
  readonly personId: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
  readonly site: string | null;
  readonly status: string;
  readonly workerType: string;
  readonly line: number;
  /** The ledger record of its dates; null where no date changed. */
  readonly recordId: LedgerRecordId | null;
  /** Whether the end that stands now was told by this import. */
  readonly endTold: boolean;
  readonly endCancelled: boolean;
  /** Whether it is there already. */
  readonly isKnown: boolean;
}

export interface PeriodWrites {
  readonly importId: RosterImportId;
  readonly toldAt: Instant;
  readonly periods: readonly PeriodWrite[];
}

/** Gives known periods their present dates; what an import does not tell keeps when it was told. */
export async function changePeriods(tx: Queryable, workspaceId: WorkspaceId, made: PeriodWrites): Promise<void> {
  if (made.periods.length === 0) return;
  await tx.query(
    `update employment_period as period
     set start_date = row."startDate", end_date = row."endDate", last_day = row."lastDay", time_zone = row."timeZone", site = row.site,
         status = row.status, worker_type = row."workerType", import_id = $2::uuid, row_number = row.line,
         record_id = coalesce(row."recordId", period.record_id),
         hr_recorded_at = case when row."endTold" then $3::timestamptz when not row."endCancelled" then period.hr_recorded_at end,
         ended_from = null, ended_to = null,
         cancelled_at = case when row."endCancelled" then $3::timestamptz else period.cancelled_at end
     from jsonb_to_recordset($4::jsonb) as row (
       id uuid, "startDate" date, "endDate" date, "lastDay" date, "timeZone" text, site text, status text, "workerType" text, line integer,
       "recordId" uuid, "endTold" boolean, "endCancelled" boolean
     )
     where period.workspace_id = $1::uuid and period.id = row.id`,
    [workspaceId, made.importId, made.toldAt, JSON.stringify(made.periods)],
  );
}

/** When HR told the ends of periods, and between which instants those ended that a roster left out. */
export async function readTold(
  tx: Queryable,
  workspaceId: WorkspaceId,
  periodIds: readonly string[],
): Promise<ReadonlyMap<string, PeriodTold>> {
  const { rows } = await tx.query<{ id: string; hrRecordedAt: Instant | null; from: Instant | null; to: Instant | null }>(
    `select period.id, period.hr_recorded_at as "hrRecordedAt", period.ended_from as "from", period.ended_to as "to"
     from employment_period as period where period.workspace_id = $1 and period.id = any ($2::uuid[])`,
    [workspaceId, periodIds],
  );
  const rangeOf = (from: Instant | null, to: Instant | null) => (from === null || to === null ? undefined : { earliest: from, latest: to });
  return new Map(rows.map(({ id, hrRecordedAt, from, to }) => [id, { hrRecordedAt, endedBetween: rangeOf(from, to) }]));
}

/** Lets the planner know of what a large import brought. */
export async function refreshStatistics(tx: Queryable): Promise<void> {
  await tx.query('select roster_refresh_statistics()');
}

/** How many people of the roster the staged one does not speak of. */
export async function countOthers(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) as count
     from person
     where person.workspace_id = $1 and not exists (
       select from roster_stage as stage
       where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id
     )`,
    [workspaceId, importId],
  );
  return rows[0]?.count ?? 0;
}
