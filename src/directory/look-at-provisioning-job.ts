import type { WorkspaceId } from '../kernel/index.ts';
import { type Connection, listConnections } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import type { GraphClient } from './graph-client.ts';
import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, textAt } from './json-shape.ts';
import { openConnection } from './open-connection.ts';
import { MAX_WAIT_MS } from './patience.ts';

/** The application permission by which a provisioning job is seen; Directory.Read.All does not cover it (entra-scim-client §7). */
export const JOB_PERMISSION = 'Synchronization.Read.All';

/** What Entra says of its provisioning job. Members that it does not say are null. */
export interface ProvisioningJob {
  /** `Active`, `Disabled`, `Paused`. */
  readonly scheduleState: string | null;
  /** `Active`, `NotRun`, `Paused`, `Quarantine` … */
  readonly status: string | null;
  readonly quarantine: { readonly reason: string | null; readonly began: string | null; readonly nextAttempt: string | null } | null;
  /** The Tenant URL. */
  readonly baseAddress: string | null;
  readonly skipOutOfScopeDeletions: boolean;
  /** The synchronisation schema, whole. */
  readonly schema: unknown;
}

/** What a look at the job of the connected enterprise application came to. */
export type JobLook =
  | { readonly kind: 'seen'; readonly job: ProvisioningJob }
  /** The application is there, and provisioning was never configured. */
  | { readonly kind: 'none' }
  /** No connection names the enterprise application. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly because: GraphFailureCode };

/** Somebody waits for the answer, so nothing is tried twice. */
const TRIES = 1;

/**
 * Looks at the provisioning job of the first connected directory whose enterprise application is known, through Microsoft Graph and
 * without writing (I7). What Graph refuses is an answer here, not an error.
 */
export async function lookAtProvisioningJob(deps: DirectoryDeps, workspaceId: WorkspaceId): Promise<JobLook> {
  const connections = await listConnections(deps.database, workspaceId);
  const connection = connections.find(({ scimAppId }) => scimAppId !== null);
  if (connection === undefined) return { kind: 'unknown' };
  const { graph } = await openConnection(deps, workspaceId, connection, { maxTries: TRIES, maxWaitMs: MAX_WAIT_MS });
  try {
    return await look(graph, connection);
  } catch (error) {
    if (error instanceof GraphFailure) return { kind: 'refused', because: error.code };
    throw error;
  }
}

async function look(graph: GraphClient, { scimAppId }: Connection): Promise<JobLook> {
  const application = await graph.get(`/v1.0/servicePrincipals(appId='${scimAppId}')?$select=id`);
  const base = `/v1.0/servicePrincipals/${textAt(application.body, 'id')}/synchronization`;
  const jobs = await graph.get(`${base}/jobs`);
  const job = asObject(listAt(jobs.body, 'value')[0]);
  if (job === undefined) return { kind: 'none' };
  const schema = await graph.get(`${base}/jobs/${encodeURIComponent(textAt(job, 'id') ?? '')}/schema`);
  const secrets = await graph.get(`${base}/secrets`);
  return { kind: 'seen', job: { ...stateOf(job), ...settingsOf(secrets.body), schema: schema.body } };
}

function stateOf(job: JsonObject): Pick<ProvisioningJob, 'scheduleState' | 'status' | 'quarantine'> {
  const status = asObject(job['status']) ?? {};
  const quarantine = asObject(status['quarantine']);
  return {
    scheduleState: textAt(asObject(job['schedule']) ?? {}, 'state') ?? null,
    status: textAt(status, 'code') ?? null,
    quarantine:
      quarantine === undefined
        ? null
        : {
            reason: textAt(quarantine, 'reason') ?? null,
            began: textAt(quarantine, 'seriesBegan') ?? textAt(quarantine, 'currentBegan') ?? null,
            nextAttempt: textAt(quarantine, 'nextAttempt') ?? null,
          },
  };
}

/** Graph lists the secrets' keys, and the values of those that are none. */
function settingsOf(secrets: JsonObject): Pick<ProvisioningJob, 'baseAddress' | 'skipOutOfScopeDeletions'> {
  const valueOf = (key: string) => {
    const entry = listAt(secrets, 'value')
      .map(asObject)
      .find((one) => one !== undefined && textAt(one, 'key')?.toLowerCase() === key);
    return entry === undefined ? undefined : textAt(entry, 'value');
  };
  return {
    baseAddress: valueOf('baseaddress') ?? null,
    skipOutOfScopeDeletions: valueOf('skipoutofscopedeletions')?.toLowerCase() === 'true',
  };
}
