import type { Application } from '../tenant/application.ts';
import { type Entitlements, entitlementsOf } from '../tenant/entitlements.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { afterFailure, isRetryDue } from './escrow.ts';
import { ObjectFailure, type Step } from './object-failure.ts';
import type { Dialect } from './patch-dialects.ts';
import type { ProvisioningJob } from './provisioning-job.ts';
import { createScimClient, type Pause, type ScimClient, type Traffic } from './scim-client.ts';

type UserOutcome = 'created' | 'updated' | 'disabled' | 'deleted' | 'unchanged';
type GroupOutcome = 'created' | 'updated' | 'deleted' | 'unchanged';

interface Failure {
  readonly objectId: string;
  readonly step: Step;
  readonly status: number;
  readonly body: string;
}

/** What a run works with and on. */
export interface RunPlace {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly job: ProvisioningJob;
  readonly pause: Pause;
}

/** One pass over the tenant, be it a cycle or on demand. */
export interface Run extends RunPlace {
  readonly client: ScimClient;
  readonly dialect: Dialect;
  readonly workers: number;
  readonly entitlements: Entitlements;
  /** Objects that nothing was to be done for are not in here. */
  readonly users: Map<string, UserOutcome>;
  readonly groups: Map<string, GroupOutcome>;
  /** The manager of each user of this run as the target showed it, by the manager's id there; null for none. */
  readonly managersHeld: Map<string, string | null>;
  readonly failures: Failure[];
  readonly failedIds: Set<string>;
  /** The id at the target of each user that was linked in this run, also of one that is forgotten since. */
  readonly targets: Map<string, string>;
  /** Leavers that the accidental-deletions threshold has held back. */
  readonly staged: Set<string>;
}

export interface RunReport extends Traffic {
  readonly users: Readonly<Record<UserOutcome, number>>;
  readonly groups: Readonly<Record<Exclude<GroupOutcome, 'unchanged'>, number>>;
  readonly staged: number;
  readonly failures: readonly Failure[];
}

export function startRun(place: RunPlace, options: { readonly dialect: Dialect; readonly workers: number }): Run {
  const { tenant, application, job, pause } = place;
  return {
    ...place,
    ...options,
    client: createScimClient({ ...job.settings, workers: options.workers, faults: job.faults, pause }),
    entitlements: entitlementsOf(tenant, application),
    users: new Map(),
    groups: new Map(),
    managersHeld: new Map(),
    failures: [],
    failedIds: new Set(),
    targets: new Map(),
    staged: new Set(),
  };
}

/** Whether an object has changed since it was last exported, or failed and is to be tried again. */
export function isDue({ job, tenant }: Run, objectId: string, fingerprint: string): boolean {
  const held = job.escrow.get(objectId);
  return held === undefined ? job.watermark.get(objectId) !== fingerprint : isRetryDue(held, fingerprint, tenant.now());
}

/** Works on one object; a failure is its own affair. */
export async function attempt(run: Run, objectId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ObjectFailure)) throw error;
    const { step, status, body } = error;
    run.failures.push({ objectId, step, status, body });
    run.failedIds.add(objectId);
  }
}

/** Moves the watermark over the objects that went through; those that did not go into escrow, with what the server said. */
export function settle(run: Run, fingerprints: ReadonlyMap<string, string>): void {
  const { job, tenant } = run;
  const lastFailures = new Map(run.failures.map((failure) => [failure.objectId, failure]));
  for (const [objectId, fingerprint] of fingerprints) {
    const failed = lastFailures.get(objectId);
    if (failed !== undefined) {
      const { step, status, body } = failed;
      job.watermark.delete(objectId);
      job.escrow.set(objectId, afterFailure(job.escrow.get(objectId), { step, status, body, fingerprint, at: tenant.now() }));
    } else {
      job.escrow.delete(objectId);
      if (isKnown(run, objectId)) job.watermark.set(objectId, fingerprint);
    }
  }
}

export function reportOf(run: Run): RunReport {
  const users = { created: 0, updated: 0, disabled: 0, deleted: 0, unchanged: 0 };
  for (const outcome of run.users.values()) users[outcome] += 1;
  const all = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
  for (const outcome of run.groups.values()) all[outcome] += 1;
  const { created, updated, deleted } = all;
  return { ...run.client.traffic(), users, groups: { created, updated, deleted }, staged: run.staged.size, failures: run.failures };
}

/** What is gone from the directory for good needs no watermark. */
function isKnown({ tenant }: Run, objectId: string): boolean {
  return tenant.users.has(objectId) || tenant.groups.has(objectId);
}
