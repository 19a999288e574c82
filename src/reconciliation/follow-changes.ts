import { enqueue, type Task } from '../jobs/index.ts';
import { HOUR_MS, parseId, type WorkspaceId } from '../kernel/index.ts';
import type { Log } from '../platform/index.ts';
import { DIRECTORY_FRESH_MS } from './directory-freshness.ts';
import { workspacesToFollow } from './followed-read-model.ts';
import { type ReconciliationDependencies, reconcile } from './reconcile.ts';

/** The rooms that write facts know nothing of verdicts, so it is looked for and not announced: a look costs a few index entries. */
const EVERY_MINUTE = '* * * * *';

const RUN_TASK = 'reconciliation.run';

interface FollowDependencies extends ReconciliationDependencies {
  readonly log: Log;
}

/** What looks for something new to judge, and what judges it. */
export function followTasks(deps: FollowDependencies): readonly Task[] {
  return [followChangesTask(deps), reconcileTask(deps)];
}

/** Asks for a run wherever there is something new to judge: one for each workspace, however much there is. The first run of all is asked for by a person. */
export function followChangesTask({ clock, database }: ReconciliationDependencies): Task {
  return {
    name: 'reconciliation.follow',
    schedule: EVERY_MINUTE,
    run: () =>
      database.transaction(async (tx) => {
        for (const workspaceId of await workspacesToFollow(tx, clock.now(), DIRECTORY_FRESH_MS / HOUR_MS)) {
          await enqueue(tx, { task: RUN_TASK, payload: { workspaceId }, jobKey: `${RUN_TASK}:${workspaceId}`, keepsPlace: true });
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

function workspaceIn(payload: unknown): WorkspaceId {
  const id = typeof payload === 'object' && payload !== null && 'workspaceId' in payload ? payload.workspaceId : undefined;
  const workspaceId = typeof id === 'string' ? parseId<'workspace'>(id) : undefined;
  if (workspaceId === undefined) throw new Error('a job without a workspace');
  return workspaceId;
}
