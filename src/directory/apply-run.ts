import { type Instant, plusMs } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { applyAccess } from './apply-access.ts';
import { requireConnection } from './require-connection.ts';
import { applyAccounts } from './apply-accounts.ts';
import { accountStates } from './apply-accounts-store.ts';
import { REPLICATION_ALLOWANCE_MS } from './answered.ts';
import { applyAzureRoles } from './azure-role-store.ts';
import { applyLeaveDates } from './apply-leave-dates.ts';
import { applyProvisioningLog } from './apply-provisioning-log.ts';
import { noteCollections } from './collection-store.ts';
import { applySignIns } from './sign-in-store.ts';
import { applyAudits, tieAudits, type UnrecordedAudit, unrecordedAudits } from './audit-store.ts';
import { applyAssignments, applyGroups } from './apply-groups-store.ts';
import { lockConnection, noteCompleteRun } from './connection-store.ts';
import { GraphFailure } from './graph-failure.ts';
import { writeDeltaLinks } from './delta-link-store.ts';
import type { ReadPosition, RunKind } from './read-position.ts';
import { wakeQueued } from './request-run.ts';
import { completeRun, type RunCounts } from './run-store.ts';
import { applyScope } from './scope-store.ts';
import { keepQueries } from './sent-queries-store.ts';
import { clearStage, countStaged, type RunKey } from './stage-store.ts';
import { applyWatched, tieWatches, type UnrecordedWatch, unrecordedWatches } from './watched-object-store.ts';

/** What gets its records at a time: bounds memory, whatever the size of the tenant. */
const RECORD_BATCH = 1_000;

export interface Apply {
  readonly kind: RunKind;
  /** What was read: to its end. */
  readonly position: ReadPosition;
  /** Between which instants the run looked. */
  readonly from: Instant;
  readonly to: Instant;
  /** How many looks at single accounts are to be applied. */
  readonly looks: number;
  /** When the run was taken up: one that was taken over since has another. */
  readonly claimedAt: Instant;
  readonly at: Instant;
}

/**
 * Applies a look in the caller's transaction: observations, accounts, groups, assignments, scope, delta links, ledger, coverage.
 * Throws GraphFailure `interrupted` when the run was taken for dead meanwhile; then nothing of it may count.
 */
export async function applyRun(tx: Transaction, key: RunKey, apply: Apply): Promise<RunCounts> {
  const { workspaceId, connectionId } = key;
  const connection = requireConnection(await lockConnection(tx, workspaceId, connectionId));
  const { access, areAssignmentsKnown, assignedAppId, audits, links, outcomes, provisioning } = apply.position;
  const staged = await countStaged(tx, key);
  const { confirmedUntil } = connection;
  const observations = await applyAccounts(tx, key, { ...apply, confirmedUntil, lookedFrom: heldFrom(apply) });
  await applyGroups(tx, key, { ...apply, confirmedUntil });
  if (areAssignmentsKnown) await applyAssignments(tx, key, { confirmedUntil, to: apply.to, assignedAppId: assignedAppId ?? null });
  await applyScope(tx, workspaceId, connectionId);
  if (audits !== null) await applyAudits(tx, key, audits);
  await recordAudits(tx, key, apply.at);
  if (outcomes['azure-roles'] === null) await applyAzureRoles(tx, key, apply.to);
  if (outcomes['provisioning-log'] === null && provisioning !== undefined)
    await applyProvisioningLog(tx, key, { ...provisioning, at: apply.at });
  if (outcomes['sign-ins'] === null) await applySignIns(tx, key, apply.to);
  // A delta look has no outcome of them: it was told those that it asked for.
  if (outcomes['leave-dates'] === null || apply.kind === 'delta') await applyLeaveDates(tx, key, apply);
  await noteCollections(tx, key, outcomes, { from: heldFrom(apply), to: apply.to });
  await applyWatched(tx, key);
  await recordWatches(tx, key, apply.at);
  await applyAccess(tx, key, { looks: access ?? {}, at: apply.at });
  await writeDeltaLinks(tx, key, links);
  const counts: RunCounts = { ...staged, appAssignments: areAssignmentsKnown ? staged.appAssignments : null, observations };
  await complete(tx, key, apply, counts);
  return counts;
}

/** A ledger record for each entry of the audit log about an account that is known. */
async function recordAudits(tx: Transaction, key: RunKey, at: Instant): Promise<void> {
  for (;;) {
    const batch = await unrecordedAudits(tx, key, RECORD_BATCH);
    if (batch.length === 0) return;
    const records = await append(
      tx,
      key.workspaceId,
      batch.map((event) => auditRecord(event, key, at)),
    );
    await tieAudits(tx, key, batch, records);
  }
}

function auditRecord({ id, accountId, ledTo, at: happenedAt, rawSha256 }: UnrecordedAudit, key: RunKey, at: Instant): RecordInput {
  return {
    type: 'graph.account.audited',
    at,
    actor: 'system',
    subject: { kind: 'directory-account', id: accountId },
    observed: { from: happenedAt, to: happenedAt },
    after: { state: ledTo },
    detail: { connection: key.connectionId, run: key.runId, entry: id, entry_sha256: rawSha256 },
  };
}

/** A ledger record for each new answer about an object that SCIM alone knows. */
async function recordWatches(tx: Transaction, key: RunKey, at: Instant): Promise<void> {
  for (;;) {
    const batch = await unrecordedWatches(tx, key, RECORD_BATCH);
    if (batch.length === 0) return;
    const records = await append(
      tx,
      key.workspaceId,
      batch.map((watch) => watchRecord(watch, key, at)),
    );
    await tieWatches(tx, key, batch, records);
  }
}

function watchRecord({ watchId, objectId, answer, since }: UnrecordedWatch, key: RunKey, at: Instant): RecordInput {
  return {
    type: 'graph.object.unknown',
    at,
    actor: 'system',
    subject: { kind: 'watched-object', id: watchId },
    observed: { from: since, to: since },
    after: { answer },
    detail: { connection: key.connectionId, run: key.runId },
    disclose: { object_id: objectId },
  };
}

/** What a look showed held at this instant or later: the replicas that answered may have been behind, and clocks differ. */
function heldFrom({ from, position }: Pick<Apply, 'from' | 'position'>): Instant {
  return plusMs(from, -REPLICATION_ALLOWANCE_MS - position.clockSkewMs);
}

async function complete(tx: Transaction, key: RunKey, apply: Apply, counts: RunCounts): Promise<void> {
  const { workspaceId, connectionId, runId } = key;
  const { audits, clockSkewMs, sent } = apply.position;
  const queriesSha256 = sent === undefined ? null : await keepQueries(tx, workspaceId, sent);
  const isOurs = await completeRun(tx, key, { ...apply, clockSkewMs, counts, queriesSha256 });
  if (!isOurs) throw new GraphFailure('interrupted');
  await append(tx, workspaceId, [
    {
      type: 'graph.sync.completed',
      at: apply.at,
      actor: 'system',
      subject: { kind: 'directory-run', id: runId },
      observed: { from: apply.from, to: apply.to },
      detail: {
        connection: connectionId,
        kind: apply.kind,
        clock_skew_ms: clockSkewMs,
        ...counts,
        // For which stretch the audit log was read without a hole; null where it was not.
        audits: audits === null ? null : { from: audits.from, until: audits.until },
        ...(queriesSha256 !== null && { queries_sha256: queriesSha256 }),
      },
    },
  ]);
  if (apply.kind === 'full') await confirmStates(tx, key, apply);
  await clearStage(tx, key);
  await wakeQueued(tx, workspaceId, connectionId);
}

/**
 * Only a look at the whole tenant confirms who has not changed. Delta queries are silent about much that did (microsoft-graph
 * §2.3), so their silence proves nothing (I8).
 */
async function confirmStates(tx: Transaction, key: RunKey, { from, to, at, position }: Apply): Promise<void> {
  const { workspaceId, connectionId, runId } = key;
  const confirmedUntil = heldFrom({ from, position });
  const assignedAppId = position.assignedAppId ?? null;
  await noteCompleteRun(tx, workspaceId, connectionId, { id: runId, requestedAt: from, confirmedUntil, assignedAppId });
  const states = await accountStates(tx, key);
  await append(tx, workspaceId, [
    {
      type: 'graph.account.coverage',
      at,
      actor: 'system',
      subject: { kind: 'directory-connection', id: connectionId },
      observed: { from, to },
      detail: { run: runId, confirmed_until: confirmedUntil, accounts: states.counts, states_sha256: states.digest },
    },
  ]);
}
