import { refuse } from '../../kernel/index.ts';
import type { Application } from '../tenant/application.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { inParallel } from './in-parallel.ts';
import { Quarantine } from './object-failure.ts';
import type { ProvisioningJob } from './provisioning-job.ts';
import { attempt, type Run, type RunReport, reportOf, settle, startRun } from './run.ts';
import { syncGroups } from './sync-groups.ts';
import { syncManager } from './sync-manager.ts';
import { deletePurgedUser, syncUser, userFingerprint } from './sync-user.ts';
import { testConnection } from './test-connection.ts';

/** One cycle: the first is an initial one, later ones look at what changed. Throws `conflict` while another run is under way. */
export async function runCycle(tenant: Tenant, application: Application, job: ProvisioningJob): Promise<RunReport & { cycle: number }> {
  const run = startRun(tenant, application, job, job.settings.dialect);
  const report = await exclusively(run, () => cycle(run));
  job.cycles += 1;
  return { cycle: job.cycles, ...report };
}

/** One user, whether it changed or not, always in the legacy dialect (entra-scim-client §0 #2). */
export async function runOnDemand(tenant: Tenant, application: Application, job: ProvisioningJob, user: DirectoryUser): Promise<RunReport> {
  const run = startRun(tenant, application, job, 'legacy');
  return exclusively(run, async () => {
    await forEachUser(run, [user], syncUser);
    await forEachUser(run, [user], syncManager);
    settle(run, userFingerprints(run, [user]));
  });
}

/**
 * Purged users, users, groups, managers: groups and managers name users by their ids at the target. The watermark moves
 * at the end, so that a cycle which was stopped is done again.
 */
async function cycle(run: Run): Promise<void> {
  const { tenant, job } = run;
  const due = [...tenant.users.values()].filter((user) => job.watermark.get(user.id) !== userFingerprint(run, user));
  const purged = [...job.links].filter(([objectId]) => !tenant.users.has(objectId));
  await inParallel(purged, job.settings.workers, ([objectId, targetId]) =>
    attempt(run, objectId, () => deletePurgedUser(run, objectId, targetId)),
  );
  await forEachUser(run, due, syncUser);
  const groupFingerprints = await syncGroups(run);
  await forEachUser(run, due, syncManager);
  settle(run, groupFingerprints);
  settle(run, userFingerprints(run, due));
}

async function forEachUser(
  run: Run,
  users: readonly DirectoryUser[],
  work: (run: Run, user: DirectoryUser) => Promise<void>,
): Promise<void> {
  await inParallel(users, run.job.settings.workers, (user) => attempt(run, user.id, () => work(run, user)));
}

/** As of the start of the run: what changes meanwhile is due in the next one. */
function userFingerprints(run: Run, users: readonly DirectoryUser[]): ReadonlyMap<string, string> {
  return new Map(users.map((user) => [user.id, userFingerprint(run, user)]));
}

/** Each run starts with the connection test; a refused credential puts the whole job into quarantine (entra-scim-client §4.2). */
async function exclusively(run: Run, work: () => Promise<void>): Promise<RunReport> {
  const { job } = run;
  if (job.running) refuse('conflict', { detail: 'a provisioning run of this application is under way' });
  job.running = true;
  try {
    const connection = await testConnection(run.client);
    if (!connection.ok) throw new Quarantine('test-connection', connection.status, connection.detail ?? '');
    await work();
    job.quarantine = null;
    return reportOf(run);
  } catch (error) {
    if (!(error instanceof Quarantine)) throw error;
    const { reason, step, status, body } = error;
    job.quarantine = job.quarantine ?? { reason, since: run.tenant.now() };
    return { ...reportOf(run), quarantine: { reason, step, status, body } };
  } finally {
    run.client.close();
    job.running = false;
  }
}
