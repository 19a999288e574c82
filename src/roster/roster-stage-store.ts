import { addressKey, type RosterImportId, type WorkspaceId } from '../kernel/index.ts';
import { copyLine, type Queryable, type Transaction } from '../platform/index.ts';
import type { UnfittingRow } from './plan-import.ts';
import type { NamedByRejected } from './read-roster-row.ts';
import type { RejectedRow, RosterRow } from './roster-row.ts';

/** A row of a roster on the stage. Of one that is rejected stands there whom it names ('' where nobody can say), and what is wrong with it. */
export type StagedRow =
  | RosterRow
  | (Pick<RosterRow, 'employeeId' | 'line'> &
      Omit<NamedByRejected, 'employeeId'> & { readonly rejected: readonly Omit<RejectedRow, 'line'>[] });

/** Rows that go to the server in one piece. */
const ROWS_PER_CHUNK = 2_000;

/**
 * Puts the rows of an import on the stage, while the next are read. Each piece is a statement of its own: where the rows come out of the same transaction,
 * as those of a held roster do, they are asked for in between.
 */
export async function stageRows(
  tx: Transaction,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  rows: AsyncIterable<StagedRow>,
): Promise<void> {
  let writing = Promise.resolve();
  try {
    for await (const lines of chunks(workspaceId, importId, rows)) {
      await writing;
      writing = tx.copyIn('copy roster_stage (workspace_id, import_id, employee_id, line, row) from stdin', [lines]);
      writing.catch(() => undefined); // it is awaited below, whatever the next rows come to
    }
  } finally {
    await writing;
  }
}

async function* chunks(workspaceId: WorkspaceId, importId: RosterImportId, rows: AsyncIterable<StagedRow>): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(copyLine([workspaceId, importId, row.employeeId, row.line, { ...row }]));
    if (lines.length < ROWS_PER_CHUNK) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}

/** All readable rows of the employee ids behind one that the next so many rows name, in order of employee id and line. */
export async function stagedRows(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  page: { readonly after: string; readonly rows: number },
): Promise<readonly RosterRow[]> {
  const { rows } = await tx.query<{ row: RosterRow }>(
    `select stage.row
     from roster_stage as stage
     where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id > $3 and ${isTaken('stage')}
       and stage.employee_id <= coalesce((
         select max(next.employee_id)
         from (
           select ahead.employee_id from roster_stage as ahead
           where ahead.workspace_id = $1 and ahead.import_id = $2 and ahead.employee_id > $3 and ${isTaken('ahead')}
           order by ahead.employee_id, ahead.line limit $4
         ) as next
       ), '')
     order by stage.employee_id, stage.line`,
    [workspaceId, importId, page.after, page.rows],
  );
  return rows.map(({ row }) => row);
}

/** Whether a staged row could be read. */
export const isTaken = (stage: string) => `${stage}.row ? 'startDate'`;

/** What is left on the stage of a row that is not taken, as of one that could not be read. */
const asRejected = (row: string, address: string, wrong: string) => `jsonb_build_object(
         'line', ${row} -> 'line', 'firstDay', ${row} -> 'startDate', 'address', ${address}, 'rejected', jsonb_build_array(${wrong}))`;

/** Rejects staged rows that could be read and do not fit others. */
export async function rejectStaged(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  unfitting: readonly UnfittingRow[],
): Promise<void> {
  const rejected = unfitting.map(({ row, line, column, reason }) => {
    return { employeeId: row.employeeId, line, address: addressKey(row.workEmail), wrong: { column, reason } };
  });
  await tx.query(
    `update roster_stage as stage
     set row = ${asRejected('stage.row', 'unfitting.address', 'unfitting.wrong')}
     from jsonb_to_recordset($3::jsonb) as unfitting ("employeeId" text, line integer, address text, wrong jsonb)
     where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = unfitting."employeeId" and stage.line = unfitting.line`,
    [workspaceId, importId, JSON.stringify(rejected)],
  );
}

/**
 * Rejects the readable rows of ids that are on more rows than anybody has employments: they name nobody. Gives how many there are, and the lines of the first.
 */
export async function rejectOverused(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  { most, first, wrong }: { readonly most: number; readonly first: number; readonly wrong: Omit<RejectedRow, 'line'> },
): Promise<{ readonly count: number; readonly lines: readonly number[] }> {
  const { rows } = await tx.query<{ count: number; lines: readonly number[] }>(
    `with overused as materialized (
       select stage.employee_id from roster_stage as stage
       where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id <> ''
       group by stage.employee_id
       having count(*) > $3
     ),
     rejected as (
       update roster_stage as stage
       set employee_id = '', row = ${asRejected('stage.row', 'null', '$5::jsonb')}
       from overused
       where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id = overused.employee_id and ${isTaken('stage')}
       returning stage.line
     )
     select count(*) as count, coalesce((array_agg(rejected.line order by rejected.line))[1:$4::integer], '{}') as lines from rejected`,
    [workspaceId, importId, most, first, JSON.stringify(wrong)],
  );
  return rows[0] ?? { count: 0, lines: [] };
}

/** Puts the sealed file of an import on the stage, piece by piece. */
export async function stagePiece(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { importId, piece, bytes }: { readonly importId: RosterImportId; readonly piece: number; readonly bytes: Buffer },
): Promise<void> {
  await tx.query('insert into roster_stage_file (workspace_id, import_id, piece, bytes) values ($1, $2, $3, $4)', [
    workspaceId,
    importId,
    piece,
    bytes,
  ]);
}

/** The file of the import `$2` of the workspace `$1` as it lies on the stage; null where none does. */
export const stagedFile = `(select string_agg(staged.bytes, ''::bytea order by staged.piece)
     from roster_stage_file as staged where staged.workspace_id = $1 and staged.import_id = $2)`;

export async function clearStage(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<void> {
  for (const table of ['roster_stage', 'roster_stage_file', 'roster_stage_omission'])
    await tx.query(`delete from ${table} as stage where stage.workspace_id = $1 and stage.import_id = $2`, [workspaceId, importId]);
}
