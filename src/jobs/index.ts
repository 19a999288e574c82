/**
 * jobs: queued work, kept in PostgreSQL by graphile-worker, so that a job exists exactly when its transaction committed.
 * A task must be safe to run again: a job whose process died is handed out once more. Knows nothing of what tasks do.
 * Every room with work for later comes in; app installs the queue and runs it.
 */
export { installJobs } from './install-jobs-store.ts';
export { enqueue, type JobRequest } from './job-store.ts';
export { type JobRunner, type RunJobsOptions, runJobs } from './run-jobs.ts';
export type { Task, TaskContext } from './task.ts';
