import type { Instant } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import { expectFewRows, type Transaction } from '../platform/index.ts';
import { findNewStretches, keepAnswers, type NewStretch, takeNewStretches, writeStretches } from './new-stretch-store.ts';
import type { RunKey } from './stage-store.ts';

/** Stretches that are written at a time: bounds memory, whatever the size of the tenant. */
const STRETCH_BATCH = 1_000;

/**
 * Begins a stretch for each account that is new or has turned, each with its ledger record and the answer that it came in; returns how many.
 * The accounts must still be as they were before the look. Expects few rows from then on.
 */
export async function openStretches(tx: Transaction, key: RunKey, at: Instant): Promise<number> {
  await findNewStretches(tx, key);
  // What each batch touches is looked up by key: whole tables would be read for each.
  await expectFewRows(tx);
  let count = 0;
  for (;;) {
    const batch = await takeNewStretches(tx, STRETCH_BATCH);
    if (batch.length === 0) break;
    const inputs = batch.map((stretch) => stretchRecord(stretch, key, at));
    const records = await append(tx, key.workspaceId, inputs);
    await writeStretches(tx, key, batch, records);
    await keepAnswers(tx, key, batch);
    count += batch.length;
  }
  return count;
}

function stretchRecord(stretch: NewStretch, key: RunKey, at: Instant): RecordInput {
  const { state, was, accountId, objectId, userPrincipalName, notBefore, observedAt } = stretch;
  return {
    type: `graph.account.${eventOf(stretch)}`,
    at,
    actor: 'system',
    subject: { kind: 'directory-account', id: accountId },
    observed: { from: notBefore, to: observedAt },
    ...(was !== null && { before: { state: was } }),
    after: { state },
    detail: { connection: key.connectionId, ...provenanceOf(stretch) },
    disclose: { object_id: objectId, user_principal_name: userPrincipalName },
    raw: `sha256:${stretch.sha256}`,
  };
}

/** By which exchange it was learnt; `seen_from`: use is proven from then on. */
function provenanceOf({ runId, source, seenFrom, requestedAt, receivedAt, serverDate, requestId, missingSince, proof }: NewStretch) {
  return {
    run: runId,
    source,
    seen_from: seenFrom,
    requested_at: requestedAt,
    received_at: receivedAt,
    ...(serverDate !== null && { server_date: serverDate }),
    ...(requestId !== null && { request_id: requestId }),
    ...(missingSince !== null && { missing_since: missingSince }),
    ...(proof !== null && { proof }),
  };
}

function eventOf({ state, was }: NewStretch): 'first_seen' | 'restored' | NewStretch['state'] {
  if (was === null) return 'first_seen';
  const isBack = (was === 'soft_deleted' || was === 'hard_deleted') && (state === 'enabled' || state === 'disabled');
  return isBack ? 'restored' : state;
}
