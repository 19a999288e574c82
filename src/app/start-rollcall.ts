import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { activationRoutes, mayEnter } from '../activation/index.ts';
import {
  createWorkloadQueues,
  directoryRoutes,
  lookAtProvisioningJob,
  scheduleRunsTask,
  syncTask,
  warnOfCredentialExpiryTask,
} from '../directory/index.ts';
import { evidenceRoutes } from '../evidence/index.ts';
import { runJobs } from '../jobs/index.ts';
import { createIntegrator, createSigningKey, ledgerRoutes, loadSigningKey, signerFrom } from '../ledger/index.ts';
import {
  type Clock,
  type Config,
  createOutboundHttp,
  errorFields,
  type Log,
  type MicrosoftCloud,
  type MicrosoftHosts,
  readMigrations,
  type SecretBox,
} from '../platform/index.ts';
import { reconciliationRoutes } from '../reconciliation/index.ts';
import { rosterRoutes } from '../roster/index.ts';
import { createEntraKeys, createScim, exchangeRoutes, type Scim, scimRoutes, tokenRoutes, trimWireLogTask } from '../scim/index.ts';
import { signInRoutes, ssoRoutes, warnOfSecretExpiryTask } from '../sso/index.ts';
import { authenticate, workspaceRoutes } from '../workspace/index.ts';
import { createAdministrationApp } from './administration-app.ts';
import { healthRoutes } from './health-routes.ts';
import { openHttpServer } from './http-server.ts';
import type { Store } from './open-store.ts';
import { migrationsFolder, verifierPath } from './package-root.ts';

export interface RollcallOptions {
  readonly store: Store;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly secretBox: SecretBox;
  /** Where people sign in. */
  readonly signInHosts: MicrosoftHosts;
  /** Whom directory connections of a cloud talk to. */
  readonly hostsOf: (cloud: MicrosoftCloud) => MicrosoftHosts;
  /** Loopback origins that stand in for Microsoft's: demo, sandbox and tests only. */
  readonly standInOrigins: readonly string[];
}

export interface Rollcall {
  /** The origin under which clients reach this server. */
  readonly url: string;
  /** Finishes requests, jobs and the integrator's round that have begun. The store is the caller's to close. */
  stop(): Promise<void>;
}

/** How many jobs one process runs at a time: syncs wait for Graph most of the time, and each gives its place up after a minute. */
const JOB_CONCURRENCY = 4;

/** How often the counters of plain reads are written, in milliseconds. */
const FLUSH_INTERVAL_MS = 5_000;

/** The composition root: every room is made here, and what it depends on is handed in. */
export async function startRollcall(options: RollcallOptions): Promise<Rollcall> {
  const { config, log, store } = options;
  const server = await openHttpServer(config.host, config.port);
  try {
    const publicUrl = config.publicUrl ?? server.url;
    const { scim, app, integrator, tasks } = compose(options, publicUrl);
    const jobs = await runJobs({ databaseUrl: store.serverUrl, tasks, log, concurrency: JOB_CONCURRENCY });
    integrator.start();
    const flush = setInterval(
      () => void scim.flush().catch((error: unknown) => log.warn('scim.counters_kept', errorFields(error))),
      FLUSH_INTERVAL_MS,
    );
    server.serve(scimFirst(scim.listener, app, log));
    return {
      url: publicUrl,
      stop: async () => {
        clearInterval(flush);
        await server.stop();
        await jobs.stop();
        await scim.flush().catch((error: unknown) => log.warn('scim.counters_lost', errorFields(error)));
        await integrator.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** SCIM is asked first (docs/decisions/0004); what it does not take goes to Express. */
function scimFirst(scim: Scim['listener'], app: RequestListener, log: Log): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const taken = await scim(request, response);
    if (!taken) app(request, response);
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error('request.broken', errorFields(error));
      response.destroy();
    });
  };
}

function compose(options: RollcallOptions, publicUrl: string) {
  const { store, clock, log, secretBox, signInHosts: microsoft, hostsOf } = options;
  const { wireLogDays } = options.config;
  const { database } = store;
  const ground = { database, clock, log };
  const outbound = createOutboundHttp({ allowedOrigins: [...options.config.outboundAllowedOrigins, ...options.standInOrigins] });
  const integrator = createIntegrator({ ...ground, signer: signerFrom(openLedgerKey(store)) });
  const directory = { ...ground, outbound, secretBox, hostsOf, queues: createWorkloadQueues() };
  const sso = { ...ground, secrets: secretBox, outbound, publicUrl, microsoft, allowInsecure: microsoft.login.startsWith('http://') };
  const entraKeys = createEntraKeys({ outbound, clock, hostsOf });
  const scim = createScim({ ...ground, database: store.scimDatabase, publicUrl, secretBox, entraKeys });
  const app = createAdministrationApp({
    ...ground,
    authenticate: authenticate({ database, publicUrl, mayEnter }),
    health: healthRoutes({ database, migrations: readMigrations(migrationsFolder) }),
    signIn: signInRoutes({ ...sso, mayEnter }),
    token: tokenRoutes({ ...ground, entraKeys }),
    rooms: [
      workspaceRoutes({ ...ground, publicUrl }),
      ssoRoutes(sso),
      scimRoutes({ ...ground, publicUrl }),
      exchangeRoutes({ database, wireLogDays }),
      directoryRoutes(directory),
      rosterRoutes({ database, clock, secretBox }),
      activationRoutes({ ...ground, publicUrl, lookAtJob: (workspaceId) => lookAtProvisioningJob(directory, workspaceId) }),
      reconciliationRoutes(ground),
      ledgerRoutes({ database }),
      evidenceRoutes({ ...ground, integrator, verifierSource: readFileSync(verifierPath(), 'utf8') }),
    ],
  });
  return {
    scim,
    app,
    integrator,
    tasks: [
      syncTask(directory),
      scheduleRunsTask(directory),
      warnOfCredentialExpiryTask(directory),
      trimWireLogTask({ ...ground, wireLogDays }),
      warnOfSecretExpiryTask(ground),
    ],
  };
}

/** Made at the first start of an embedded installation; with a database of its own the operator brings the key. */
function openLedgerKey({ ledgerKeyFile, isEmbedded }: Store) {
  return isEmbedded && !existsSync(ledgerKeyFile) ? createSigningKey(ledgerKeyFile) : loadSigningKey(ledgerKeyFile);
}
