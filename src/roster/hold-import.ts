import { isDeepStrictEqual } from 'node:util';
import { DAY_MS, type Instant, plusMs, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { expectFewRows, expectManyRows, type SecretBox, type Transaction } from '../platform/index.ts';
import {
  endHeld,
  findHeld,
  type HeldImport,
  insertHeld,
  insertOmittedEnds,
  insertStatedEnds,
  type MappedHeldImport,
  presentHeld,
  undoTaking,
} from './held-import-store.ts';
import { insertRejections } from './rejected-row-store.ts';
import type { RosterMapping } from './roster-mapping.ts';
import { type ImportFacts, importRecord } from './roster-records.ts';
import { clearStage } from './roster-stage-store.ts';
import { stageSealedFile } from './seal-file.ts';
import { takeRows } from './take-rows.ts';
import type { Import, ImportRequest, Worked } from './work-import.ts';

/** A roster that is older than this says nothing of today: it is to be sent again. */
export const HELD_FOR_MS = 7 * DAY_MS;

interface HoldableImport {
  readonly import_: Import;
  readonly bytes: Buffer;
  readonly worked: Worked;
  readonly requestedBy: string;
}

/**
 * Undoes what has been taken of a roster and keeps it instead, sealed, with whom it would end and by what, and which rows of it cannot be taken, for
 * somebody to release or reject (`hr.import.held`).
 */
export async function holdImport(
  deps: { readonly secretBox: SecretBox },
  tx: Transaction,
  workspaceId: WorkspaceId,
  { import_, bytes, worked, requestedBy }: HoldableImport,
): Promise<HeldImport> {
  const { id, at, request } = import_;
  const { facts, isEndingOmitted, summary } = worked;
  await undoTaking(tx);
  await lapseHeld(tx, workspaceId, { at, because: 'superseded' });
  const { ends, employed, most } = summary.brake;
  await expectFewRows(tx);
  await takeRows(tx, workspaceId, {
    importId: id,
    at,
    toldAt: at,
    actor: request.actor,
    isWritten: false,
    onEnds: (stated) => insertStatedEnds(tx, workspaceId, id, stated),
  });
  await expectManyRows(tx);
  if (isEndingOmitted) await insertOmittedEnds(tx, workspaceId, id);
  if (summary.rejectedRows > 0) await insertRejections(tx, workspaceId, id, 'roster_held_rejected_row');
  const expiresAt = plusMs(at, HELD_FOR_MS);
  const detail = { ends, employed, most, requested_by: requestedBy, expires_at: expiresAt };
  const recordId = await appendOne(tx, workspaceId, importRecord(facts, 'hr.import.held', detail));
  await stageSealedFile(deps, tx, workspaceId, { id, bytes });
  await insertHeld(tx, workspaceId, {
    facts,
    brake: summary.brake,
    requestedBy,
    allowRejected: request.allowRejected,
    expiresAt,
    recordId,
  });
  await clearStage(tx, workspaceId, id);
  return (await findHeld(tx, workspaceId, id)) ?? refuse('not-found', { detail: 'There is no such held import.' });
}

/** The held import that is this very roster, read in the same way: sending it again is no second word on it. */
export async function sameHeld(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { request, mapping }: { readonly request: ImportRequest; readonly mapping: RosterMapping },
): Promise<HeldImport | undefined> {
  const present = await presentHeld(tx, workspaceId);
  if (present === undefined) return undefined;
  const isSame =
    present.fileSha256 === request.fileSha256 &&
    present.full === request.full &&
    present.partial === request.partial &&
    present.elseUnchanged === request.elseUnchanged &&
    present.allowRejected === request.allowRejected &&
    isDeepStrictEqual(present.mapping, mapping);
  return isSame ? findHeld(tx, workspaceId, present.id) : undefined;
}

/** Lets the held import go that a later one overtakes, or that has waited too long (`hr.import.lapsed`). Call it under the lock. */
export async function lapseHeld(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, because }: { readonly at: Instant; readonly because: 'superseded' | 'expired' },
): Promise<void> {
  const held = await presentHeld(tx, workspaceId);
  if (held === undefined || (because === 'expired' && held.expiresAt > at)) return;
  const by = { at, actor: 'system' };
  const recordId = await appendOne(tx, workspaceId, importRecord({ ...factsOfHeld(held), ...by }, 'hr.import.lapsed', { because }));
  await endHeld(tx, workspaceId, { id: held.id, state: because, ...by, recordId });
}

/** What the ledger says of a held import, by whoever decides it. */
export function factsOfHeld(held: MappedHeldImport): Omit<ImportFacts, 'at' | 'actor'> {
  const { id, source, full, partial, elseUnchanged, mapping, mappingRecordId, counts, fileBytes, fileName, fileSha256 } = held;
  const facts = { id, source, full, partial, elseUnchanged, mapping, mappingRecordId, counts, fileBytes, fileSha256 };
  return fileName === null ? facts : { ...facts, fileName };
}
