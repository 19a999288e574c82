import type { Instant } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import {
  applyProvisioningEvents,
  compareWithWireLog,
  noteRecorded,
  type UnrecordedContradiction,
  unrecordedContradictions,
} from './provisioning-store.ts';
import type { RunKey } from './stage-store.ts';

/** Records at a time: bounds memory. */
const RECORD_BATCH = 1_000;

interface LogRead {
  readonly from: Instant;
  readonly until: Instant;
  readonly at: Instant;
}

/**
 * Keeps what was read of Entra's provisioning log in the caller's transaction: one record with a digest of what was new, and one for each
 * contradiction to the wire log that began or ended. These are notes beside the person; no verdict is made of them.
 */
export async function applyProvisioningLog(tx: Transaction, key: RunKey, { from, until, at }: LogRead): Promise<void> {
  const { events, digest } = await applyProvisioningEvents(tx, key);
  if (events > 0) {
    await append(tx, key.workspaceId, [
      {
        type: 'graph.provisioning.read',
        at,
        actor: 'system',
        subject: { kind: 'directory-connection', id: key.connectionId },
        observed: { from, to: until },
        detail: { run: key.runId, entries: events, entries_sha256: digest },
      },
    ]);
  }
  await compareWithWireLog(tx, key, from);
  for (;;) {
    const batch = await unrecordedContradictions(tx, key, RECORD_BATCH);
    if (batch.length === 0) return;
    await append(
      tx,
      key.workspaceId,
      batch.map((one) => contradictionRecord(one, key, at)),
    );
    await noteRecorded(
      tx,
      key,
      batch.map(({ id }) => id),
    );
  }
}

function contradictionRecord(event: UnrecordedContradiction, key: RunKey, at: Instant): RecordInput {
  const { id, action, status, targetId, objectId, was, is, exchangeId, rawSha256 } = event;
  return {
    type: 'graph.provisioning.compared',
    at,
    actor: 'system',
    subject: targetId === null ? { kind: 'directory-connection', id: key.connectionId } : { kind: 'scim-user', id: targetId },
    observed: { from: event.at, to: event.at },
    before: { contradiction: was },
    after: { contradiction: is },
    detail: { connection: key.connectionId, run: key.runId, entry: id, entry_sha256: rawSha256, action, status, exchange: exchangeId },
    ...(objectId !== null && { disclose: { object_id: objectId } }),
  };
}
