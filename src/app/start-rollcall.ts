import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { activationRoutes, mayEnter, readScimStanding } from '../activation/index.ts';
import {
  createWorkloadQueues,
  directoryRoutes,
  lookAtProvisioningJob,
  scheduleRunsTask,
  syncTask,
  warnOfCredentialExpiryTask,
} from '../directory/index.ts';
import { runJobs } from '../jobs/index.ts';
import type { WorkspaceId } from '../kernel/index.ts';
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
import { createTestMemory, followTasks, reconciliationRoutes, reviewOwnersTask } from '../reconciliation/index.ts';
import { notificationTasks, webhookRoutes } from '../notification/index.ts';
import { rosterRoutes, rosterTasks } from '../roster/index.ts';
import { createEntraKeys, createScim, exchangeRoutes, type Scim, scimRoutes, tokenRoutes, trimWireLogTask } from '../scim/index.ts';
import { chooseOidcAdapter, signInRoutes, ssoRoutes, warnOfExpiryTask } from '../sso/index.ts';
import { answerOnce, authenticate, forgetIdempotencyKeysTask, workspaceRoutes } from '../workspace/index.ts';
import { createAdministrationApp, createMetricsApp } from './administration-app.ts';
import { healthRoutes } from './health-routes.ts';
import { type HttpServer, openHttpServer } from './http-server.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { metricsRoutes } from './metrics/metrics-routes.ts';
import type { Store } from './open-store.ts';
import { openEvidence } from './open-evidence.ts';
import { openLedger } from './open-ledger.ts';
import { migrationsFolder } from './package-root.ts';

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
  /** Where metrics are served on a port of their own; undefined: nowhere. */
  readonly metricsUrl: string | undefined;
  /** Waits until all that was committed in a workspace is in its signed tree. Throws DomainError `ledger-behind` when a transaction stays open for too long. */
  settle(workspaceId: WorkspaceId): Promise<unknown>;
  /** Finishes requests, jobs and the integrator's round that have begun. The store is the caller's to close. */
  stop(): Promise<void>;
}

/** How many jobs one process runs at a time: syncs wait for Graph most of the time, and each gives its place up after a minute. */
const JOB_CONCURRENCY = 4;

/** How often the counters of plain reads are written, in milliseconds. */
const FLUSH_INTERVAL_MS = 5_000;

/** The composition root: every room is made here, and what it depends on is handed in. */
export async function startRollcall(options: RollcallOptions): Promise<Rollcall> {
  const { config } = options;
  const server = await openHttpServer(config.host, config.port);
  const servers = [server];
  const stopServers = () => Promise.all(servers.map((each) => each.stop()));
  try {
    const metricsServer = config.metricsPort === undefined ? undefined : await openHttpServer(config.metricsHost, config.metricsPort);
    if (metricsServer !== undefined) servers.push(metricsServer);
    const counted = withMetrics(options);
    const url = config.publicUrl ?? server.url;
    const work = await startServing(counted, { server, metricsServer, publicUrl: url });
    const stop = async () => {
      await stopServers();
      await work.stop();
    };
    return { url, metricsUrl: metricsServer?.url, settle: work.settle, stop };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

/** What is started, with its metrics where they are asked for: the log that all rooms get is the one that is counted. */
type Counted = RollcallOptions & { readonly metrics: Metrics | undefined };

function withMetrics(options: RollcallOptions): Counted {
  const { clock, config, log, store } = options;
  if (config.metricsPort === undefined && config.metricsToken === undefined) return { ...options, metrics: undefined };
  const metrics = createMetrics({ database: store.database, scimDatabase: store.scimDatabase, clock, log });
  return { ...options, metrics, log: metrics.log };
}

interface Opened {
  readonly server: HttpServer;
  readonly metricsServer: HttpServer | undefined;
  readonly publicUrl: string;
}

/** Starts the rooms' work and takes requests; the work is to be ended once no more requests come. */
async function startServing(options: Counted, { metricsServer, publicUrl, server }: Opened): Promise<Pick<Rollcall, 'settle' | 'stop'>> {
  const { clock, log, metrics, store } = options;
  const { app, integrator, metricsRouter, scim, tasks } = await compose(options, publicUrl);
  const jobs = await runJobs({ databaseUrl: store.serverUrl, tasks, log, concurrency: JOB_CONCURRENCY });
  integrator.start();
  const flush = setInterval(
    () => void scim.flush().catch((error: unknown) => log.warn('scim.counters_kept', errorFields(error))),
    FLUSH_INTERVAL_MS,
  );
  const listener = scimFirst(scim.listener, app, log);
  server.serve(metrics?.measure(listener) ?? listener);
  if (metricsRouter !== undefined) metricsServer?.serve(createMetricsApp({ clock, log, metrics: metricsRouter }));
  const stop = async () => {
    clearInterval(flush);
    await jobs.stop();
    await scim.flush().catch((error: unknown) => log.warn('scim.counters_lost', errorFields(error)));
    await integrator.stop();
  };
  return { settle: integrator.settle, stop };
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

async function compose(options: Counted, publicUrl: string) {
  const { store, clock, log, metrics, secretBox, signInHosts: microsoft, hostsOf } = options;
  const [{ database }, { metricsToken, wireLogDays }] = [store, options.config];
  const ground = { database, clock, log };
  const outbound = createOutboundHttp({ allowedOrigins: [...options.config.outboundAllowedOrigins, ...options.standInOrigins] });
  const ledger = openLedger({ store, config: options.config, clock, log, outbound, secretBox, publicUrl });
  const evidence = openEvidence({ ...ground, integrator: ledger.integrator, publicUrl, config: options.config, outbound });
  const directory = { ...ground, outbound, secretBox, hostsOf, queues: createWorkloadQueues() };
  const sso = { ...ground, secrets: secretBox, outbound, publicUrl, microsoft };
  const oidc = await chooseOidcAdapter(options.config.oidcAdapter, { outbound, allowInsecure: microsoft.login.startsWith('http://') });
  const entraKeys = createEntraKeys({ outbound, clock, hostsOf });
  const observer = metrics === undefined ? {} : { observer: metrics.scim };
  const scim = createScim({ ...ground, database: store.scimDatabase, publicUrl, secretBox, entraKeys, ...observer });
  const metricsRouter = metrics && metricsRoutes({ metrics, token: metricsToken });
  const once = answerOnce(ground);
  const reconciliation = openReconciliation(ground);
  const app = createAdministrationApp({
    ...ground,
    authenticate: authenticate({ database, publicUrl, mayEnter }),
    answerOnce: once,
    limits: options.config,
    health: healthRoutes({ database, migrations: readMigrations(migrationsFolder) }),
    signIn: signInRoutes({ ...sso, oidc, mayEnter, findScimUser: readScimStanding }),
    token: tokenRoutes({ ...ground, entraKeys }),
    tiles: ledger.tiles,
    auditors: evidence.auditors,
    ...(metricsRouter === undefined || metricsToken === undefined ? {} : { metrics: metricsRouter }),
    rooms: [
      workspaceRoutes({ ...ground, publicUrl }),
      ssoRoutes(sso),
      scimRoutes({ ...ground, publicUrl }),
      exchangeRoutes({ database, wireLogDays }),
      directoryRoutes(directory),
      rosterRoutes({ database, clock, outbound, secretBox, answerOnce: once }),
      activationRoutes({ ...ground, publicUrl, lookAtJob: (workspaceId) => lookAtProvisioningJob(directory, workspaceId) }),
      reconciliation.room,
      ...ledger.rooms,
      webhookRoutes({ ...ground, secretBox }),
      ...evidence.rooms,
    ],
  });
  return {
    scim,
    app,
    metricsRouter,
    integrator: ledger.integrator,
    tasks: [
      syncTask(directory),
      scheduleRunsTask(directory),
      warnOfCredentialExpiryTask(directory),
      trimWireLogTask({ ...ground, wireLogDays }),
      warnOfExpiryTask(ground),
      forgetIdempotencyKeysTask(ground),
      ...rosterTasks({ ...ground, outbound, secretBox }),
      ...[ledger, evidence, reconciliation].flatMap(({ tasks }) => tasks),
      ...notificationTasks({ ...ground, outbound, secretBox, digestDirectory: options.config.digestDirectory }),
    ],
  };
}

/** What one process remembers of MFA is got ready by its jobs and shown by its routes. */
function openReconciliation(ground: Parameters<typeof reviewOwnersTask>[0] & { readonly log: Log }) {
  const memory = createTestMemory();
  return { room: reconciliationRoutes(ground, memory), tasks: [reviewOwnersTask(ground), ...followTasks({ ...ground, memory })] };
}
