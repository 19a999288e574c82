import { type DirectoryRunId, type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { lockConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { endRun } from './end-run.ts';
import { queueAndWake, wake } from './request-run.ts';
import { decideRun, findRun, type Run } from './run-store.ts';

export interface HeldRunDecision {
  readonly decision: 'accepted' | 'rejected';
  /** For whoever reads the ledger. */
  readonly reason: string;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Decides a held run. Accepted, what it saw is applied as it was seen; rejected, it proves nothing, and the tenant is looked at
 * again. Throws DomainError `not-found` when there is no such run, and `conflict` when it does not wait for a decision.
 */
export async function decideHeldRun(
  deps: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  runId: DirectoryRunId,
  decision: HeldRunDecision,
): Promise<Run> {
  return deps.database.transaction(async (tx) => {
    const held = requireRun(await findRun(tx, workspaceId, runId));
    await lockConnection(tx, workspaceId, held.connectionId);
    if (!(await decideRun(tx, workspaceId, runId, decision))) {
      refuse('conflict', { detail: 'This run does not wait for a decision.', next: 'Look at its state: only a held run is decided.' });
    }
    await append(tx, workspaceId, [
      {
        type: `graph.sync.${decision.decision}`,
        at: decision.at,
        actor: decision.actor,
        subject: { kind: 'directory-run', id: runId },
        detail: { connection: held.connectionId, ...held.missing, reason: decision.reason },
      },
    ]);
    await (decision.decision === 'accepted' ? wake(tx, workspaceId, runId) : drop(tx, workspaceId, held, decision));
    return requireRun(await findRun(tx, workspaceId, runId));
  });
}

async function drop(tx: Transaction, workspaceId: WorkspaceId, { id, connectionId }: Run, { at, actor }: HeldRunDecision): Promise<void> {
  await endRun(tx, { workspaceId, connectionId, runId: id }, { code: 'rejected', detail: undefined, at });
  await queueAndWake(tx, workspaceId, { connectionId, kind: 'full', at, actor });
}

/** Throws DomainError `not-found` when there is none. */
export function requireRun(run: Run | undefined): Run {
  return run ?? refuse('not-found', { detail: 'There is no such run.' });
}
