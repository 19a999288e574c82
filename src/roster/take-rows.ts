import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { ImportPlace } from './draft-import.ts';
import { type StatedEnd, statedEndOf } from './ended-person.ts';
import { type KnownPerson, type PlannedPerson, planImport, type RowOutcome } from './plan-import.ts';
import type { RejectedRow, RosterRow } from './roster-row.ts';
import { rejectStaged, stagedRows } from './roster-stage-store.ts';
import { hasPeople, knownPeople } from './roster-store.ts';
import { importBatch } from './import-batch.ts';

/** Rows at a time, with all others of whom the last of them names: those, what is known of them and what is to be written fill a few megabytes. */
const ROWS_PER_BATCH = 2_000;

export interface Taken {
  readonly outcomes: Readonly<Record<RowOutcome, number>>;
  /** How many rows could be read and do not fit others; they are rejected on the stage. */
  readonly rejectedRows: number;
  /** The first of them, by line. */
  readonly rejected: readonly RejectedRow[];
  /** How many people a row would end, or end sooner than was known. */
  readonly ends: number;
}

export interface Taking extends ImportPlace {
  readonly isWritten: boolean;
  /** Is handed what every row comes to, batch by batch. */
  readonly onPlanned?: ((people: readonly PlannedPerson[]) => void) | undefined;
  /** Is handed whom the rows would end, batch by batch. */
  readonly onEnds: (ends: readonly StatedEnd[]) => Promise<void>;
}

/**
 * Compares the staged rows with what is known, batch by batch, and writes what they change unless it is only to be seen. While a batch is
 * compared and drafted, PostgreSQL writes the one before and looks up the one behind: no two of them speak of the same person.
 */
export async function takeRows(tx: Transaction, workspaceId: WorkspaceId, taking: Taking): Promise<Taken> {
  const outcomes: Record<RowOutcome, number> = { added: 0, changed: 0, ended: 0, rehired: 0, unchanged: 0 };
  let rejected: readonly RejectedRow[] = [];
  let rejectedRows = 0;
  const today = taking.at.slice(0, 10);
  const readAfter = batchesOf(tx, workspaceId, { importId: taking.importId, isAnybodyKnown: await hasPeople(tx, workspaceId) });
  let ahead = begun(readAfter(''));
  // One is drafted while the other is written.
  let [drafted, written] = [importBatch(tx, workspaceId, taking), importBatch(tx, workspaceId, taking)];
  let writing = Promise.resolve();
  let ends = 0;
  try {
    for (;;) {
      const batch = await ahead;
      if (batch === undefined) break;
      ahead = begun(readAfter(batch.last));
      const plan = planImport(batch.rows, batch.known, today);
      for (const person of plan.people) for (const { outcome } of person.rows) outcomes[outcome] += 1;
      taking.onPlanned?.(plan.people);
      if (plan.rejected.length > 0) {
        await rejectStaged(tx, workspaceId, taking.importId, plan.rejected);
        rejectedRows += plan.rejected.length;
        rejected = firstByLine([...rejected, ...plan.rejected.map(({ column, line, reason }) => ({ line, column, reason }))]);
      }
      const ended = plan.people.flatMap((person) => statedEndOf(person, today) ?? []);
      ends += ended.length;
      if (ended.length > 0) await taking.onEnds(ended);
      if (!taking.isWritten) continue;
      await drafted.draft(plan.people);
      await writing;
      writing = begun(drafted.write());
      [drafted, written] = [written, drafted];
    }
  } finally {
    // What failed first says why: whatever was asked behind it knows only that the transaction is broken.
    await writing;
  }
  return { outcomes, rejected, rejectedRows, ends };
}

/** A report of what is wrong is for a person to read: they mend the first, and try again. */
export const MAX_REPORTED = 1_000;

/** Those of rejected cells that are reported, in the order of the file. */
export function firstByLine(rejected: readonly RejectedRow[]): readonly RejectedRow[] {
  return rejected.toSorted((a, b) => a.line - b.line).slice(0, MAX_REPORTED);
}

interface Batch {
  readonly rows: readonly RosterRow[];
  readonly known: ReadonlyMap<string, KnownPerson>;
  readonly last: string;
}

/** Reads the batch behind an employee id; undefined where there is none. */
function batchesOf(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { importId, isAnybodyKnown }: { readonly importId: RosterImportId; readonly isAnybodyKnown: boolean },
): (after: string) => Promise<Batch | undefined> {
  return async (after) => {
    const rows = await stagedRows(tx, workspaceId, importId, { after, rows: ROWS_PER_BATCH });
    const last = rows.at(-1)?.employeeId;
    if (last === undefined) return undefined;
    const employeeIds = isAnybodyKnown ? [...new Set(rows.map(({ employeeId }) => employeeId))] : [];
    return { rows, known: await knownPeople(tx, workspaceId, employeeIds), last };
  };
}

/** Of work that is awaited later: should it fail until then, whoever awaits it is told, and the process does not end. */
function begun<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}
