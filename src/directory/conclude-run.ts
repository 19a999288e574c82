import { append } from '../ledger/index.ts';
import { expectManyRows, type Transaction } from '../platform/index.ts';
import { type Apply, applyRun } from './apply-run.ts';
import { GraphFailure } from './graph-failure.ts';
import { isSuspect } from './hold-run.ts';
import { holdRun, type RunCounts } from './run-store.ts';
import { countLooks, countStagedRows, dropShadowed, type MissingAccounts, missingAccounts, type RunKey } from './stage-store.ts';

export type Conclusion =
  | { readonly kind: 'applied'; readonly counts: RunCounts; readonly looks: number }
  | { readonly kind: 'held'; readonly missing: MissingAccounts };

/**
 * Applies what was read, or holds it for a person when so many accounts are missing that the look itself is in doubt. What a person
 * has accepted is applied as it was seen. Throws GraphFailure `interrupted` when the run was taken over meanwhile, and when pages are missing:
 * a crash of the database takes the staging tables, and accounts without a look would be confirmed as they were (I8).
 */
export async function concludeRun(
  tx: Transaction,
  key: RunKey,
  apply: Omit<Apply, 'looks'> & { readonly isAccepted: boolean },
): Promise<Conclusion> {
  await expectManyRows(tx);
  if ((await countStagedRows(tx, key)) !== apply.position.staged) throw new GraphFailure('interrupted');
  await dropShadowed(tx, key);
  const missing = await missingAccounts(tx, key);
  if (apply.isAccepted || !isSuspect(missing)) {
    const looks = await countLooks(tx, key);
    return { kind: 'applied', counts: await applyRun(tx, key, { ...apply, looks }), looks };
  }
  const { at, claimedAt, kind } = apply;
  const position = { ...apply.position, staged: await countStagedRows(tx, key) };
  if (!(await holdRun(tx, key, { claimedAt, position, missing, at }))) throw new GraphFailure('interrupted');
  await append(tx, key.workspaceId, [
    {
      type: 'graph.sync.held',
      at,
      actor: 'system',
      subject: { kind: 'directory-run', id: key.runId },
      detail: { connection: key.connectionId, kind, ...missing },
    },
  ]);
  return { kind: 'held', missing };
}
