import { refuse } from '../../kernel/index.ts';
import type { DirectoryGroup } from '../tenant/directory-group.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import { holdBackDeletions, type Leavers } from './hold-back-deletions.ts';
import { inParallel } from './in-parallel.ts';
import { Quarantine } from './object-failure.ts';
import { enterQuarantine, isDisabled, type QuarantineReason, weighFailures } from './quarantine.ts';
import { logProvisioning } from './log-provisioning.ts';
import { attempt, isDue, type Run, type RunPlace, type RunReport, reportOf, settle, startRun } from './run.ts';
import { syncGroupOnDemand, syncGroups } from './sync-groups.ts';
import { syncManager } from './sync-manager.ts';
import { deletePurgedUser, syncUser, userFingerprint } from './sync-user.ts';
import { testConnection } from './test-connection.ts';

export interface QuarantinedReport {
  readonly reason: QuarantineReason;
  readonly step?: string;
  readonly status?: number;
  readonly body?: string;
}

export interface CycleReport extends RunReport {
  readonly cycle: number;
  /** True when the job is in quarantine and its next try has not come: nothing was sent. */
  readonly skipped: boolean;
  readonly quarantine?: QuarantinedReport;
}

/** The most members of a group that a run on demand takes (entra-scim-client §3.2). */
export const MOST_MEMBERS_ON_DEMAND = 5;

/**
 * One cycle: the first is an initial one, later ones look at what changed. Throws `conflict` while another run is under
 * way, and for a job that was in quarantine for so long that Entra has disabled it.
 */
export async function runCycle(place: RunPlace, options: { readonly workers: number }): Promise<CycleReport> {
  const { job, tenant } = place;
  const { quarantine } = job;
  if (quarantine !== null && isDisabled(quarantine, tenant.now())) {
    refuse('conflict', { detail: 'the job is disabled after 28 days in quarantine: restart it' });
  }
  const run = startRun(place, { dialect: job.settings.dialect, ...options });
  if (quarantine !== null && quarantine.retryAt > tenant.now()) {
    run.client.close();
    return { cycle: job.cycles, skipped: true, ...reportOf(run), quarantine: { reason: quarantine.reason } };
  }
  const report = await exclusively(run, () => cycle(run));
  job.cycles += 1;
  return { cycle: job.cycles, skipped: false, ...report };
}

type OnDemandReport = RunReport & { readonly quarantine?: QuarantinedReport };

/** One user, whether it changed or not, always in the legacy dialect (entra-scim-client §0 #2). */
export async function runOnDemand(place: RunPlace, user: DirectoryUser): Promise<OnDemandReport> {
  const run = startRun(place, { dialect: 'legacy', workers: place.job.settings.workers });
  return exclusively(run, async () => {
    await forEachUser(run, [user], syncUser);
    await forEachUser(run, [user], syncManager);
    settle(run, userFingerprints(run, [user]));
    return undefined;
  });
}

/** One group with a few of its members, in the legacy dialect too; what other members it lacks waits for a cycle. */
export async function runGroupOnDemand(place: RunPlace, group: DirectoryGroup, memberIds: readonly string[]): Promise<OnDemandReport> {
  const run = startRun(place, { dialect: 'legacy', workers: place.job.settings.workers });
  return exclusively(run, async () => {
    await attempt(run, group.id, () => syncGroupOnDemand(run, group, new Set(memberIds)));
    return undefined;
  });
}

/**
 * Purged users, users, groups, managers: groups and managers name users by their ids at the target. The watermark moves
 * at the end, so that a cycle which was stopped is done again. Returns why the job is to be quarantined, if it is.
 */
async function cycle(run: Run): Promise<QuarantineReason | undefined> {
  const { job } = run;
  const { due, purged, heldBack } = holdBackDeletions(run, dueObjects(run));
  await inParallel(purged, run.workers, ([objectId]) => attempt(run, objectId, () => deletePurgedUser(run, objectId)));
  await forEachUser(run, due, syncUser);
  const groupFingerprints = await syncGroups(run);
  await forEachUser(run, due, syncManager);
  settle(run, groupFingerprints);
  settle(run, userFingerprints(run, due));
  settle(run, new Map(purged.map(([objectId]) => [objectId, PURGED])));
  if (heldBack) return 'TooManyDeletes';
  return weighFailures(job.escrow.values(), run.entitlements.size + job.groupLinks.size, job.settings.quarantineThresholds);
}

/** The fingerprint of a user that is gone. */
const PURGED = 'purged';

function dueObjects(run: Run): Leavers {
  const { tenant, job } = run;
  return {
    due: [...tenant.users.values()].filter((user) => isDue(run, user.id, userFingerprint(run, user))),
    purged: [...job.links].filter(([objectId]) => !tenant.users.has(objectId) && isDue(run, objectId, PURGED)),
  };
}

async function forEachUser(
  run: Run,
  users: readonly DirectoryUser[],
  work: (run: Run, user: DirectoryUser) => Promise<void>,
): Promise<void> {
  await inParallel(users, run.workers, (user) => attempt(run, user.id, () => work(run, user)));
}

/** As of the start of the run: what changes meanwhile is due in the next one. */
function userFingerprints(run: Run, users: readonly DirectoryUser[]): ReadonlyMap<string, string> {
  return new Map(users.map((user) => [user.id, userFingerprint(run, user)]));
}

/** Each run starts with the connection test; a refused credential puts the whole job into quarantine (entra-scim-client §4.2). */
async function exclusively(run: Run, work: () => Promise<QuarantineReason | undefined>): Promise<OnDemandReport> {
  const { job } = run;
  if (job.running) refuse('conflict', { detail: 'a provisioning run of this application is under way' });
  job.running = true;
  try {
    const connection = await testConnection(run.client);
    if (!connection.ok) throw new Quarantine('test-connection', connection.status, connection.detail ?? '');
    return concluded(run, await work());
  } catch (error) {
    if (!(error instanceof Quarantine)) throw error;
    const { reason, step, status, body } = error;
    return concluded(run, reason, { step, status, body });
  } finally {
    run.client.close();
    job.running = false;
  }
}

function concluded(run: Run, reason: QuarantineReason | undefined, seen: Omit<QuarantinedReport, 'reason'> = {}): OnDemandReport {
  const { job, tenant } = run;
  logProvisioning(run);
  job.quarantine = reason === undefined ? null : enterQuarantine(job.quarantine, reason, tenant.now());
  return reason === undefined ? reportOf(run) : { ...reportOf(run), quarantine: { reason, ...seen } };
}
