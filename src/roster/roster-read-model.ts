import { addressKey, type Instant, type Interval, type PersonId, type RosterImportId, type WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { keptUntil } from './omission-store.ts';
import type { RosterFormat } from './parse-roster.ts';
import type { RosterMapping } from './roster-mapping.ts';
import type { RosterStatus, WorkerType } from './roster-row.ts';

const textOf = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export interface RosterImport {
  readonly id: RosterImportId;
  readonly importedAt: Instant;
  readonly importedBy: string;
  readonly fileSha256: string;
  readonly fileBytes: number;
  /** As whoever sent it calls it; null where nobody said, or it was erased. Personal data. */
  readonly fileName: string | null;
  readonly source: 'file' | 'push' | 'pull';
  readonly full: boolean;
  readonly partial: boolean;
  readonly elseUnchanged: boolean;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rehired: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly dropped: number;
}

/** One import, with how it was read and what became of it before it was taken. */
export interface ImportDetail extends RosterImport {
  readonly mapping: RosterMapping;
  /** By which that was set; null of this product's own, and of imports of before this was kept. */
  readonly mappingRecordId: string | null;
  /** How the file was read; null of rows that a program pushed, and of imports of before this was kept. */
  readonly format: RosterFormat | null;
  /** `hr.import.completed`. */
  readonly recordId: string;
  /** When HR told it: when it came, where it was held in between. */
  readonly toldAt: Instant;
  /** Null where it was taken at once. */
  readonly held: {
    readonly heldAt: Instant;
    readonly requestedBy: string;
    readonly releasedAt: Instant;
    readonly releasedBy: string;
    /** `hr.import.held`, and `hr.import.released`. */
    readonly recordIds: readonly string[];
  } | null;
  /** Its rejected rows that no later import has taken. */
  readonly rejectedOpen: number;
  readonly fileErasedAt: Instant | null;
}

/** What the record of an import discloses of its file's name, in SQL. */
export const disclosedFileName = (recordId: string) => `(
              select disclosure.value #>> '{}'
              from ledger_disclosure as disclosure
              where disclosure.workspace_id = $1 and disclosure.record_id = ${recordId} and disclosure.path = 'file_name'
                and disclosure.erased_at is null) as "fileName"`;

const importColumns = `made.id, made.imported_at as "importedAt", made.imported_by as "importedBy", encode(made.file_sha256, 'hex') as "fileSha256",
            made.file_bytes as "fileBytes", ${disclosedFileName('made.record_id')}, made.source, made.full_roster as "full", made.partial, made.else_unchanged as "elseUnchanged", made.row_count as "rows", made.added, made.changed, made.ended,
            made.rehired, made.unchanged, made.rejected, made.dropped`;

/** Undefined where there is none. */
export async function readImport(q: Queryable, workspaceId: WorkspaceId, id: RosterImportId): Promise<ImportDetail | undefined> {
  const { rows } = await q.query<ImportDetail>(
    `select ${importColumns}, made.mapping, made.mapping_record_id as "mappingRecordId", made.file_format as "format", made.record_id as "recordId",
            coalesce(made.received_at, made.imported_at) as "toldAt", made.file_erased_at as "fileErasedAt",
            case when held.id is not null then jsonb_build_object(
              'heldAt', ${textOf('held.held_at')}, 'requestedBy', held.requested_by, 'releasedAt', ${textOf('held.decided_at')},
              'releasedBy', held.decided_by, 'recordIds', jsonb_build_array(held.record_id, held.decision_record_id)) end as held,
            (select count(distinct coalesce(rejected.line, -rejected.ordinal)) from roster_rejected_row as rejected
             where rejected.workspace_id = made.workspace_id and rejected.import_id = made.id and rejected.taken_at is null) as "rejectedOpen"
     from roster_import as made
     left join roster_held_import as held on held.workspace_id = made.workspace_id and held.id = made.id
     where made.workspace_id = $1 and made.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The imports of a workspace, latest first. */
export async function listImports(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly RosterImport[]> {
  const { rows } = await q.query<RosterImport>(
    `select ${importColumns}
     from roster_import as made
     where made.workspace_id = $1 and ($2::uuid is null or made.id < $2::uuid)
     order by made.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

export async function isImport(q: Queryable, workspaceId: WorkspaceId, id: RosterImportId): Promise<boolean> {
  const { count } = await q.query('select from roster_import as made where made.workspace_id = $1 and made.id = $2', [workspaceId, id]);
  return count === 1;
}

export interface ListedPeriod {
  readonly id: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
  readonly site: string | null;
  readonly status: RosterStatus;
  readonly workerType: WorkerType;
  readonly hrRecordedAt: Instant | null;
  /** Where HR told no day and left them out of a roster of everybody: between which instants it ended. */
  readonly endedBetween: Interval | null;
}

/** Whether the latest roster names them: `dropped` when it does not and nobody has said what that means, `kept` when somebody has. */
export const listings = ['listed', 'dropped', 'kept'] as const;
export type Listing = (typeof listings)[number];

export interface ListedPerson {
  readonly id: PersonId;
  readonly employeeId: string;
  readonly displayName: string | null;
  readonly workEmail: string;
  readonly listing: Listing;
  /** Between the last roster that named them and the first that does not. */
  readonly unlistedBetween: Interval | null;
  /** Until when somebody's answer for them is good: the first roster from then on that leaves them out asks again. Null unless they are kept. */
  readonly keptUntil: Instant | null;
  readonly periods: readonly ListedPeriod[];
}

/** Two instants as JSON; null where nothing is known to lie between them. */
const between = (from: string, to: string) =>
  `case when ${to} is not null then jsonb_build_object('from', ${textOf(from)}, 'to', ${textOf(to)}) end`;

const withPeriods = `
  select person.id, person.employee_id as "employeeId", person.display_name as "displayName", person.work_email as "workEmail",
         person.listing, ${between('person.unlisted_from', 'person.unlisted_to')} as "unlistedBetween",
         case when person.listing = 'kept' then ${keptUntil} end as "keptUntil", employed.periods
  from person
  cross join lateral (
    select jsonb_agg(jsonb_build_object(
             'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
             'timeZone', period.time_zone, 'site', period.site, 'status', period.status, 'workerType', period.worker_type,
             'hrRecordedAt', ${textOf('period.hr_recorded_at')},
             'endedBetween', ${between('period.ended_from', 'period.ended_to')}
           ) order by period.start_date) as periods
    from employment_period as period
    where period.workspace_id = person.workspace_id and period.person_id = person.id
  ) as employed`;

/** Which people are asked for; everybody where nothing is said. */
interface AskedPeople extends Page {
  readonly standing: Listing | undefined;
  readonly employeeId?: string | undefined;
  /** In any letters. */
  readonly workEmail?: string | undefined;
}

/** People with their employment periods, in order of employee id. */
export async function listPeople(
  q: Queryable,
  workspaceId: WorkspaceId,
  { standing, employeeId, workEmail, after, limit }: AskedPeople,
): Promise<readonly ListedPerson[]> {
  const { rows } = await q.query<ListedPerson>(
    `${withPeriods}
     where person.workspace_id = $1 and ($4::text is null or person.listing = $4)
       and ($5::text is null or person.employee_id = $5) and ($6::text is null or person.email_key = $6)
       and ($2::uuid is null or person.employee_id > (
         select last.employee_id from person as last where last.workspace_id = $1 and last.id = $2::uuid
       ))
     order by person.employee_id
     limit $3`,
    [workspaceId, after ?? null, limit, standing ?? null, employeeId ?? null, workEmail === undefined ? null : addressKey(workEmail)],
  );
  return rows;
}

/** One person with their employment periods; undefined where there is none. */
export async function readPerson(q: Queryable, workspaceId: WorkspaceId, id: PersonId): Promise<ListedPerson | undefined> {
  const { rows } = await q.query<ListedPerson>(`${withPeriods} where person.workspace_id = $1 and person.id = $2`, [workspaceId, id]);
  return rows[0];
}

export async function isPerson(q: Queryable, workspaceId: WorkspaceId, id: PersonId): Promise<boolean> {
  const { count } = await q.query('select from person where person.workspace_id = $1 and person.id = $2', [workspaceId, id]);
  return count === 1;
}
