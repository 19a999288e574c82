import { MINUTE_MS } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import { findConnection } from './connection-store.ts';
import { decideNextRun } from './decide-next-run.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { queueAndWake, wakeIfLost } from './request-run.ts';
import { idleConnections, overdueRuns } from './schedule-store.ts';

const EVERY_MINUTE = '* * * * *';

/** A run that should have gone on so long ago has lost its job, in milliseconds. */
const OVERDUE_MS = 5 * MINUTE_MS;

/** Queues the looks that are due, and wakes runs whose job was lost. Two processes that do so at once queue one run. */
export function scheduleRunsTask(deps: Pick<DirectoryDeps, 'database' | 'clock' | 'log'>): Task {
  return { name: 'directory.schedule', schedule: EVERY_MINUTE, run: () => scheduleRuns(deps) };
}

async function scheduleRuns({ database, clock, log }: Pick<DirectoryDeps, 'database' | 'clock' | 'log'>): Promise<void> {
  const now = clock.now();
  for (const { workspaceId, connectionId, ...facts } of await idleConnections(database)) {
    const next = decideNextRun(facts);
    if (next.at > now) continue;
    await database.transaction(async (tx) => {
      if ((await findConnection(tx, workspaceId, connectionId)) === undefined) return;
      await queueAndWake(tx, workspaceId, { connectionId, kind: next.kind, at: now, actor: 'system' });
    });
  }
  for (const { workspaceId, runId } of await overdueRuns(database, now, OVERDUE_MS)) {
    log.info('directory.run-overdue', { workspaceId, runId });
    await wakeIfLost(database, workspaceId, runId);
  }
}
