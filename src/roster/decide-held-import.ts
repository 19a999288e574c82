import { refuse, type RosterImportId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { requireSecondPerson } from '../workspace/index.ts';
import {
  countUnshown,
  countUnshownOmitted,
  endHeld,
  findHeld,
  type HeldImport,
  type MappedHeldImport,
  presentHeld,
} from './held-import-store.ts';
import { factsOfHeld } from './hold-import.ts';
import { keepImport, type RosterDependencies } from './import-roster.ts';
import { readerOf } from './roster-reader.ts';
import { importRecord } from './roster-records.ts';
import { lockRoster } from './roster-store.ts';
import { openFile } from './seal-file.ts';
import { type Import, workImport } from './work-import.ts';

export interface HeldDecision {
  readonly id: RosterImportId;
  readonly decision: 'released' | 'rejected';
  /** For whoever reads the ledger. */
  readonly reason: string;
  readonly actor: string;
}

/**
 * Decides a held roster. Released, it is imported as it was shown, by the mapping that it was read with, as told when it came; rejected,
 * nothing of it is taken. Anybody may reject it, and nobody release what they sent themselves where it would end many; of one that was held for
 * its rejected rows alone, anybody lets the good ones be taken, and the others are the doubts that they are in a file that somebody sent. Throws
 * DomainError `not-found`, `forbidden` to whoever answers for it, and `conflict` where it does not wait any more, or would by now do what it was not
 * shown to do.
 */
export async function decideHeldImport(deps: RosterDependencies, workspaceId: WorkspaceId, decision: HeldDecision): Promise<HeldImport> {
  const { id, actor, reason } = decision;
  return deps.database.transaction(async (tx) => {
    await lockRoster(tx, workspaceId);
    const at = deps.clock.now();
    requireHeld(await findHeld(tx, workspaceId, id));
    const held = await presentHeld(tx, workspaceId);
    if (held === undefined || held.id !== id || held.expiresAt <= at) {
      return refuse('conflict', {
        detail: 'This roster does not wait for a decision.',
        next: 'Look at its state; where it has lapsed, import the roster again.',
      });
    }
    const by = { at, actor };
    if (decision.decision === 'rejected') {
      const record = importRecord({ ...factsOfHeld(held), ...by }, 'hr.import.rejected', { because: 'decided' });
      const recordId = await appendOne(tx, workspaceId, { ...record, disclose: { ...record.disclose, reason } });
      await endHeld(tx, workspaceId, { id, state: 'rejected', ...by, recordId });
    } else {
      const asked = { approvedAt: null, requestedBy: held.requestedBy, requestedAt: held.heldAt };
      if (needsSecondPerson(held)) await requireSecondPerson(tx, workspaceId, asked, { actor });
      const released = importRecord({ ...factsOfHeld(held), ...by }, 'hr.import.released', { ends: held.ends, received_at: held.heldAt });
      await release(deps, tx, workspaceId, { held, record: { ...released, disclose: { ...released.disclose, reason } } });
    }
    return requireHeld(await findHeld(tx, workspaceId, id));
  });
}

async function release(
  deps: RosterDependencies,
  tx: Transaction,
  workspaceId: WorkspaceId,
  { held, record }: { readonly held: MappedHeldImport; readonly record: RecordInput },
): Promise<void> {
  const { id, heldAt, importedBy, mapping, mappingRecordId } = held;
  const { at, actor } = record;
  const import_: Import = {
    id,
    at,
    toldAt: heldAt,
    mapping,
    mappingRecordId,
    request: {
      ...factsOfHeld(held),
      allowRejected: true,
      read: readerOf(held.source, openFile(deps, tx, workspaceId, id)),
      actor: importedBy,
    },
    isDryRun: false,
    release: {
      seen: async (people) => requireNone(await countUnshown(tx, workspaceId, id, people)),
      seenOmitted: async () => requireNone(await countUnshownOmitted(tx, workspaceId, id)),
      isConfirmed: needsSecondPerson(held),
    },
  };
  const recordId = await appendOne(tx, workspaceId, record);
  const worked = await workImport(tx, workspaceId, import_);
  const { brake, rejectedRows } = worked.summary;
  if (rejectedRows > held.counts.rejected && !held.allowRejected) refuseOutdated();
  if (brake.holds && !needsSecondPerson(held)) refuseOutdated();
  await keepImport(tx, workspaceId, { import_, worked });
  await endHeld(tx, workspaceId, { id, state: 'released', at, actor, recordId });
}

function needsSecondPerson({ because }: HeldImport): boolean {
  return because.includes('ends-many');
}

function requireNone(unshown: number): void {
  if (unshown > 0) refuseOutdated();
}

function refuseOutdated(): never {
  return refuse('conflict', {
    detail: 'By now this roster would do something else than it was shown to do. Nothing was imported.',
    next: 'Import it again, and look at whom it ends.',
  });
}

/** Throws DomainError `not-found` when there is none. */
export function requireHeld(held: HeldImport | undefined): HeldImport {
  return held ?? refuse('not-found', { detail: 'No such roster was ever held.', next: 'GET roster/held-imports lists them.' });
}
