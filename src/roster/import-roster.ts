import { createHash } from 'node:crypto';
import { type Instant, type LedgerRecordId, newId, type RosterImportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Queryable, SecretBox, Transaction } from '../platform/index.ts';
import { decodeRosterFile } from './decode-roster-file.ts';
import { draftPerson, type ImportPlace, type PeriodDraft } from './draft-import.ts';
import { type ParsedRoster, parseRoster } from './parse-roster.ts';
import { type ImportPlan, type KnownPerson, planImport, type RowOutcome } from './plan-import.ts';
import { type ImportCounts, importRecord } from './roster-records.ts';
import type { RejectedRow } from './roster-row.ts';
import { countOthers, insertImport, knownPeople, lockRoster, type PeriodWrite, writePeople, writePeriods } from './roster-store.ts';

export interface RosterDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
}

/** What a file comes to, row by row; every row is counted once. */
export interface ImportSummary extends Omit<ImportCounts, 'rejected'> {
  readonly rejected: readonly RejectedRow[];
  readonly ignoredColumns: readonly string[];
  /** SHA-256 of the file, in hex. */
  readonly fileSha256: string;
}

export interface ImportRequest {
  readonly bytes: Buffer;
  readonly actor: string;
  /** The file is declared to hold everybody. It is recorded; a missing row still ends nobody (I9). */
  readonly full: boolean;
  /** Takes the good rows although others are rejected. */
  readonly allowRejected: boolean;
}

/** What an import of the file would do; changes nothing. Throws DomainError `invalid-request` for a file that is no roster. */
export async function previewImport(deps: RosterDependencies, workspaceId: WorkspaceId, bytes: Buffer): Promise<ImportSummary> {
  const parsed = parseRoster(decodeRosterFile(bytes));
  return (await compare(deps.database, workspaceId, { parsed, bytes, at: deps.clock.now() })).summary;
}

/**
 * Imports a roster whole or not at all: people, periods, the sealed file and their ledger records in one transaction.
 * Throws DomainError `invalid-request` when rows are rejected and `allowRejected` is not set; the refusal is recorded.
 */
export async function importRoster(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  request: ImportRequest,
): Promise<ImportSummary & { readonly id: RosterImportId }> {
  const parsed = parseRoster(decodeRosterFile(request.bytes));
  const at = deps.clock.now();
  const id = newId<'roster-import'>(at);
  const summary = await deps.database.transaction(async (tx) => {
    await lockRoster(tx, workspaceId);
    const compared = await compare(tx, workspaceId, { parsed, bytes: request.bytes, at });
    const stage = { id, at, request, ...compared };
    if (compared.summary.rejected.length > 0 && !request.allowRejected) await recordRefusal(tx, workspaceId, stage);
    else await writeImport(tx, workspaceId, { ...stage, sealedFile: deps.secretBox.seal(request.bytes, sealContext(workspaceId, id)) });
    return compared.summary;
  });
  if (summary.rejected.length > 0 && !request.allowRejected) refuseRejected(summary.rejected);
  return { id, ...summary };
}

/** What a sealed roster file is bound to. */
function sealContext(workspaceId: WorkspaceId, id: RosterImportId): string {
  return `roster-import:${workspaceId}:${id}`;
}

interface Compared {
  readonly plan: ImportPlan;
  readonly summary: ImportSummary;
}

async function compare(
  tx: Queryable,
  workspaceId: WorkspaceId,
  file: { readonly parsed: ParsedRoster; readonly bytes: Buffer; readonly at: Instant },
): Promise<Compared> {
  const { parsed } = file;
  const employeeIds = [...new Set(parsed.rows.map((row) => row.employeeId))];
  const known: ReadonlyMap<string, KnownPerson> = await knownPeople(tx, workspaceId, employeeIds);
  const plan = planImport(parsed.rows, known, file.at.slice(0, 10));
  const outcomes = plan.people.flatMap((person) => person.rows.map((row) => row.outcome));
  const count = (outcome: RowOutcome): number => outcomes.filter((each) => each === outcome).length;
  const summary: ImportSummary = {
    rows: parsed.rowCount,
    added: count('added'),
    changed: count('changed'),
    ended: count('ended'),
    rehired: count('rehired'),
    unchanged: count('unchanged'),
    rejected: [...parsed.rejected, ...plan.rejected].sort((a, b) => a.line - b.line),
    ignoredColumns: parsed.ignoredColumns,
    notInFile: await countOthers(tx, workspaceId, employeeIds),
    fileSha256: createHash('sha256').update(file.bytes).digest('hex'),
  };
  return { plan, summary };
}

interface Stage extends Compared {
  readonly id: RosterImportId;
  readonly at: Instant;
  readonly request: ImportRequest;
}

function importFacts({ id, at, request, summary }: Stage) {
  const { bytes, actor, full } = request;
  const counts: ImportCounts = { ...summary, rejected: new Set(summary.rejected.map(({ line }) => line)).size };
  return { id, at, actor, full, counts, fileBytes: bytes.length, fileSha256: summary.fileSha256 };
}

async function recordRefusal(tx: Transaction, workspaceId: WorkspaceId, stage: Stage): Promise<void> {
  await append(tx, workspaceId, [importRecord(importFacts(stage), 'hr.import.rejected')]);
}

function refuseRejected(rejected: readonly RejectedRow[]): never {
  const [first] = rejected;
  return refuse('invalid-request', {
    detail: `${rejected.length} cells cannot be taken; the first: line ${first?.line}, ${first?.column} ${first?.reason}. Nothing was imported.`,
    next: 'Correct them, or import the other rows with allowRejected=true.',
    extra: { rejected },
  });
}

async function writeImport(tx: Transaction, workspaceId: WorkspaceId, stage: Stage & { readonly sealedFile: Buffer }): Promise<void> {
  const { id, at, request } = stage;
  const place: ImportPlace = { at, actor: request.actor, importId: id };
  const drafts = stage.plan.people.map((person) => draftPerson(person, place));
  const periods = drafts.flatMap((draft) => draft.periods);
  const facts = importFacts(stage);
  const records = [importRecord(facts, 'hr.import.completed'), ...periods.flatMap((draft) => draft.records)];
  const [recordId, ...recordIds] = await append(tx, workspaceId, records);
  if (recordId === undefined) throw new Error('the ledger returned no id for the import');
  await insertImport(tx, workspaceId, { ...facts, sealedFile: stage.sealedFile, recordId });
  const people = drafts.flatMap((draft) => (draft.person === null ? [] : [draft.person]));
  await writePeople(tx, workspaceId, { at, people });
  await writePeriods(tx, workspaceId, { importId: id, at, periods: withRecords(periods, recordIds) });
}

/** Each period names the last of its own records: the one that states its present dates. */
function withRecords(drafts: readonly PeriodDraft[], recordIds: readonly LedgerRecordId[]): readonly PeriodWrite[] {
  let end = 0;
  return drafts.map(({ period, records }) => {
    end += records.length;
    return { ...period, recordId: records.length === 0 ? null : (recordIds[end - 1] ?? null) };
  });
}
