import type { Instant, Interval, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { KEPT_FOR_DAYS } from './decide-omission.ts';
import { isTaken } from './roster-stage-store.ts';
import { FIRST_ZONE_HOURS } from './went-on.ts';

/** An employment period by which a roster before says that somebody is employed, or will be. Days are `YYYY-MM-DD`. */
export interface OpenPeriod {
  readonly periodId: string;
  readonly startDate: string;
  /** The end that lies ahead; both null where HR has told none. */
  readonly endDate: string | null;
  readonly lastDay: string | null;
}

/** Such a period that a roster leaves out: mostly of somebody whom it leaves out; one who is employed, and will be again, has two. */
export interface Omitted extends OpenPeriod {
  readonly personId: string;
  /** HR's last word that the person was employed, or somebody's for HR; null where it is the roster before. */
  readonly namedUntil: Instant | null;
}

/** When somebody answered for a person; where an earlier version took the answer, it was not before they were left out. */
const keptAt = 'coalesce(person.kept_at, person.unlisted_to)';
const keptFor = `${KEPT_FOR_DAYS * 24} hours`;
/** Until when that is good, of whom is kept. */
export const keptUntil = `${keptAt} + interval '${keptFor}'`;

/** The latest day that has begun somewhere on earth at an instant. */
const beginningBy = (instant: string) => `(${instant}::timestamptz at time zone 'UTC' + interval '${FIRST_ZONE_HOURS} hours')::date`;

/** As `wentOn` has it. */
const goesOn = (instant: string) => `period.ended_to is null
       and coalesce(period.last_day, period.end_date, 'infinity'::date) > ${beginningBy(instant)}`;

/**
 * The import since which somebody may be missed: the latest that was not of changes alone, else the first of all, which held nobody for
 * certain. Undefined before it. `at` is when HR last said that whoever it names is employed: then, or with changes since that came with its word that nobody else has
 * changed. Not where a row of those was rejected: it may have said that somebody left.
 */
export async function importBefore(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<{ readonly at: Instant; readonly rows: number } | undefined> {
  const { rows } = await q.query<{ at: Instant; rows: number }>(
    `select greatest(made.imported_at, (
              select max(coalesce(declared.received_at, declared.imported_at)) from roster_import as declared
              where declared.workspace_id = $1 and declared.else_unchanged and declared.rejected = 0)) as at,
            case when made.partial then 0 else made.row_count end as rows
     from (
       (select whole.id, coalesce(whole.received_at, whole.imported_at) as imported_at, whole.row_count, whole.partial from roster_import as whole where whole.workspace_id = $1 and not whole.partial order by whole.id desc limit 1)
       union all
       (select first.id, coalesce(first.received_at, first.imported_at) as imported_at, first.row_count, first.partial from roster_import as first where first.workspace_id = $1 order by first.id limit 1)
     ) as made
     order by made.partial, made.id desc
     limit 1`,
    [workspaceId],
  );
  return rows[0];
}

/** Each import that rejected a row of an employee, with the first day of that row: of one that could not be read it may be any. */
const unread = `
       select rejected.employee_id, array_agg(rejected.import_id) as imports, array_agg(rejected.first_day) as first_days
       from (
         select rejected.employee_id, rejected.import_id, max(coalesce(rejected.start_date, 'infinity')) as first_day
         from roster_rejected_row as rejected
         where rejected.workspace_id = $1 and rejected.employee_id is not null
         group by rejected.employee_id, rejected.import_id
       ) as rejected
       group by rejected.employee_id`;

/**
 * HR's last word that an employment went on of which the roster before rejected a row, or one of a later employment: nobody knows what that said. It is the latest roster that
 * rejected none, or changes behind it with HR's word that nobody else has changed; no row where that is the roster before.
 */
const wordBeforeRejected = `
       select greatest(word.told, (
                select max(coalesce(declared.received_at, declared.imported_at)) from roster_import as declared
                where declared.workspace_id = $1 and declared.else_unchanged and declared.rejected = 0 and declared.id > word.id and declared.id < rejected_first.id
              )) as told
       from (
         select array_agg(rejected.import_id) as imports
         from unnest(unread.imports, unread.first_days) as rejected (import_id, first_day)
         where rejected.first_day >= period.start_date
       ) as about
       cross join lateral (
         select made.id, made.told
         from (
           (select whole.id, coalesce(whole.received_at, whole.imported_at) as told, false as is_first from roster_import as whole
            where whole.workspace_id = $1 and not whole.partial and whole.id <> all (about.imports) order by whole.id desc limit 1)
           union all
           (select first.id, coalesce(first.received_at, first.imported_at) as told, true as is_first from roster_import as first where first.workspace_id = $1 order by first.id limit 1)
         ) as made
         order by made.is_first
         limit 1
       ) as word
       cross join lateral (select later.id from unnest(about.imports) as later (id) where later.id > word.id order by later.id limit 1) as rejected_first`;

/**
 * Stages the employments that went on when a roster was told (`toldAt`) of people whom the roster before named, or left out with nobody saying what
 * that means, or with an answer that is too old, and whom the staged one does not name.
 */
export async function stageOmitted(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { importId, toldAt }: { readonly importId: RosterImportId; readonly toldAt: Instant },
): Promise<void> {
  await tx.query(
    `insert into roster_stage_omission (workspace_id, import_id, person_id, period_id, start_date, end_date, last_day, listing, named_until, is_withdrawn)
     with unread as materialized (${unread}
     )
     select $1::uuid, $2::uuid, person.id, period.id, period.start_date, period.end_date, period.last_day, person.listing,
            case person.listing when 'dropped' then coalesce(person.unlisted_from, person.created_at) when 'kept' then ${keptAt} else word.told end, false
     from person
     join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
     left join unread on unread.employee_id = person.employee_id
     left join lateral (${wordBeforeRejected}
     ) as word on unread.employee_id is not null
     where person.workspace_id = $1 and (person.listing <> 'kept' or ${keptAt} <= $3::timestamptz - interval '${keptFor}')
       and ${goesOn('$3')}
       and not exists (
         select from roster_stage as stage
         where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id
       )`,
    [workspaceId, importId, toldAt],
  );
}

/**
 * Stages the employments that lie ahead when a roster is told (`toldAt`) of people whom the staged one names, by others alone and by none that lies ahead:
 * where it names one, that may be the same, moved. Of a row that cannot be read nobody knows.
 */
export async function stageWithdrawn(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { importId, toldAt }: { readonly importId: RosterImportId; readonly toldAt: Instant },
): Promise<void> {
  await tx.query(
    `insert into roster_stage_omission (workspace_id, import_id, person_id, period_id, start_date, end_date, last_day, is_withdrawn)
     select $1::uuid, $2::uuid, person.id, period.id, period.start_date, period.end_date, period.last_day, true
     from employment_period as period
     join person on person.workspace_id = period.workspace_id and person.id = period.person_id
     where period.workspace_id = $1 and period.start_date > ${beginningBy('$3')} and ${goesOn('$3')}
       and (
         select bool_and(coalesce((stage.row ->> 'startDate')::date <= ${beginningBy('$3')}, false))
         from roster_stage as stage
         where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id
       )`,
    [workspaceId, importId, toldAt],
  );
}

/** How many an import leaves out. */
export interface OmittedCounts {
  /** People whom the roster before named. */
  readonly people: number;
  /** People of whom somebody said too long ago that they are employed. */
  readonly again: number;
  /** The former, with those who are still asked about and those of whom an employment ahead is withdrawn; and their employments. */
  readonly endingPeople: number;
  readonly endingPeriods: number;
}

export async function countOmitted(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<OmittedCounts> {
  const { rows } = await tx.query<OmittedCounts>(
    `select count(distinct staged.person_id) filter (where staged.listing = 'listed') as people,
            count(distinct staged.person_id) filter (where staged.listing = 'kept') as again,
            count(distinct staged.person_id) filter (where ${omissions.ending}) as "endingPeople", count(*) filter (where ${omissions.ending}) as "endingPeriods"
     from roster_stage_omission as staged
     where staged.workspace_id = $1 and staged.import_id = $2`,
    [workspaceId, importId],
  );
  return rows[0] ?? { people: 0, again: 0, endingPeople: 0, endingPeriods: 0 };
}

/** Of what is left out: what ends where a roster is taken at its word, and about whom it is asked where it is not, or in any case. Whoever was answered for is asked about before they end. */
export const omissions = {
  ending: "staged.listing is distinct from 'kept'",
  asked: "staged.listing in ('listed', 'kept')",
  'asked-again': "staged.listing = 'kept'",
} as const;

/** What is left out so of the next so many people behind one, in order of the person and of their start. */
export async function omittedPeriods(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { importId, after, people, which }: PageOfOmitted,
): Promise<readonly Omitted[]> {
  const asked = omissions[which];
  const { rows } = await tx.query<Omitted>(
    `select staged.person_id as "personId", staged.period_id as "periodId", staged.start_date as "startDate", staged.end_date as "endDate",
            staged.last_day as "lastDay", staged.named_until as "namedUntil"
     from roster_stage_omission as staged
     where staged.workspace_id = $1 and staged.import_id = $2 and ($3::uuid is null or staged.person_id > $3::uuid) and ${asked}
       and staged.person_id = any (array(
         select distinct staged.person_id
         from roster_stage_omission as staged
         where staged.workspace_id = $1 and staged.import_id = $2 and ($3::uuid is null or staged.person_id > $3::uuid) and ${asked}
         order by staged.person_id limit $4
       ))
     order by staged.person_id, staged.start_date`,
    [workspaceId, importId, after ?? null, people],
  );
  return rows;
}

/** Somebody on the stage whom an import leaves out, by name. */
export interface NamedOmitted extends OpenPeriod {
  readonly employeeId: string;
  readonly displayName: string | null;
  readonly listing: 'listed' | 'dropped' | 'kept' | null;
}

/** The first employments that are left out so, by the names of whom they are, in order of the person and of their start; of those who are asked about, each person once. */
export async function firstOmitted(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { importId, limit, which }: Pick<PageOfOmitted, 'importId' | 'which'> & { readonly limit: number },
): Promise<readonly NamedOmitted[]> {
  const { rows } = await tx.query<NamedOmitted>(
    `select person.employee_id as "employeeId", person.display_name as "displayName", staged.period_id as "periodId",
            staged.start_date as "startDate", staged.end_date as "endDate", staged.last_day as "lastDay", staged.listing
     from (
       select ${which === 'ending' ? '' : 'distinct on (staged.person_id)'} staged.*
       from roster_stage_omission as staged
       where staged.workspace_id = $1 and staged.import_id = $2 and ${omissions[which]}
       order by staged.person_id, staged.start_date limit $3
     ) as staged
     join person on person.workspace_id = $1 and person.id = staged.person_id
     order by staged.person_id, staged.start_date`,
    [workspaceId, importId, limit],
  );
  return rows;
}

interface PageOfOmitted {
  readonly importId: RosterImportId;
  readonly after: string | undefined;
  /** How many at most. */
  readonly people: number;
  readonly which: keyof typeof omissions;
}

/** How many people a roster before left out, and the staged one names by a row that is taken. */
export async function countListedAgain(q: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<number> {
  const { rows } = await q.query<{ count: number }>(
    `select count(*) as count from person where person.workspace_id = $1 and ${isListedAgain}`,
    [workspaceId, importId],
  );
  return rows[0]?.count ?? 0;
}

// No join, and so looked up by the key of the stage for each of the few who are not listed, whatever the planner thinks of it.
const isListedAgain = `person.listing <> 'listed' and (
         select true from roster_stage as stage
         where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id and ${isTaken('stage')}
         limit 1
       )`;

/** The next so many of them behind one, in order of their id. */
export async function peopleListedAgain(
  q: Queryable,
  workspaceId: WorkspaceId,
  { importId, after, people }: Omit<PageOfOmitted, 'which'>,
): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select person.id from person
     where person.workspace_id = $1 and ${isListedAgain} and ($3::uuid is null or person.id > $3::uuid)
     order by person.id limit $4`,
    [workspaceId, importId, after ?? null, people],
  );
  return rows.map(({ id }) => id);
}

export async function markListed(tx: Queryable, workspaceId: WorkspaceId, people: readonly string[]): Promise<void> {
  await tx.query(
    `update person set listing = 'listed', unlisted_from = null, unlisted_to = null, unlisted_record_id = null, kept_at = null
     where person.workspace_id = $1 and person.id = any ($2::uuid[])`,
    [workspaceId, people],
  );
}

/** Somebody whom a roster leaves out, and the record that says so. */
export interface Dropped {
  readonly personId: string;
  readonly recordId: string;
  /** Between HR's last word that they were employed, and the roster. */
  readonly range: Interval;
}

export async function markDropped(tx: Queryable, workspaceId: WorkspaceId, dropped: readonly Dropped[]): Promise<void> {
  await tx.query(
    `update person
     set listing = 'dropped', unlisted_from = (made.range ->> 'from')::timestamptz, unlisted_to = (made.range ->> 'to')::timestamptz,
         unlisted_record_id = made."recordId", kept_at = null
     from jsonb_to_recordset($2::jsonb) as made ("personId" uuid, "recordId" uuid, range jsonb)
     where person.workspace_id = $1 and person.id = made."personId"`,
    [workspaceId, JSON.stringify(dropped)],
  );
}

/** Takes the question back of dropped people whose employments that went on when they were left out have ended by a roster since then. */
export async function settleDropped(tx: Queryable, workspaceId: WorkspaceId, people: readonly string[]): Promise<void> {
  await tx.query(
    `update person set listing = 'listed', unlisted_from = null, unlisted_to = null, unlisted_record_id = null
     where person.workspace_id = $1 and person.id = any ($2::uuid[]) and person.listing = 'dropped'
       and not exists (
         select from employment_period as period
         where period.workspace_id = person.workspace_id and period.person_id = person.id and ${goesOn('person.unlisted_to')}
       )`,
    [workspaceId, people],
  );
}

/** A period that ended somewhere within a range, and the record that says so. */
export interface OmittedEnd {
  readonly periodId: string;
  readonly recordId: string;
  readonly range: Interval;
}

/** Ends periods somewhere within a range, as is told by leaving them out: a day that HR had told before is their end no more. */
export async function endOmitted(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: {
    /** The import that tells it; null where a person does. */
    readonly importId: RosterImportId | null;
    readonly toldAt: Instant;
    readonly ends: readonly OmittedEnd[];
  },
): Promise<void> {
  await tx.query(
    `update employment_period as period
     set end_date = null, last_day = null, ended_from = (made.range ->> 'from')::timestamptz, ended_to = (made.range ->> 'to')::timestamptz,
         hr_recorded_at = $3, import_id = coalesce($2::uuid, period.import_id), record_id = made."recordId"
     from jsonb_to_recordset($4::jsonb) as made ("periodId" uuid, "recordId" uuid, range jsonb)
     where period.workspace_id = $1 and period.id = made."periodId"`,
    [workspaceId, made.importId, made.toldAt, JSON.stringify(made.ends)],
  );
}

/** How HR's rosters speak of somebody. */
export interface PersonListing {
  readonly listing: 'listed' | 'dropped' | 'kept';
  /** Between the roster that named them last and the first that did not; both null while they are listed. */
  readonly unlistedFrom: Instant | null;
  readonly unlistedTo: Instant | null;
  /** The employments that went on when they were left out, in order of their start. */
  readonly periods: readonly ListedPeriod[];
}

/** With what HR says of it besides its dates, which an answer leaves as it is. */
export interface ListedPeriod extends OpenPeriod {
  readonly status: string;
  readonly workerType: string;
}

/** Whether HR names somebody, locked; undefined for a person who is not there. */
export async function lockListing(tx: Queryable, workspaceId: WorkspaceId, personId: string): Promise<PersonListing | undefined> {
  const { rows } = await tx.query<PersonListing>(
    `select person.listing, person.unlisted_from as "unlistedFrom", person.unlisted_to as "unlistedTo", going_on.periods
     from person
     cross join lateral (
       select coalesce(jsonb_agg(jsonb_build_object('periodId', period.id, 'startDate', period.start_date, 'endDate', period.end_date,
                'lastDay', period.last_day, 'status', period.status, 'workerType', period.worker_type) order by period.start_date), '[]') as periods
       from employment_period as period
       where period.workspace_id = person.workspace_id and period.person_id = person.id and ${goesOn('person.unlisted_to')}
     ) as going_on
     where person.workspace_id = $1 and person.id = $2
     for no key update of person`,
    [workspaceId, personId],
  );
  return rows[0];
}

/** Somebody has said what it means that HR no longer names them. */
export async function markKept(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { personId, at }: { readonly personId: string; readonly at: Instant },
): Promise<void> {
  await tx.query("update person set listing = 'kept', kept_at = $3 where person.workspace_id = $1 and person.id = $2", [
    workspaceId,
    personId,
    at,
  ]);
}

export async function endPeriod(
  tx: Queryable,
  workspaceId: WorkspaceId,
  end: {
    readonly periodId: string;
    readonly endDate: string;
    readonly lastDay: string | null;
    readonly at: Instant;
    readonly recordId: string;
  },
): Promise<void> {
  await tx.query(
    `update employment_period as period
     set end_date = $3, last_day = $4, hr_recorded_at = $5, record_id = $6
     where period.workspace_id = $1 and period.id = $2`,
    [workspaceId, end.periodId, end.endDate, end.lastDay, end.at, end.recordId],
  );
}
