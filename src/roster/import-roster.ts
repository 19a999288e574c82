import { createHash } from 'node:crypto';
import { canonicalJson, type Instant, newId, type RosterImportId, plural, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { type Clock, type Database, type SecretBox, type Transaction, unaccompanied } from '../platform/index.ts';
import { findWorkspace } from '../workspace/index.ts';
import type { HeldImport } from './held-import-store.ts';
import { asDropped, asEnded, type ConcernedPeople, gatherConcerned, MOST_CONCERNED } from './gather-concerned.ts';
import { holdImport, lapseHeld, sameHeld } from './hold-import.ts';
import { firstOmitted, type omissions } from './omission-store.ts';
import { countOpenRejections, insertRejections, settleRejections } from './rejected-row-store.ts';
import { readMapping } from './roster-mapping-store.ts';
import { importRecord } from './roster-records.ts';
import { stageSealedFile } from './seal-file.ts';
import { clearStage } from './roster-stage-store.ts';
import { insertImport, lockRoster, readTold, refreshStatistics } from './roster-store.ts';
import { readToldRejections } from './told-rejections-read-model.ts';
import { type Import, type ImportRequest, type ImportSummary, workImport, type Worked } from './work-import.ts';

/** The largest roster file taken: a million rows of some 250 bytes. It is held in memory while it is sealed. */
export const ROSTER_FILE_LIMIT = 256 * 1024 * 1024;

export interface RosterDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
}

/** A roster as it came: kept sealed. */
export interface SentRoster extends Omit<ImportRequest, 'fileBytes' | 'fileSha256'> {
  readonly bytes: Buffer;
}

/** Taken, or waiting for somebody to release it. */
export type ImportOutcome =
  | { readonly kind: 'taken'; readonly done: ImportSummary & { readonly id: RosterImportId } }
  | { readonly kind: 'held'; readonly held: HeldImport };

/** What an import would do, with whom it concerns. */
export interface ImportPreview extends ImportSummary {
  readonly people: ConcernedPeople;
}

/** What an import would do; changes nothing. Throws DomainError `invalid-request` for what is no roster. */
export async function previewImport(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  sent: Omit<SentRoster, 'actor' | 'allowRejected'>,
): Promise<ImportPreview> {
  const at = deps.clock.now();
  const id = newId<'roster-import'>(at);
  return deps.database.transaction(async (tx) => {
    const mapping = await readMapping(tx, workspaceId);
    const looked = { ...sent, ...hashOf(sent), actor: 'system', allowRejected: true };
    const { timeZone } = (await findWorkspace(tx, workspaceId)) ?? refuse('not-found', { detail: 'There is no such workspace.' });
    const concerned = gatherConcerned(timeZone);
    const import_ = { id, at, toldAt: at, ...mapping, request: looked, isDryRun: true, onPlanned: concerned.see, release: null };
    const { summary } = await workImport(tx, workspaceId, import_);
    const leftOut = await leftOutBy(tx, workspaceId, { importId: id, summary });
    await clearStage(tx, workspaceId, id);
    const told = await readTold(tx, workspaceId, concerned.periodIds());
    return { ...summary, people: { ...concerned.seen({ told, toldAt: at }), ...leftOut } };
  });
}

function hashOf({ bytes }: Pick<SentRoster, 'bytes'>): Pick<ImportRequest, 'fileBytes' | 'fileSha256'> {
  return { fileBytes: bytes.length, fileSha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Whom it leaves out, by what becomes of them. */
async function leftOutBy(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { importId, summary }: { readonly importId: RosterImportId; readonly summary: ImportSummary },
): Promise<Pick<ConcernedPeople, 'dropped' | 'endedByOmission'>> {
  const first = (which: keyof typeof omissions) => firstOmitted(tx, workspaceId, { importId, limit: MOST_CONCERNED, which });
  const { dropped, endedByOmission } = summary;
  return {
    dropped: { total: dropped, people: dropped === 0 ? [] : (await first(endedByOmission === 0 ? 'asked' : 'asked-again')).map(asDropped) },
    endedByOmission: { total: endedByOmission, people: endedByOmission === 0 ? [] : (await first('ending')).map(asEnded) },
  };
}

/**
 * Imports a roster whole or not at all: people, periods, the sealed file and their ledger records in one transaction, in memory that
 * does not grow with the roster's rows. One that would end so many that the brake holds it changes nothing until a second person, who is
 * not `requestedBy` (else the actor), releases it; the same roster again is still that one. One that was fetched is held, too, where rows of it
 * are rejected and `allowRejected` is not set: nobody sent it who could be told.
 * Throws DomainError `invalid-request` of any other with such rows; the refusal is recorded.
 */
export async function importRoster(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  sent: SentRoster & { readonly requestedBy?: string },
): Promise<ImportOutcome> {
  const request = { ...sent, ...hashOf(sent) };
  const importing = deps.database.transaction(async (tx): Promise<ImportOutcome> => {
    await lockRoster(tx, workspaceId);
    // Not before: a run that began meanwhile has waited for those of before it alone (`awaitImports`).
    const at = deps.clock.now();
    const id = newId<'roster-import'>(at);
    await lapseHeld(tx, workspaceId, { at, because: 'expired' });
    const mapping = await readMapping(tx, workspaceId);
    const same = await sameHeld(tx, workspaceId, { request, mapping: mapping.mapping });
    if (same !== undefined) return { kind: 'held', held: same };
    const import_: Import = { id, at, toldAt: at, ...mapping, request, isDryRun: false, release: null };
    const worked = await workImport(tx, workspaceId, import_);
    const hasUnseen = worked.summary.rejectedRows > 0 && !request.allowRejected;
    if (hasUnseen && request.source !== 'pull') throw new RowsRejected(worked);
    if (hasUnseen || worked.summary.brake.holds) {
      const requestedBy = request.requestedBy ?? request.actor;
      return { kind: 'held', held: await holdImport(deps, tx, workspaceId, { import_, bytes: request.bytes, worked, requestedBy }) };
    }
    await lapseHeld(tx, workspaceId, { at, because: 'superseded' });
    await stageSealedFile(deps, tx, workspaceId, { id, bytes: request.bytes });
    return { kind: 'taken', done: await keepImport(tx, workspaceId, { import_, worked }) };
  });
  return importing.catch((error: unknown) => {
    if (!(error instanceof RowsRejected)) throw error;
    return recordRejected(deps, workspaceId, error.worked);
  });
}

/** Keeps an import that has been worked whole, with its record and its file: the one on the stage, else the one that was held. */
export async function keepImport(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { import_, worked }: { readonly import_: Import; readonly worked: Worked },
): Promise<ImportSummary & { readonly id: RosterImportId }> {
  const { id, at, toldAt } = import_;
  const { facts, summary } = worked;
  const { format } = summary;
  const rejectedOpen = await keepRejections(tx, workspaceId, { at, worked });
  const recordId = await appendOne(
    tx,
    workspaceId,
    importRecord(facts, 'hr.import.completed', {
      rejected_open: rejectedOpen,
      ...(summary.rejectedRows > 0 && { rejections_sha256: await rejectionsHash(tx, workspaceId, id) }),
      ...formatOf(format),
    }),
  );
  await insertImport(tx, workspaceId, { ...facts, format, recordId, receivedAt: toldAt === at ? null : toldAt });
  await clearStage(tx, workspaceId, id);
  if (summary.rows >= MANY_ROWS) await refreshStatistics(tx);
  return { id, ...summary };
}

/** What the ledger says of how a file was read. */
function formatOf(format: ImportSummary['format']) {
  return format === null ? {} : { format: { encoding: format.encoding, delimiter: format.delimiter, header_line: format.headerLine } };
}

/** Keeps the rows that are not taken, and settles those of imports before. Returns how many rows of all of them are in doubt still. */
async function keepRejections(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, worked: { facts, summary } }: { readonly at: Instant; readonly worked: Worked },
): Promise<number> {
  const { id: importId, partial } = facts;
  await settleRejections(tx, workspaceId, { importId, at, isWhole: !partial && summary.rejectedRows === 0 });
  if (summary.rejectedRows > 0) await insertRejections(tx, workspaceId, importId, 'roster_rejected_row');
  return countOpenRejections(tx, workspaceId);
}

/** Of the list that reports show, so that it is the one of then: what a reason quotes stands in the ledger itself no more than any other cell. */
async function rejectionsHash(tx: Transaction, workspaceId: WorkspaceId, importId: RosterImportId): Promise<string> {
  const told = await readToldRejections(tx, workspaceId, importId);
  return createHash('sha256')
    .update(canonicalJson(told.map((each) => ({ ...each }))))
    .digest('hex');
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

function refuseRejected({ rejected, rejectedRows }: ImportSummary): never {
  const [first] = rejected;
  return refuse('invalid-request', {
    detail: `${plural(rejectedRows, 'row')} cannot be taken; the first: line ${first?.line}, ${first?.column} ${first?.reason}. Nothing was imported.`,
    next: 'Correct them, or import the other rows with allowRejected=true.',
    extra: { rejected },
  });
}
