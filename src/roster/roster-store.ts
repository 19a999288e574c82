import type { Instant, LedgerRecordId, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { KnownPerson } from './plan-import.ts';
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
            jsonb_agg(jsonb_build_object(
              'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
              'timeZone', period.time_zone, 'status', period.status, 'workerType', period.worker_type
            ) order by period.start_date) as periods
     from person
     join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
     where person.workspace_id = $1 and person.employee_id = any ($2::text[])
     group by person.workspace_id, person.id`,
    [workspaceId, employeeIds],
  );
  return new Map(rows.map((person) => [person.employeeId, person]));
}

export interface ImportRow extends ImportFacts {
  readonly sealedFile: Buffer;
  readonly recordId: LedgerRecordId;
}

export async function insertImport(tx: Queryable, workspaceId: WorkspaceId, made: ImportRow): Promise<void> {
  const { counts } = made;
  await tx.query(
    `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster,
                                row_count, added, changed, ended, rehired, unchanged, rejected, record_id)
     values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      workspaceId,
      made.id,
      made.at,
      made.actor,
      made.fileSha256,
      made.fileBytes,
      made.sealedFile,
      made.full,
      counts.rows,
      counts.added,
      counts.changed,
      counts.ended,
      counts.rehired,
      counts.unchanged,
      counts.rejected,
      made.recordId,
    ],
  );
}

export interface PersonWrite {
  readonly id: string;
  readonly employeeId: string;
  readonly displayName: string | null;
  readonly workEmail: string;
}

/** Adds people, and gives known ones their present name and address. */
export async function writePeople(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, people }: { readonly at: Instant; readonly people: readonly PersonWrite[] },
): Promise<void> {
  await tx.query(
    `insert into person (workspace_id, id, employee_id, display_name, work_email, email_key, created_at, changed_at)
     select $1::uuid, row.id, row."employeeId", row."displayName", row."workEmail", lower(row."workEmail"), $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "employeeId" text, "displayName" text, "workEmail" text)
     on conflict (workspace_id, id) do update
       set display_name = excluded.display_name, work_email = excluded.work_email, email_key = excluded.email_key,
           changed_at = excluded.changed_at`,
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
  readonly status: string;
  readonly workerType: string;
  readonly line: number;
  /** The ledger record of its dates; null where no date changed. */
  readonly recordId: LedgerRecordId | null;
  /** Whether the end that stands now was told by this import. */
  readonly endTold: boolean;
  readonly endCancelled: boolean;
}

/** Adds periods, and gives known ones their present dates; what an import does not tell keeps when it was told. */
export async function writePeriods(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly importId: RosterImportId; readonly at: Instant; readonly periods: readonly PeriodWrite[] },
): Promise<void> {
  await tx.query(
    `merge into employment_period as period
     using jsonb_to_recordset($4::jsonb) as row (
       id uuid, "personId" uuid, "startDate" date, "endDate" date, "lastDay" date, "timeZone" text, status text, "workerType" text,
       line integer, "recordId" uuid, "endTold" boolean, "endCancelled" boolean
     ) on period.workspace_id = $1::uuid and period.id = row.id
     when matched then update
       set start_date = row."startDate", end_date = row."endDate", last_day = row."lastDay", time_zone = row."timeZone",
           status = row.status, worker_type = row."workerType", import_id = $2::uuid, row_number = row.line,
           record_id = coalesce(row."recordId", period.record_id),
           hr_recorded_at = case when row."endTold" then $3::timestamptz when not row."endCancelled" then period.hr_recorded_at end,
           cancelled_at = case when row."endCancelled" then $3::timestamptz else period.cancelled_at end
     when not matched then insert (workspace_id, id, person_id, start_date, end_date, last_day, time_zone, status, worker_type,
                                   hr_recorded_at, import_id, row_number, record_id)
       values ($1::uuid, row.id, row."personId", row."startDate", row."endDate", row."lastDay", row."timeZone", row.status,
               row."workerType", case when row."endTold" then $3::timestamptz end, $2::uuid, row.line, row."recordId")`,
    [workspaceId, made.importId, made.at, JSON.stringify(made.periods)],
  );
}

/** How many people of the roster a file does not speak of. */
export async function countOthers(tx: Queryable, workspaceId: WorkspaceId, employeeIds: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) as count from person where person.workspace_id = $1 and not person.employee_id = any ($2::text[])`,
    [workspaceId, employeeIds],
  );
  return rows[0]?.count ?? 0;
}
