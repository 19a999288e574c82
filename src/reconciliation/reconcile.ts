import { newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Clock, type Database, expectManyRows, type Transaction } from '../platform/index.ts';
import { LocalCalendar } from '../verdict/index.ts';
import { expireClassifications } from './expire-classifications.ts';
import { expireDispositions } from './expire-dispositions.ts';
import { judgeEverything, type RunContext } from './judge-units.ts';
import { lockReconciliation } from './link-store.ts';
import { type Decider, matchAccounts } from './match-accounts.ts';
import { listPolicies } from './policy-store.ts';
import { recordFindings } from './record-findings.ts';
import { reviewOwners } from './review-owners.ts';
import { driftsSince } from './role-drift-store.ts';
import { insertRun, type ReconciliationRun } from './run-store.ts';
import { addBatch, emptyTally } from './tally-run.ts';
import { connectionFacts, workspaceZone } from './unit-read-model.ts';

export interface ReconciliationDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

/**
 * Reconciles the roster with the directory and SCIM as of now: matches accounts, judges every employment period and every
 * account without a person, and opens, changes and closes findings with their ledger records, those about owners too, all in one
 * transaction.
 * Throws DomainError `conflict` where no policy says by when access must be gone.
 */
export async function reconcile(deps: ReconciliationDependencies, workspaceId: WorkspaceId, actor: string): Promise<ReconciliationRun> {
  return deps.database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const by: Decider = { at: deps.clock.now(), actor };
    const runId = newId<'reconciliation-run'>(by.at);
    const policies = await listPolicies(tx, workspaceId);
    if (policies.length === 0) {
      refuse('conflict', {
        detail: 'No policy says by when access must be gone.',
        next: 'POST /policies with a preset, slaHours or businessDays first.',
      });
    }
    await expectManyRows(tx);
    await expireClassifications(tx, workspaceId, by);
    await expireDispositions(tx, workspaceId, by);
    await matchAccounts(tx, workspaceId, by);
    const context = await contextOf(tx, workspaceId, { at: by.at, policies });
    let tally = emptyTally;
    for await (const batch of judgeEverything(tx, workspaceId, context)) {
      await recordFindings(tx, workspaceId, { steps: batch.steps, by, run: { runId, at: by.at } });
      tally = addBatch(tally, batch);
    }
    await expectManyRows(tx);
    await reviewOwners(tx, workspaceId, by);
    const run = { id: runId, asOf: by.at, startedBy: actor, ...tally };
    await insertRun(tx, workspaceId, run);
    return run;
  });
}

async function contextOf(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, policies }: Pick<RunContext, 'at' | 'policies'>,
): Promise<RunContext> {
  const connections = await connectionFacts(tx, workspaceId);
  return {
    at,
    policies,
    workspaceZone: await workspaceZone(tx, workspaceId),
    calendar: new LocalCalendar(),
    connections: new Map(connections.map((connection) => [connection.id, connection])),
    driftSince: await driftsSince(tx, workspaceId),
  };
}
