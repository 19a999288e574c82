import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Clock, Transaction } from '../platform/index.ts';
import { awaitImports, isImportUnderWay } from '../roster/index.ts';
import { giveTurnBack, keepTurn, lockForNow, lockReconciliation } from './link-store.ts';

/** How often a run gives its turn back; then it waits in it, so that rosters without end do not keep it from judging. */
const MOST_TURNS_GIVEN_BACK = 3;

/**
 * Waits until a run may judge, and gives the instant as of which it does. Whom a roster of before that instant names is judged: the test about leavers
 * takes such a roster for HR's word (I9). So imports that are under way are waited for, and before it is the run's turn, since decisions by hand wait for
 * whoever has it; where one has begun by then, the turn is given back.
 */
export async function takeTurn(tx: Transaction, workspaceId: WorkspaceId, clock: Clock): Promise<Instant> {
  for (let given = 0; given < MOST_TURNS_GIVEN_BACK; given += 1) {
    await awaitImports(tx, workspaceId);
    await lockForNow(tx, workspaceId);
    const at = clock.now();
    if (!(await isImportUnderWay(tx, workspaceId))) {
      await keepTurn(tx);
      return at;
    }
    await giveTurnBack(tx);
  }
  await lockReconciliation(tx, workspaceId);
  const at = clock.now();
  await awaitImports(tx, workspaceId);
  return at;
}
