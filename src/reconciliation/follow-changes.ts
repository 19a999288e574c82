import { enqueue, type Task } from '../jobs/index.ts';
import { HOUR_MS, MINUTE_MS, plusMs } from '../kernel/index.ts';
import type { Log } from '../platform/index.ts';
import { DIRECTORY_FRESH_MS } from './directory-freshness.ts';
import { workspacesLookedAt, workspacesToFollow } from './followed-read-model.ts';
import { type ReconciliationDependencies, reconcile } from './reconcile.ts';
import type { TestMemory } from './test-memory.ts';
import { WARM_MFA_TASK, warmMfaTask } from './warm-mfa.ts';
import { workspaceIn } from './workspace-in.ts';

/** The rooms that write facts know nothing of verdicts, so it is looked for and not announced: a look costs a few index entries. */
const EVERY_MINUTE = '* * * * *';

/** A look that was completed within this time may not have been found yet, in milliseconds: the last search was a minute ago, or somewhat more. */
const JUST_NOW_MS = 2 * MINUTE_MS;

const RUN_TASK = 'reconciliation.run';

interface FollowDependencies extends ReconciliationDependencies {
  readonly log: Log;
}

/** What looks for something new to judge, what judges it, and what gets answers about MFA ready. */
export function followTasks(deps: FollowDependencies & { readonly memory: TestMemory }): readonly Task[] {
  return [followChangesTask(deps), reconcileTask(deps), warmMfaTask(deps)];
}

/**
 * Asks for a run wherever there is something new to judge: one for each workspace, however much there is. The first run of all is asked for by a
 * person. MFA is judged by looks alone, so whatever they showed is got ready after each.
 */
export function followChangesTask({ clock, database }: ReconciliationDependencies): Task {
  return {
    name: 'reconciliation.follow',
    schedule: EVERY_MINUTE,
    run: () =>
      database.transaction(async (tx) => {
        const now = clock.now();
        const found = {
          [RUN_TASK]: await workspacesToFollow(tx, now, DIRECTORY_FRESH_MS / HOUR_MS),
          [WARM_MFA_TASK]: await workspacesLookedAt(tx, plusMs(now, -JUST_NOW_MS)),
        };
        for (const [task, workspaceIds] of Object.entries(found)) {
          for (const workspaceId of workspaceIds)
            await enqueue(tx, { task, payload: { workspaceId }, jobKey: `${task}:${workspaceId}`, keepsPlace: true });
        }
      }),
  };
}

/** Judges what changed in one workspace; waits for a run that is under way. */
export function reconcileTask(deps: FollowDependencies): Task {
  return {
    name: RUN_TASK,
    run: async (payload) => {
      const workspaceId = workspaceIn(payload);
      const { opened, changed, closed } = await reconcile(deps, workspaceId, 'system', 'changes');
      if (opened + changed + closed > 0) deps.log.info('reconciliation.changed', { workspaceId, opened, changed, closed });
    },
  };
}
