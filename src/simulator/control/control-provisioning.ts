import { refuse } from '../../kernel/index.ts';
import { type Exchange, json, noContent, param, type Reply } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import type { EscrowEntry } from '../provisioning/escrow.ts';
import { armFaults } from '../provisioning/faults.ts';
import { allowDeletes, changeSettings, createJob, type ProvisioningJob, restartJob } from '../provisioning/provisioning-job.ts';
import type { RunPlace } from '../provisioning/run.ts';
import { MOST_MEMBERS_ON_DEMAND, runCycle, runGroupOnDemand, runOnDemand } from '../provisioning/run-provisioning.ts';
import { createScimClient, type Pause } from '../provisioning/scim-client.ts';
import { testConnection } from '../provisioning/test-connection.ts';
import { requireApplication } from '../tenant/change-applications.ts';
import { requireGroup } from '../tenant/change-groups.ts';
import { requireUser } from '../tenant/change-users.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { controlBody, controlFields } from './control-body.ts';
import { faultRulesOf, settingsOf } from './provisioning-body.ts';

/** Provisioning jobs by the appId of their application. */
export type ProvisioningJobs = Map<string, ProvisioningJob>;

export interface ProvisioningControl {
  readonly tenant: Tenant;
  readonly jobs: ProvisioningJobs;
  readonly pause: Pause;
}

const BASE = '/control/applications/:appId/provisioning';

export function controlProvisioningRoutes(control: ProvisioningControl): readonly Route[] {
  const jobOf = (exchange: Exchange) => requireJob(control.jobs, param(exchange, 'appId'));
  return [
    ['PUT', BASE, (exchange) => configure(control, exchange)],
    ['GET', BASE, (exchange) => json(200, jobView(jobOf(exchange)))],
    ['PUT', `${BASE}/mistakes`, (exchange) => setMistakes(jobOf(exchange), exchange)],
    ['PUT', `${BASE}/faults`, (exchange) => setFaults(jobOf(exchange), exchange)],
    ['POST', `${BASE}/test-connection`, (exchange) => probe(control, jobOf(exchange))],
    ['POST', `${BASE}/cycles`, (exchange) => cycle(control, exchange)],
    ['POST', `${BASE}/on-demand`, (exchange) => onDemand(control, exchange)],
    ['POST', `${BASE}/restart`, (exchange) => restart(jobOf(exchange), exchange)],
    [
      'POST',
      `${BASE}/allow-deletes`,
      (exchange) => {
        allowDeletes(jobOf(exchange));
        return noContent();
      },
    ],
  ];
}

function placeOf({ tenant, jobs, pause }: ProvisioningControl, exchange: Exchange): RunPlace {
  const appId = param(exchange, 'appId');
  return { tenant, application: requireApplication(tenant, appId), job: requireJob(jobs, appId), pause };
}

async function cycle(control: ProvisioningControl, exchange: Exchange): Promise<Reply> {
  const place = placeOf(control, exchange);
  const workers = controlFields(controlBody(exchange)).optionalCount('workers') ?? place.job.settings.workers;
  return json(200, await runCycle(place, { workers }));
}

/** One user, or one group with a few of its members. */
async function onDemand(control: ProvisioningControl, exchange: Exchange): Promise<Reply> {
  const fields = controlFields(controlBody(exchange));
  const place = placeOf(control, exchange);
  if (!fields.has('groupId')) return json(200, await runOnDemand(place, requireUser(control.tenant, fields.text('userId'))));
  const memberIds = fields.optionalTexts('memberIds') ?? [];
  if (memberIds.length > MOST_MEMBERS_ON_DEMAND) {
    refuse('invalid-request', { detail: `memberIds: ${MOST_MEMBERS_ON_DEMAND} members at most go on demand` });
  }
  return json(200, await runGroupOnDemand(place, requireGroup(control.tenant, fields.text('groupId')), memberIds));
}

function restart(job: ProvisioningJob, exchange: Exchange): Reply {
  restartJob(job, { links: controlFields(controlBody(exchange)).optionalText('resetScope') === 'Full' });
  return noContent();
}

function setFaults(job: ProvisioningJob, exchange: Exchange): Reply {
  job.faults = armFaults(faultRulesOf(controlFields(controlBody(exchange))));
  return noContent();
}

function setMistakes(job: ProvisioningJob, exchange: Exchange): Reply {
  const fields = controlFields(controlBody(exchange));
  job.mistakes = {
    paused: fields.optionalBoolean('paused'),
    baseAddress: fields.optionalText('baseAddress'),
    externalIdFrom: fields.optionalText('externalIdFrom'),
    activeFrom: fields.optionalText('activeFrom'),
    withoutMatching: fields.optionalBoolean('withoutMatching'),
    withoutRole: fields.optionalBoolean('withoutRole'),
  };
  return noContent();
}

async function probe({ pause }: ProvisioningControl, job: ProvisioningJob): Promise<Reply> {
  const client = createScimClient({ ...job.settings, workers: 1, faults: job.faults, pause });
  try {
    return json(200, await testConnection(client));
  } finally {
    client.close();
  }
}

function configure({ tenant, jobs }: ProvisioningControl, exchange: Exchange): Reply {
  const { appId } = requireApplication(tenant, param(exchange, 'appId'));
  const settings = settingsOf(controlFields(controlBody(exchange)));
  const existing = jobs.get(appId);
  const job = existing ?? createJob(settings);
  if (existing !== undefined) changeSettings(existing, settings);
  jobs.set(appId, job);
  return json(200, jobView(job));
}

function requireJob(jobs: ProvisioningJobs, appId: string): ProvisioningJob {
  return jobs.get(appId) ?? refuse('not-found', { detail: `provisioning of the application ${appId} is not configured` });
}

/** Everything but the secret token. */
function jobView(job: ProvisioningJob): unknown {
  const { secretToken: _, ...settings } = job.settings;
  return {
    settings,
    cycles: job.cycles,
    links: { users: job.links.size, groups: job.groupLinks.size },
    escrow: [...job.escrow].map(([objectId, entry]) => ({ objectId, ...shown(entry) })),
    quarantine: job.quarantine,
  };
}

function shown({ step, status, body, firstFailedAt, failures, retryAt }: EscrowEntry): object {
  return { step, status, body, firstFailedAt, failures, retryAt };
}
