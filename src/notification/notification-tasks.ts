import type { Task } from '../jobs/index.ts';
import { type DeliverDeps, deliverTask } from './deliver.ts';
import { tellOverdueTask } from './tell-overdue.ts';
import { writeDigestsTask } from './write-digest.ts';

/** Everything that runs by itself here. `digestDirectory`: a folder that is there; undefined: no digest is written. */
export function notificationTasks(deps: DeliverDeps & { readonly digestDirectory: string | undefined }): readonly Task[] {
  return [tellOverdueTask(deps), deliverTask(deps), writeDigestsTask({ ...deps, directory: deps.digestDirectory })];
}
