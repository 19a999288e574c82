import { type Instant, type RosterImportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../platform/index.ts';
import { type Brake, decideBrake } from './decide-brake.ts';
import type { StatedEnd } from './ended-person.ts';
import { countEmployed, markBeforeTaking } from './held-import-store.ts';
import type { RosterReading } from './parse-roster.ts';
import type { ParsedRow } from './read-roster-row.ts';
import type { RosterMapping } from './roster-mapping.ts';
import type { ImportCounts, ImportFacts } from './roster-records.ts';
import type { RejectedRow } from './roster-row.ts';
import { rejectOverused, type StagedRow, stageRows } from './roster-stage-store.ts';
import { countOthers } from './roster-store.ts';
import { findSimilarIds, type SimilarIds } from './similar-ids-store.ts';
import { findOmissions, type Omissions, type Settled, settleOmissions } from './settle-omissions.ts';
import { firstByLine, MAX_REPORTED, type Taken, takeRows, type Taking } from './take-rows.ts';
import { type RowWarnings, watchRows } from './watch-rows.ts';

/** What a roster comes to, row by row; every row is counted once. */
export interface ImportSummary extends Omit<ImportCounts, 'rejected'>, RowWarnings {
  /** The first cells that cannot be taken; `rejectedRows` counts all the rows. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedRows: number;
  /** How the file was read; null of rows that a program pushed. */
  readonly format: RosterReading['format'];
  readonly columns: RosterReading['columns'];
  readonly ignoredColumns: readonly string[];
  /** Why a roster that was declared to hold everybody is not taken at its word; null where it is, or was not so declared. */
  readonly implausible: string | null;
  readonly brake: Brake;
  /** Employee ids of which one is most likely the other, mistyped. */
  readonly similarIds: SimilarIds;
  /** SHA-256 of the file, in hex. */
  readonly fileSha256: string;
}

export interface ImportRequest {
  /** How it came: a file that somebody sent, rows that a program sent, or a file that was fetched. */
  readonly source: 'file' | 'push' | 'pull';
  readonly fileBytes: number;
  /** As whoever sent it calls it; left out: nobody said. Personal data. */
  readonly fileName?: string;
  /** In hex. */
  readonly fileSha256: string;
  /** Reads it by the mapping in force. */
  readonly read: (mapping: RosterMapping) => Promise<RosterReading>;
  readonly actor: string;
  /** Declared to hold everybody: where its size is plausible, whom it leaves out has ended. */
  readonly full: boolean;
  /** Declared to hold changes alone: nobody is missed in it. */
  readonly partial: boolean;
  /** Changes alone, and HR says that whoever they do not name is as the rosters that were taken have them. */
  readonly elseUnchanged: boolean;
  /** Takes the good rows although others are rejected. */
  readonly allowRejected: boolean;
}

/** One import while it runs. */
export interface Import {
  readonly id: RosterImportId;
  readonly at: Instant;
  readonly toldAt: Instant;
  readonly mapping: RosterMapping;
  readonly mappingRecordId: string | null;
  readonly request: ImportRequest;
  readonly isDryRun: boolean;
  /** Is handed what every row comes to. */
  readonly onPlanned?: Taking['onPlanned'];
  /** Somebody has seen whom it ends, and the import that ends anybody else is theirs to refuse. */
  readonly release: {
    readonly seen: (people: readonly string[]) => Promise<void>;
    /** Called once those who are left out have ended by that; they are on the stage. */
    readonly seenOmitted: () => Promise<void>;
    /** Two people say that it is to be taken at its word. */
    readonly isConfirmed: boolean;
  } | null;
}

export interface Worked {
  readonly summary: ImportSummary;
  readonly facts: ImportFacts;
  /** Whom it leaves out, they are on the stage, has ended by that. */
  readonly isEndingOmitted: boolean;
}

/**
 * Stages a roster and takes it unless it is only to be seen; where the brake holds it, what has been taken is the caller's to undo, back to
 * the stage, which is the caller's to clear. Call it under the lock. Throws DomainError `invalid-request` for what is no roster.
 */
export async function workImport(tx: Transaction, workspaceId: WorkspaceId, import_: Import): Promise<Worked> {
  const { id, at, toldAt, request, isDryRun, mapping, release } = import_;
  const reading = await request.read(mapping);
  const staged = await stage(tx, workspaceId, { id, rows: reading.rows });
  if (staged.rows === 0 && !request.elseUnchanged) {
    refuse('invalid-request', {
      detail: 'The roster names nobody.',
      next: request.partial
        ? 'Send what has changed; where nothing has, say so by elseUnchanged=true.'
        : 'Send it with a row for each employment period, or nothing at all.',
    });
  }
  await expectManyRows(tx);
  const similarIds = await findSimilarIds(tx, workspaceId, id);
  const found = await findOmissions(tx, workspaceId, { importId: id, toldAt, ...request, ...staged });
  await markBeforeTaking(tx);
  const employed = await countEmployed(tx, workspaceId, at.slice(0, 10));
  const place = { importId: id, at, toldAt, actor: request.actor };
  const isTaken = !isDryRun && (request.allowRejected || staged.rejectedRows === 0);
  await expectFewRows(tx);
  const taken = await takeRows(tx, workspaceId, {
    ...place,
    isWritten: isTaken,
    onPlanned: import_.onPlanned,
    onEnds: (ends) => sawStated(release, ends),
  });
  const brake = decideBrake({ ends: taken.ends + found.ending.people, employed });
  const isSettled = isTaken && (release !== null || !brake.holds);
  const settled = await settleOmissions(tx, workspaceId, {
    ...place,
    ...found,
    isConfirmed: release?.isConfirmed === true || brake.holds,
    isWritten: isSettled,
  });
  await expectManyRows(tx);
  if (settled.isEnding) await release?.seenOmitted();
  const notInFile = await countOthers(tx, workspaceId, id);
  const summary = summaryOf({ reading, staged, taken, settled, notInFile, brake, similarIds, fileSha256: request.fileSha256 });
  return {
    summary,
    facts: factsOf(import_, summary),
    isEndingOmitted: settled.isEnding,
  };
}

function sawStated(release: Import['release'], ends: readonly StatedEnd[]): Promise<void> {
  return release === null ? Promise.resolve() : release.seen(ends.map(({ personId }) => personId));
}

/** More rows than anybody has employments: what stands on so many is no employee's id. */
const MOST_ROWS_OF_ONE = 1_000;
const overused = {
  column: 'employee_id',
  reason: `is on more than ${MOST_ROWS_OF_ONE} rows, and nobody has had so many employments: is it the column of the employee's id?`,
};

interface Staged {
  readonly rows: number;
  readonly rejectedRows: number;
  /** Those of the rejected rows of which nobody can say whom they name. */
  readonly unnamedRows: number;
  readonly rejected: readonly RejectedRow[];
  readonly warned: RowWarnings;
}

/** Puts on the stage whom the roster names: whose row is rejected is not missing from it. */
async function stage(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, rows }: { readonly id: RosterImportId; readonly rows: AsyncIterable<ParsedRow> },
): Promise<Staged> {
  const rejected: RejectedRow[] = [];
  const watch = watchRows();
  const count = { rows: 0, rejectedRows: 0, unnamedRows: 0 };
  async function* naming(): AsyncGenerator<StagedRow> {
    for await (const parsed of rows) {
      count.rows += 1;
      if ('row' in parsed) {
        watch.see(parsed.row);
        yield parsed.row;
      } else {
        count.rejectedRows += 1;
        if (rejected.length < MAX_REPORTED) rejected.push(...parsed.rejected);
        if (parsed.employeeId === null) count.unnamedRows += 1;
        const { address, employeeId, firstDay, line } = parsed;
        const cells = parsed.rejected.map(({ column, reason }) => ({ column, reason }));
        yield { employeeId: employeeId ?? '', line, address, firstDay, rejected: cells };
      }
    }
  }
  await stageRows(tx, workspaceId, id, naming());
  const nobodys = await rejectOverused(tx, workspaceId, id, { most: MOST_ROWS_OF_ONE, first: MAX_REPORTED, wrong: overused });
  return {
    rows: count.rows,
    rejectedRows: count.rejectedRows + nobodys.count,
    unnamedRows: count.unnamedRows + nobodys.count,
    rejected: firstByLine([...rejected, ...nobodys.lines.map((line) => ({ line, ...overused }))]),
    warned: watch.seen(),
  };
}

interface Parts {
  readonly reading: RosterReading;
  readonly staged: Staged;
  readonly taken: Taken;
  readonly settled: Settled;
  readonly notInFile: number;
  readonly brake: Brake;
  readonly similarIds: SimilarIds;
  readonly fileSha256: string;
}

function summaryOf({ reading, staged, taken, settled, notInFile, brake, similarIds, fileSha256 }: Parts): ImportSummary {
  const { isEnding: _ends, ...omissions }: Settled & Omissions = settled;
  return {
    rows: staged.rows,
    ...taken.outcomes,
    rejected: firstByLine([...staged.rejected, ...taken.rejected]),
    rejectedRows: staged.rejectedRows + taken.rejectedRows,
    ...staged.warned,
    format: reading.format,
    columns: reading.columns,
    ignoredColumns: reading.ignoredColumns,
    notInFile,
    ...omissions,
    brake,
    similarIds,
    fileSha256,
  };
}

function factsOf({ id, at, request, mapping, mappingRecordId }: Import, summary: ImportSummary): ImportFacts {
  const { actor, elseUnchanged, fileBytes, fileName, fileSha256, full, partial, source } = request;
  const counts = countsOf(summary);
  return {
    id,
    at,
    actor,
    source,
    full,
    partial,
    elseUnchanged,
    counts,
    mapping,
    mappingRecordId,
    fileBytes,
    ...(fileName !== undefined && { fileName }),
    fileSha256,
  };
}

function countsOf(summary: ImportSummary): ImportCounts {
  const { rows, added, changed, ended, rehired, unchanged, notInFile, dropped, endedByOmission, listedAgain } = summary;
  return {
    rows,
    added,
    changed,
    ended,
    rehired,
    unchanged,
    rejected: summary.rejectedRows,
    notInFile,
    dropped,
    endedByOmission,
    listedAgain,
  };
}
