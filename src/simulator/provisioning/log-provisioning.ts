import { randomUUID } from 'node:crypto';
import { plusMs, SECOND_MS } from '../../kernel/index.ts';
import type { ProvisioningEntry } from '../tenant/provisioning-entry.ts';
import type { Run } from './run.ts';

type Told = Pick<ProvisioningEntry, 'action' | 'status' | 'error'>;

const toldOf = {
  created: { action: 'create', status: 'success', error: null },
  updated: { action: 'update', status: 'success', error: null },
  disabled: { action: 'disable', status: 'success', error: null },
  deleted: { action: 'delete', status: 'success', error: null },
  unchanged: { action: 'other', status: 'skipped', error: null },
} as const satisfies Record<string, Told>;

/** What a failed step was about to do. */
const actionOf: Readonly<Record<string, ProvisioningEntry['action']>> = {
  create: 'create',
  update: 'update',
  disable: 'disable',
  delete: 'delete',
};

/** Writes into the tenant's provisioning log what a run did with each user, as the engine itself saw it: an answer that was lost is a failure to it. */
export function logProvisioning(run: Run): void {
  const failures = new Map(run.failures.map((failure) => [failure.objectId, failure]));
  const userIds = new Set([...run.users.keys(), ...failures.keys()].filter((id) => isUser(run, id)));
  for (const objectId of userIds) {
    const failed = failures.get(objectId);
    const outcome = run.users.get(objectId);
    if (failed !== undefined) {
      const error = {
        code: failed.status === 0 ? 'SystemForCrossDomainIdentityManagementServiceIncompatible' : 'AzureActiveDirectoryServiceError',
        reason: `${failed.step} was answered with ${failed.status}`,
      };
      write(run, objectId, { action: actionOf[failed.step] ?? 'other', status: 'failure', error });
    } else if (outcome !== undefined) write(run, objectId, toldOf[outcome]);
  }
}

function isUser({ tenant, groups }: Run, objectId: string): boolean {
  return !tenant.groups.has(objectId) && !groups.has(objectId);
}

function write({ tenant, application, job, targets }: Run, objectId: string, told: Told): void {
  const at = tenant.now();
  tenant.provisioningLog.push({
    ...told,
    id: randomUUID(),
    ordinal: tenant.nextOrdinal(),
    at,
    shownFrom: plusMs(at, tenant.provisioningLogDelaySeconds * SECOND_MS),
    appId: application.appId,
    cycle: job.cycles,
    objectId,
    displayName: tenant.users.get(objectId)?.displayName ?? '',
    targetId: job.links.get(objectId) ?? targets.get(objectId) ?? null,
  });
}
