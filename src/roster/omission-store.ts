import type { Instant, Interval, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Somebody whom a roster leaves out, with their employment period that has no end. */
export interface Omitted {
  readonly personId: string;
  readonly periodId: string;
}

/**
 * The import since which somebody may be missed: the latest that was not of changes alone, else the first of all, which held nobody for
 * certain. Undefined before it.
 */
export async function importBefore(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<{ readonly at: Instant; readonly rows: number } | undefined> {
  const { rows } = await q.query<{ at: Instant; rows: number }>(
    `select made.imported_at as at, case when made.partial then 0 else made.row_count end as rows
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

/** People whom the roster before named, with an employment that has no end, and whom the staged one does not. */
export async function omittedPeople(q: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<readonly Omitted[]> {
  const { rows } = await q.query<Omitted>(
    `select person.id as "personId", period.id as "periodId"
     from person
     join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
     where person.workspace_id = $1 and person.listing = 'listed'
       and period.end_date is null and period.last_day is null and period.ended_to is null
       and not exists (
         select from roster_stage as stage
         where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id
       )
     order by person.id`,
    [workspaceId, importId],
  );
  return rows;
}

/** People whom a roster before left out, and whom the staged one names. */
export async function peopleListedAgain(q: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select person.id
     from person
     where person.workspace_id = $1 and person.listing <> 'listed'
       and exists (
         select from roster_stage as stage
         where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = person.employee_id
       )
     order by person.id`,
    [workspaceId, importId],
  );
  return rows.map(({ id }) => id);
}

export async function markListed(tx: Queryable, workspaceId: WorkspaceId, people: readonly string[]): Promise<void> {
  await tx.query(
    `update person set listing = 'listed', unlisted_from = null, unlisted_to = null
     where person.workspace_id = $1 and person.id = any ($2::uuid[])`,
    [workspaceId, people],
  );
}

export async function markDropped(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { people, range }: { readonly people: readonly string[]; readonly range: Interval },
): Promise<void> {
  await tx.query(
    `update person set listing = 'dropped', unlisted_from = $3, unlisted_to = $4
     where person.workspace_id = $1 and person.id = any ($2::uuid[])`,
    [workspaceId, people, range.from, range.to],
  );
}

/** Ends periods somewhere within a range, as a roster of everybody tells by leaving them out. */
export async function endOmitted(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: {
    readonly importId: RosterImportId;
    readonly range: Interval;
    readonly ends: readonly { readonly periodId: string; readonly recordId: string }[];
  },
): Promise<void> {
  await tx.query(
    `update employment_period as period
     set ended_from = $3, ended_to = $4, hr_recorded_at = $4, import_id = $2, record_id = made."recordId"
     from jsonb_to_recordset($5::jsonb) as made ("periodId" uuid, "recordId" uuid)
     where period.workspace_id = $1 and period.id = made."periodId"`,
    [workspaceId, made.importId, made.range.from, made.range.to, JSON.stringify(made.ends)],
  );
}

/** Somebody whom HR no longer names, locked; undefined for a person who is not there. */
export async function lockListing(
  tx: Queryable,
  workspaceId: WorkspaceId,
  personId: string,
): Promise<
  { readonly listing: 'listed' | 'dropped' | 'kept'; readonly periodId: string | null; readonly startDate: string | null } | undefined
> {
  const { rows } = await tx.query<{ listing: 'listed' | 'dropped' | 'kept'; periodId: string | null; startDate: string | null }>(
    `select person.listing, period.id as "periodId", period.start_date as "startDate"
     from person
     left join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
       and period.end_date is null and period.last_day is null and period.ended_to is null
     where person.workspace_id = $1 and person.id = $2
     for no key update of person`,
    [workspaceId, personId],
  );
  return rows[0];
}

/** Somebody has said what it means that HR no longer names them. */
export async function markKept(tx: Queryable, workspaceId: WorkspaceId, personId: string): Promise<void> {
  await tx.query("update person set listing = 'kept' where person.workspace_id = $1 and person.id = $2", [workspaceId, personId]);
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
