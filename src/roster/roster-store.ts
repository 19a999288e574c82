import type { Instant, LedgerRecordId, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { KnownPerson, PersonNamed } from './plan-import.ts';
import type { ImportFacts } from './roster-records.ts';

/** Lets one import of a workspace run at a time: two files of the same people would each plan against the other's past. */
export async function lockRoster(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('roster:' || $1::text, 0))`, [workspaceId]);
}

/** The people with these employee ids, with all their periods. */
export async function knownPeople(
  tx: Queryable,
  workspaceId: WorkspaceId,
  employeeIds: readonly string[],
): Promise<ReadonlyMap<string, KnownPerson>> {
  const { rows } = await tx.query<KnownPerson>(
    `select person.id, person.employee_id as "employeeId", person.display_name as "displayName", person.work_email as "workEmail",
            person.email_key as "emailKey", person.manager_employee_id as "managerEmployeeId",
            (select jsonb_agg(jsonb_build_object(
              'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
              'timeZone', period.time_zone, 'site', period.site, 'status', period.status, 'workerType', period.worker_type,
              'isEndedByOmission', period.ended_to is not null
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
  readonly sealedFile: Buffer;
  readonly recordId: LedgerRecordId;
  /** When it came, where it was held in between; else null. */
  readonly receivedAt: Instant | null;
}

export async function insertImport(tx: Queryable, workspaceId: WorkspaceId, made: ImportRow): Promise<void> {
  const { counts } = made;
  await tx.query(
    `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, partial, source,
                                mapping, row_count, added, changed, ended, rehired, unchanged, rejected, dropped, record_id, received_at)
     values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      workspaceId,
      made.id,
      made.at,
      made.actor,
      made.fileSha256,
      made.fileBytes,
      made.sealedFile,
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
    ],
  );
}

export interface PersonWrite extends PersonNamed {
  readonly id: string;
  readonly employeeId: string;
}

/** Adds people, and gives known ones their present name, address and manager. */
export async function writePeople(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, people }: { readonly at: Instant; readonly people: readonly PersonWrite[] },
): Promise<void> {
  await tx.query(
    `insert into person (workspace_id, id, employee_id, display_name, work_email, email_key, manager_employee_id, created_at, changed_at)
     select $1::uuid, row.id, row."employeeId", row."displayName", row."workEmail", row."emailKey", row."managerEmployeeId",
            $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "employeeId" text, "displayName" text, "workEmail" text, "emailKey" text, "managerEmployeeId" text)
     on conflict (workspace_id, id) do update
       set display_name = excluded.display_name, work_email = excluded.work_email, email_key = excluded.email_key,
           manager_employee_id = excluded.manager_employee_id, changed_at = excluded.changed_at`,
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

interface PeriodWrites {
  readonly importId: RosterImportId;
  readonly toldAt: Instant;
  readonly periods: readonly PeriodWrite[];
}

const periodRows = `jsonb_to_recordset($4::jsonb) as row (
       id uuid, "personId" uuid, "startDate" date, "endDate" date, "lastDay" date, "timeZone" text, site text, status text, "workerType" text,
       line integer, "recordId" uuid, "endTold" boolean, "endCancelled" boolean
     )`;

export async function addPeriods(tx: Queryable, workspaceId: WorkspaceId, made: PeriodWrites): Promise<void> {
  await tx.query(
    `insert into employment_period (workspace_id, id, person_id, start_date, end_date, last_day, time_zone, site, status, worker_type,
                                   hr_recorded_at, import_id, row_number, record_id)
     select $1::uuid, row.id, row."personId", row."startDate", row."endDate", row."lastDay", row."timeZone", row.site, row.status,
            row."workerType", case when row."endTold" then $3::timestamptz end, $2::uuid, row.line, row."recordId"
     from ${periodRows}`,
    [workspaceId, made.importId, made.toldAt, JSON.stringify(made.periods)],
  );
}

/** Gives known periods their present dates; what an import does not tell keeps when it was told. */
export async function changePeriods(tx: Queryable, workspaceId: WorkspaceId, made: PeriodWrites): Promise<void> {
  await tx.query(
    `update employment_period as period
     set start_date = row."startDate", end_date = row."endDate", last_day = row."lastDay", time_zone = row."timeZone", site = row.site,
         status = row.status, worker_type = row."workerType", import_id = $2::uuid, row_number = row.line,
         record_id = coalesce(row."recordId", period.record_id),
         hr_recorded_at = case when row."endTold" then $3::timestamptz when not row."endCancelled" then period.hr_recorded_at end,
         ended_from = null, ended_to = null,
         cancelled_at = case when row."endCancelled" then $3::timestamptz else period.cancelled_at end
     from ${periodRows}
     where period.workspace_id = $1::uuid and period.id = row.id`,
    [workspaceId, made.importId, made.toldAt, JSON.stringify(made.periods)],
  );
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
