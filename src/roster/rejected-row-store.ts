import type { Instant, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { isTaken } from './roster-stage-store.ts';

/** What is wrong with a cell of a row that an import did not take. */
export interface KeptRejection {
  readonly ordinal: number;
  /** Of the file, or the place in the list. With `column` null where an earlier version kept the number of rows alone. */
  readonly line: number | null;
  readonly column: string | null;
  readonly reason: string;
  /** Whom the row names; null where nobody can say, or the file has been erased. */
  readonly employeeId: string | null;
  /** When a later import took the row, or told everybody and had no row rejected; null: whom it speaks of is in doubt. */
  readonly takenAt: Instant | null;
  readonly takenBy: RosterImportId | null;
}

interface Kept {
  readonly importId: RosterImportId;
  readonly at: Instant;
  /** It tells everybody, and each of its rows was taken. */
  readonly isWhole: boolean;
}

/**
 * Rejections of imports before are settled by what the staged one took: by a row of the same employee with the same address and first day, as far as those could
 * be read, or by one of that address and first day under another employee id, of which one was mistyped; or all, where it is whole. An employee id alone is
 * no proof: in a row that is wrong it may be wrong, too, and somebody else's. So what an earlier version did not keep of a row is no license to take any of that
 * id for it: such a row waits for a whole one. Call it when the staged rows have been taken.
 */
export async function settleRejections(tx: Queryable, workspaceId: WorkspaceId, { importId, at, isWhole }: Kept): Promise<void> {
  if (isWhole) {
    await tx.query(
      `update roster_rejected_row as rejected set taken_at = $3, taken_by = $2 where rejected.workspace_id = $1 and rejected.taken_at is null`,
      [workspaceId, importId, at],
    );
    return;
  }
  await tx.query(
    `with open as materialized (
       select rejected.* from roster_rejected_row as rejected where rejected.workspace_id = $1 and rejected.taken_at is null
     ),
     -- Materialized: joined by the day alone, each rejected row would be held against each row of that day.
     taken as materialized (
       select stage.employee_id, (stage.row ->> 'startDate')::date as first_day, ${sha256Of('person.email_key')} as address_sha256
       from roster_stage as stage
       join person on person.workspace_id = stage.workspace_id and person.employee_id = stage.employee_id
       where stage.workspace_id = $1 and stage.import_id = $2 and ${isTaken('stage')} and exists (select from open)
     ),
     settled as (
       select open.import_id, open.ordinal
       from open
       join taken on taken.employee_id = open.employee_id
       where case when open.address_sha256 is null then ${couldNotBeRead('work_email')} else ${isOfAddress} end
         and case when open.start_date is null then ${couldNotBeRead('start_date')} else open.start_date = taken.first_day end
       union
       select open.import_id, open.ordinal
       from open
       join taken on taken.first_day = open.start_date and ${isOfAddress}
     )
     update roster_rejected_row as rejected
     set taken_at = $3, taken_by = $2
     from settled
     where rejected.workspace_id = $1 and rejected.import_id = settled.import_id and rejected.ordinal = settled.ordinal`,
    [workspaceId, importId, at],
  );
}

/** That was what is wrong with the row, and not that an earlier version kept nothing of it. */
const couldNotBeRead = (column: 'work_email' | 'start_date') => `exists (
           select from open as cell
           where cell.import_id = open.import_id and cell.line = open.line and cell.column_name = '${column}')`;

const isOfAddress = 'open.address_sha256 = taken.address_sha256';

/** SQL for the hash of a text. */
function sha256Of(text: string): string {
  return `sha256(convert_to(${text}, 'UTF8'))`;
}

/** Where what is wrong is kept: with an import that was taken, or with one that is held. */
export type RejectionTable = 'roster_rejected_row' | 'roster_held_rejected_row';

/** Keeps what is wrong with the staged rows that are not taken, in the order of the file. */
export async function insertRejections(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  into: RejectionTable,
): Promise<void> {
  const isHeld = into === 'roster_held_rejected_row';
  await tx.query(
    `insert into ${into} (workspace_id, import_id, ordinal, line, column_name, reason, employee_id${isHeld ? '' : ', address_sha256, start_date'})
     select $1::uuid, $2::uuid, row_number() over (order by wrong.line, wrong.place), wrong.line, wrong."column", wrong.reason, nullif(wrong.employee_id, '')
            ${isHeld ? '' : `, ${sha256Of('wrong.address')}, wrong.first_day::date`}
     from (
       select stage.employee_id, stage.line, stage.row ->> 'address' as address, stage.row ->> 'firstDay' as first_day,
              cell."column", cell.reason, cell.place
       from roster_stage as stage
       cross join lateral rows from (jsonb_to_recordset(stage.row -> 'rejected') as ("column" text, reason text)) with ordinality
         as cell ("column", reason, place)
       where stage.workspace_id = $1 and stage.import_id = $2 and not ${isTaken('stage')}
     ) as wrong`,
    [workspaceId, importId],
  );
}

/** How many rows of all imports are rejected and not taken since. */
export async function countOpenRejections(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ count: number }>(
    `select count(distinct (rejected.import_id, coalesce(rejected.line, -rejected.ordinal))) as count
     from roster_rejected_row as rejected
     where rejected.workspace_id = $1 and rejected.taken_at is null`,
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}

/** What is wrong with the rows that an import did not take, in the order of the file. */
export async function listRejections(
  q: Queryable,
  workspaceId: WorkspaceId,
  { importId, after, limit }: Page & { readonly importId: RosterImportId },
): Promise<readonly KeptRejection[]> {
  const { rows } = await q.query<KeptRejection>(
    `select rejected.ordinal, rejected.line, rejected.column_name as "column", rejected.reason, rejected.employee_id as "employeeId",
            rejected.taken_at as "takenAt", rejected.taken_by as "takenBy"
     from roster_rejected_row as rejected
     where rejected.workspace_id = $1 and rejected.import_id = $2 and rejected.ordinal > $3::integer
     order by rejected.ordinal
     limit $4`,
    [workspaceId, importId, Number(after ?? 0), limit],
  );
  return rows;
}

/** What is wrong with the rows that the release of a held roster leaves out. */
export type HeldRejection = Omit<KeptRejection, 'takenAt' | 'takenBy'>;

/** What is wrong with the rows of a held roster, in the order of the file. */
export async function listHeldRejections(
  q: Queryable,
  workspaceId: WorkspaceId,
  { importId, after, limit }: Page & { readonly importId: RosterImportId },
): Promise<readonly HeldRejection[]> {
  const { rows } = await q.query<HeldRejection>(
    `select rejected.ordinal, rejected.line, rejected.column_name as "column", rejected.reason, rejected.employee_id as "employeeId"
     from roster_held_rejected_row as rejected
     where rejected.workspace_id = $1 and rejected.import_id = $2 and rejected.ordinal > $3::integer
     order by rejected.ordinal
     limit $4`,
    [workspaceId, importId, Number(after ?? 0), limit],
  );
  return rows;
}

/** Takes whom rows name whose file is erased. */
export async function eraseRejectedIds(tx: Queryable, workspaceId: WorkspaceId, before: Instant): Promise<void> {
  await tx.query(
    `update roster_held_rejected_row as rejected set employee_id = null
     from roster_held_import as held
     where rejected.workspace_id = $1 and rejected.employee_id is not null
       and held.workspace_id = rejected.workspace_id and held.id = rejected.import_id and held.state <> 'held' and held.held_at < $2`,
    [workspaceId, before],
  );
  await tx.query(
    `update roster_rejected_row as rejected set employee_id = null, address_sha256 = null, start_date = null
     from roster_import as made
     where rejected.workspace_id = $1 and num_nonnulls(rejected.employee_id, rejected.address_sha256, rejected.start_date) > 0
       and made.workspace_id = rejected.workspace_id and made.id = rejected.import_id and made.imported_at < $2`,
    [workspaceId, before],
  );
}
