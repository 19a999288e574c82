import { createHash } from 'node:crypto';
import { type Instant, newId, type RosterImportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import {
  type Clock,
  type Database,
  expectFewRows,
  expectManyRows,
  type SecretBox,
  type Transaction,
  unaccompanied,
} from '../platform/index.ts';
import type { RosterReading } from './parse-roster.ts';
import type { ParsedRow } from './read-roster-row.ts';
import type { RosterMapping } from './roster-mapping.ts';
import { readMapping } from './roster-mapping-store.ts';
import { type ImportCounts, type ImportFacts, importRecord } from './roster-records.ts';
import type { RejectedRow } from './roster-row.ts';
import { clearStage, type StagedRow, stageRows } from './roster-stage-store.ts';
import { countOthers, insertImport, lockRoster, refreshStatistics } from './roster-store.ts';
import { type Omissions, settleOmissions } from './settle-omissions.ts';
import { type Taken, takeRows } from './take-rows.ts';

/** The largest roster file taken: a million rows of some 250 bytes. It is held in memory while it is sealed. */
export const ROSTER_FILE_LIMIT = 256 * 1024 * 1024;

export interface RosterDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
}

/** What a roster comes to, row by row; every row is counted once. */
export interface ImportSummary extends Omit<ImportCounts, 'rejected'> {
  /** The first cells that cannot be taken; `rejectedRows` counts all the rows. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedRows: number;
  readonly columns: RosterReading['columns'];
  readonly ignoredColumns: readonly string[];
  /** Why a roster that was declared to hold everybody is not taken at its word; null where it is, or was not so declared. */
  readonly implausible: string | null;
  /** SHA-256 of the file, in hex. */
  readonly fileSha256: string;
}

export interface ImportRequest {
  /** How it came: a file that somebody sent, rows that a program sent, or a file that was fetched. */
  readonly source: 'file' | 'push' | 'pull';
  /** As it came: kept sealed. */
  readonly bytes: Buffer;
  /** Reads it by the mapping in force. */
  readonly read: (mapping: RosterMapping) => Promise<RosterReading>;
  readonly actor: string;
  /** Declared to hold everybody: where its size is plausible, whom it leaves out has ended. */
  readonly full: boolean;
  /** Declared to hold changes alone: nobody is missed in it. */
  readonly partial: boolean;
  /** Takes the good rows although others are rejected. */
  readonly allowRejected: boolean;
}

/** What an import would do; changes nothing. Throws DomainError `invalid-request` for what is no roster. */
export async function previewImport(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  request: Omit<ImportRequest, 'actor' | 'allowRejected'>,
): Promise<ImportSummary> {
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const import_ = { id: newId<'roster-import'>(at), at, request: { ...request, actor: 'system', allowRejected: true } };
    const { summary } = await work(tx, workspaceId, { ...import_, isDryRun: true });
    return summary;
  });
}

/**
 * Imports a roster whole or not at all: people, periods, the sealed file and their ledger records in one transaction, in memory that
 * does not grow with the roster's rows.
 * Throws DomainError `invalid-request` when rows are rejected and `allowRejected` is not set; the refusal is recorded.
 */
export async function importRoster(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  request: ImportRequest,
): Promise<ImportSummary & { readonly id: RosterImportId }> {
  const at = deps.clock.now();
  const id = newId<'roster-import'>(at);
  const importing = deps.database.transaction(async (tx) => {
    await lockRoster(tx, workspaceId);
    const { facts, summary } = await work(tx, workspaceId, { id, at, request, isDryRun: false });
    if (summary.rejectedRows > 0 && !request.allowRejected) throw new RowsRejected({ facts, summary });
    const recordId = await appendOne(tx, workspaceId, importRecord(facts, 'hr.import.completed'));
    const sealedFile = deps.secretBox.seal(request.bytes, sealContext(workspaceId, id));
    await insertImport(tx, workspaceId, { ...facts, sealedFile, recordId });
    if (summary.rows >= MANY_ROWS) await refreshStatistics(tx);
    return { id, ...summary };
  });
  return importing.catch((error: unknown) => {
    if (!(error instanceof RowsRejected)) throw error;
    return recordRejected(deps, workspaceId, error.worked);
  });
}

/** Undoes whatever an import has written by then. */
class RowsRejected extends Error {
  override readonly name = 'RowsRejected';
  readonly worked: Worked;

  constructor(worked: Worked) {
    super('rows of the roster are rejected');
    this.worked = worked;
  }
}

/** Unaccompanied: the record says that nothing was imported, and the request may come again as if it had never come. */
async function recordRejected({ database }: RosterDependencies, workspaceId: WorkspaceId, { facts, summary }: Worked): Promise<never> {
  const record = () => database.transaction((tx) => appendOne(tx, workspaceId, importRecord(facts, 'hr.import.rejected')));
  await database.accompany(unaccompanied, record);
  return refuseRejected(summary);
}

/** Below it, what the planner knew before will do. */
const MANY_ROWS = 1_000;

/** What a sealed roster file is bound to. */
function sealContext(workspaceId: WorkspaceId, id: RosterImportId): string {
  return `roster-import:${workspaceId}:${id}`;
}

interface Import {
  readonly id: RosterImportId;
  readonly at: Instant;
  readonly request: ImportRequest;
  readonly isDryRun: boolean;
}

interface Worked {
  readonly summary: ImportSummary;
  readonly facts: ImportFacts;
}

async function work(tx: Transaction, workspaceId: WorkspaceId, { id, at, request, isDryRun }: Import): Promise<Worked> {
  const mapping = await readMapping(tx, workspaceId);
  const reading = await request.read(mapping);
  const staged = await stage(tx, workspaceId, { id, rows: reading.rows });
  if (staged.rows === 0) {
    refuse('invalid-request', {
      detail: 'The roster names nobody.',
      next: 'Send it with a row for each employment period, or nothing at all.',
    });
  }
  const place = { importId: id, at, actor: request.actor };
  const isWritten = !isDryRun && (request.allowRejected || staged.rejectedRows === 0);
  await expectFewRows(tx);
  const taken = await takeRows(tx, workspaceId, { ...place, isWritten });
  await expectManyRows(tx);
  const omissions = await settleOmissions(tx, workspaceId, { ...place, ...request, ...staged, isWritten });
  const notInFile = await countOthers(tx, workspaceId, id);
  await clearStage(tx, workspaceId, id);
  const summary = summaryOf({ reading, staged, taken, omissions, notInFile, bytes: request.bytes });
  return { summary, facts: factsOf({ id, at, request, summary, mapping }) };
}

/** A report of what is wrong is for a person to read: they mend the first, and try again. */
const MAX_REPORTED = 1_000;

interface Staged {
  readonly rows: number;
  readonly rejectedRows: number;
  /** Those of the rejected rows of which nobody can say whom they name. */
  readonly unnamedRows: number;
  readonly rejected: readonly RejectedRow[];
}

/** Puts on the stage whom the roster names: whose row is rejected is not missing from it. */
async function stage(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, rows }: { readonly id: RosterImportId; readonly rows: AsyncIterable<ParsedRow> },
): Promise<Staged> {
  const rejected: RejectedRow[] = [];
  const count = { rows: 0, rejectedRows: 0, unnamedRows: 0 };
  async function* naming(): AsyncGenerator<StagedRow> {
    for await (const parsed of rows) {
      count.rows += 1;
      if ('row' in parsed) yield parsed.row;
      else {
        count.rejectedRows += 1;
        if (rejected.length < MAX_REPORTED) rejected.push(...parsed.rejected);
        if (parsed.employeeId === null) count.unnamedRows += 1;
        else yield { employeeId: parsed.employeeId, line: parsed.line };
      }
    }
  }
  await stageRows(tx, workspaceId, id, naming());
  return { ...count, rejected };
}

interface Parts {
  readonly reading: RosterReading;
  readonly staged: Staged;
  readonly taken: Taken;
  readonly omissions: Omissions;
  readonly notInFile: number;
  readonly bytes: Buffer;
}

function summaryOf({ reading, staged, taken, omissions, notInFile, bytes }: Parts): ImportSummary {
  const rejected = [...staged.rejected, ...taken.rejected].sort((a, b) => a.line - b.line).slice(0, MAX_REPORTED);
  return {
    rows: staged.rows,
    ...taken.outcomes,
    rejected,
    rejectedRows: staged.rejectedRows + taken.rejected.length,
    columns: reading.columns,
    ignoredColumns: reading.ignoredColumns,
    notInFile,
    ...omissions,
    fileSha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function factsOf({
  id,
  at,
  request,
  summary,
  mapping,
}: Pick<Import, 'id' | 'at' | 'request'> & { readonly summary: ImportSummary; readonly mapping: RosterMapping }): ImportFacts {
  const { actor, bytes, full, partial, source } = request;
  const counts: ImportCounts = { ...summary, rejected: summary.rejectedRows };
  return { id, at, actor, source, full, partial, counts, mapping, fileBytes: bytes.length, fileSha256: summary.fileSha256 };
}

function refuseRejected({ rejected, rejectedRows }: ImportSummary): never {
  const [first] = rejected;
  return refuse('invalid-request', {
    detail: `${rejectedRows} rows cannot be taken; the first: line ${first?.line}, ${first?.column} ${first?.reason}. Nothing was imported.`,
    next: 'Correct them, or import the other rows with allowRejected=true.',
    extra: { rejected },
  });
}
