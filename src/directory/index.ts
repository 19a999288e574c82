/**
 * directory: Microsoft Graph, read and never written (I7): connections, whole looks at a tenant, what was observed between
 * which instants, coverage, scope. A look that did not finish proves nothing (I8); absence is never taken for disabled.
 * In come app (routes, the sync task) and rooms that read its tables by SQL.
 */
export { REPLICATION_ALLOWANCE_MS } from './answered.ts';
export type { DirectoryDeps } from './directory-deps.ts';
export { type EndedLook, endedLooks } from './ended-look-store.ts';
export { JOB_PERMISSION, type JobLook, lookAtProvisioningJob } from './look-at-provisioning-job.ts';
export { directoryRoutes } from './directory-routes.ts';
export { graphFailures } from './graph-failure.ts';
export { runSync, syncTask } from './run-sync.ts';
export { scheduleRunsTask } from './schedule-runs.ts';
export { warnOfCredentialExpiryTask } from './warn-of-credential-expiry.ts';
export { WHOLE_LOOK_WITHIN_MS } from './whole-look-within.ts';
export { createWorkloadQueues } from './workload-queues.ts';
