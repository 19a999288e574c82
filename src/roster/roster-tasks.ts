import type { Task } from '../jobs/index.ts';
import { lapseHeldImportsTask } from './lapse-held-imports.ts';
import { type PullDeps, pullDueRostersTask, pullRosterTask } from './pull-roster.ts';

/** Everything that runs by itself here: fetching rosters, and letting go of those that nobody decided about. */
export function rosterTasks(deps: PullDeps): readonly Task[] {
  return [pullDueRostersTask(deps), pullRosterTask(deps), lapseHeldImportsTask(deps)];
}
