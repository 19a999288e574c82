import type { Application } from '../tenant/application.ts';
import { type Entitlements, entitlementsOf } from '../tenant/entitlements.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { ObjectFailure, type Step } from './object-failure.ts';
import type { Dialect } from './patch-dialects.ts';
import type { ProvisioningJob } from './provisioning-job.ts';
import { createScimClient, type Method, type ScimClient } from './scim-client.ts';

type UserOutcome = 'created' | 'updated' | 'disabled' | 'deleted' | 'unchanged';
type GroupOutcome = 'created' | 'updated' | 'deleted' | 'unchanged';

interface Failure {
  readonly objectId: string;
  readonly step: Step;
  readonly status: number;
  readonly body: string;
}

/** One pass over the tenant, be it a cycle or on demand. */
export interface Run {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly job: ProvisioningJob;
  readonly client: ScimClient;
  readonly dialect: Dialect;
  readonly entitlements: Entitlements;
  /** Objects that nothing was to be done for are not in here. */
  readonly users: Map<string, UserOutcome>;
  readonly groups: Map<string, GroupOutcome>;
  /** The manager of each user of this run as the target showed it, by the manager's id there; null for none. */
  readonly managersHeld: Map<string, string | null>;
  readonly failures: Failure[];
}

export interface RunReport {
  readonly requests: Readonly<Record<Method, number>>;
  readonly users: Readonly<Record<UserOutcome, number>>;
  readonly groups: Readonly<Record<Exclude<GroupOutcome, 'unchanged'>, number>>;
  readonly failures: readonly Failure[];
  readonly quarantine?: { readonly reason: string; readonly step: Step; readonly status: number; readonly body: string };
}

export function startRun(tenant: Tenant, application: Application, job: ProvisioningJob, dialect: Dialect): Run {
  return {
    tenant,
    application,
    job,
    client: createScimClient(job.settings),
    dialect,
    entitlements: entitlementsOf(tenant, application),
    users: new Map(),
    groups: new Map(),
    managersHeld: new Map(),
    failures: [],
  };
}

/** Works on one object; a failure is its own affair and goes into escrow, with what the server said. */
export async function attempt(run: Run, objectId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ObjectFailure)) throw error;
    const { step, status, body } = error;
    run.failures.push({ objectId, step, status, body });
    const before = run.job.escrow.get(objectId);
    const firstFailedAt = before?.firstFailedAt ?? run.tenant.now();
    run.job.escrow.set(objectId, { step, status, body, firstFailedAt, failures: (before?.failures ?? 0) + 1 });
  }
}

/** Moves the watermark over the objects that went through, and takes them out of escrow; the others come again. */
export function settle(run: Run, fingerprints: ReadonlyMap<string, string>): void {
  const failed = new Set(run.failures.map((failure) => failure.objectId));
  for (const [objectId, fingerprint] of fingerprints) {
    if (failed.has(objectId)) {
      run.job.watermark.delete(objectId);
    } else {
      run.job.watermark.set(objectId, fingerprint);
      run.job.escrow.delete(objectId);
    }
  }
}

export function reportOf(run: Run): RunReport {
  const users = { created: 0, updated: 0, disabled: 0, deleted: 0, unchanged: 0 };
  for (const outcome of run.users.values()) users[outcome] += 1;
  const all = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
  for (const outcome of run.groups.values()) all[outcome] += 1;
  const { created, updated, deleted } = all;
  return { requests: { ...run.client.requests }, users, groups: { created, updated, deleted }, failures: run.failures };
}
