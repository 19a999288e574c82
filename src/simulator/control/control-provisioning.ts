import { refuse } from '../../kernel/index.ts';
import { type Exchange, json, noContent, param, type Reply } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import type { Dialect } from '../provisioning/patch-dialects.ts';
import { changeSettings, createJob, type ProvisioningJob, type ProvisioningSettings } from '../provisioning/provisioning-job.ts';
import { runCycle, runOnDemand } from '../provisioning/run-provisioning.ts';
import { createScimClient } from '../provisioning/scim-client.ts';
import { testConnection } from '../provisioning/test-connection.ts';
import { requireApplication } from '../tenant/change-applications.ts';
import { requireUser } from '../tenant/change-users.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ControlFields, controlBody, controlFields } from './control-body.ts';

/** Provisioning jobs by the appId of their application. */
export type ProvisioningJobs = Map<string, ProvisioningJob>;

const DEFAULT_WORKERS = 4;

export function controlProvisioningRoutes(tenant: Tenant, jobs: ProvisioningJobs): readonly Route[] {
  const base = '/control/applications/:appId/provisioning';
  const jobOf = (exchange: Exchange) => requireJob(jobs, param(exchange, 'appId'));
  const applicationOf = (exchange: Exchange) => requireApplication(tenant, param(exchange, 'appId'));
  return [
    ['PUT', base, (exchange) => configure(tenant, jobs, exchange)],
    ['GET', base, (exchange) => json(200, jobView(jobOf(exchange)))],
    ['POST', `${base}/test-connection`, (exchange) => probe(jobOf(exchange))],
    ['POST', `${base}/cycles`, async (exchange) => json(200, await runCycle(tenant, applicationOf(exchange), jobOf(exchange)))],
    [
      'POST',
      `${base}/on-demand`,
      async (exchange) => {
        const user = requireUser(tenant, controlFields(controlBody(exchange)).text('userId'));
        return json(200, await runOnDemand(tenant, applicationOf(exchange), jobOf(exchange), user));
      },
    ],
    [
      'POST',
      `${base}/restart`,
      (exchange) => {
        jobOf(exchange).watermark.clear();
        return noContent();
      },
    ],
  ];
}

async function probe(job: ProvisioningJob): Promise<Reply> {
  const client = createScimClient(job.settings);
  try {
    return json(200, await testConnection(client));
  } finally {
    client.close();
  }
}

function configure(tenant: Tenant, jobs: ProvisioningJobs, exchange: Exchange): Reply {
  const { appId } = requireApplication(tenant, param(exchange, 'appId'));
  const settings = settingsOf(controlFields(controlBody(exchange)));
  const existing = jobs.get(appId);
  const job = existing ?? createJob(settings);
  if (existing !== undefined) changeSettings(existing, settings);
  jobs.set(appId, job);
  return json(200, jobView(job));
}

function settingsOf(fields: ControlFields): ProvisioningSettings {
  const actions = fields.optionalObject('targetActions');
  const tenantUrl = fields.text('tenantUrl');
  if (!URL.canParse(tenantUrl)) refuse('invalid-request', { detail: 'tenantUrl: no URL' });
  return {
    tenantUrl,
    secretToken: fields.text('secretToken'),
    dialect: dialectOf(fields.text('dialect')),
    provisionGroups: fields.optionalBoolean('provisionGroups') ?? true,
    workers: fields.optionalCount('workers') ?? DEFAULT_WORKERS,
    skipOutOfScopeDeletions: fields.optionalBoolean('skipOutOfScopeDeletions') ?? false,
    targetActions: {
      create: actions?.optionalBoolean('create') ?? true,
      update: actions?.optionalBoolean('update') ?? true,
      delete: actions?.optionalBoolean('delete') ?? true,
    },
  };
}

function dialectOf(text: string): Dialect {
  if (text === 'legacy' || text === 'flag') return text;
  return refuse('invalid-request', { detail: "dialect: 'legacy' or 'flag' is expected" });
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
    escrow: [...job.escrow].map(([objectId, entry]) => ({ objectId, ...entry })),
    quarantine: job.quarantine,
  };
}
