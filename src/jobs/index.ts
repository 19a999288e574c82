/**
 * jobs: queued work, kept in PostgreSQL by graphile-worker, so that a job exists exactly when its transaction committed.
 * A task must be safe to run again: a job whose process died is handed out once more. Knows nothing of what tasks do.
 * Every room with work for later comes in; app installs the queue and runs it.
 */
export { installJobs } from './install-jobs-store.ts';
export { enqueue } from './job-store.ts';
export { runJobs } from './run-jobs.ts';
export type { Task } from './task.ts';
