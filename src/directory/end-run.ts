import type { Instant } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';
import { claimedAtOf, failRun } from './run-store.ts';
import { clearStage, type RunKey } from './stage-store.ts';

interface RunEnd {
  readonly code: GraphFailureCode;
  readonly detail: string | undefined;
  readonly at: Instant;
}

/** Ends a run without a result: its pages go, its record says why. */
export async function endRun(tx: Transaction, key: RunKey, { code, detail, at }: RunEnd): Promise<void> {
  const { workspaceId, connectionId, runId } = key;
  const claimedAt = await claimedAtOf(tx, key);
  const isEnded = await failRun(tx, key, { claimedAt, at, code, detail: detail ?? new GraphFailure(code).message });
  if (!isEnded) return;
  await append(tx, workspaceId, [
    {
      type: 'graph.sync.failed',
      at,
      actor: 'system',
      subject: { kind: 'directory-run', id: runId },
      detail: { connection: connectionId, reason: code },
    },
  ]);
  await clearStage(tx, key);
}
