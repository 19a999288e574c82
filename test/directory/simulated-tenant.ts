import { randomBytes } from 'node:crypto';
import { createWorkloadQueues, directoryRoutes, type DirectoryDeps, REPLICATION_ALLOWANCE_MS, runSync } from '../../src/directory/index.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { type DirectoryRunId, type Instant, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, createSecretBox, type Log, type OutboundHttp } from '../../src/platform/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

/** Every exchange takes a second, so that request and answer have instants of their own. */
export const EXCHANGE_MS = 1_000;

export interface World {
  readonly db: TestDatabase;
  readonly clock: SteppingClock;
  close(): Promise<void>;
}

/** A database with its queue, and a clock. */
export async function openWorld(): Promise<World> {
  const db = await testDatabase();
  await installJobs(db.ownerUrl);
  return { db, clock: steppingClock(), close: () => db.drop() };
}

/** The room's dependencies towards a Graph at the first address, with Azure at the second if there is one, and a way out to all; waiting takes no time, and is told to `onDelay`. */
export function directoryDeps(
  world: World,
  urls: string | readonly string[],
  options: { onDelay?: (ms: number) => void; log?: Log } = {},
): DirectoryDeps {
  const { clock, db } = world;
  const origins = typeof urls === 'string' ? [urls] : urls;
  const url = origins[0] ?? '';
  const outbound = createOutboundHttp({ allowedOrigins: origins });
  const ticking: OutboundHttp = {
    fetch: async (target, request) => {
      const response = await outbound.fetch(target, request);
      clock.advance(EXCHANGE_MS);
      return response;
    },
  };
  return {
    database: db.database,
    clock,
    log: options.log ?? silentLog,
    outbound: ticking,
    secretBox: createSecretBox(randomBytes(32)),
    hostsOf: () => ({ login: url, graph: url, arm: origins[1] ?? url }),
    queues: createWorkloadQueues(),
    delay: async (ms) => {
      options.onDelay?.(ms);
      clock.advance(ms);
    },
  };
}

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A run as the API shows it. */
export interface RunBody {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  /** Of a parked run. */
  readonly resumeAt: Instant;
  readonly lookFrom: Instant;
  readonly lookTo: Instant;
  readonly clockSkewMs: number;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly counts: object | null;
}

/** A look at the whole tenant confirms what still held then or later. */
export function confirmedBy({ lookFrom }: RunBody): Instant {
  return plusMs(lookFrom, -REPLICATION_ALLOWANCE_MS);
}

/** JSON over HTTP; the caller says what it expects. */
async function call<Body>(url: string, method: string, body?: unknown): Promise<Answer<Body>> {
  const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
}

export interface ConnectedWorkspace {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: string;
  /** Where its routes are. */
  readonly url: string;
  /** Calls the directory's routes as an owner. */
  api<Body = object>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Requests a run and does it, turn by turn, until it ends, rests or is held; returns the run. */
  sync(kind?: 'full' | 'delta'): Promise<RunBody>;
  close(): Promise<void>;
}

/** A workspace with a connection to a tenant, new unless one is named, and its routes behind the real edge. */
export async function connect(
  world: World,
  deps: DirectoryDeps,
  tenant: {
    tenantId: string;
    clientId: string;
    clientSecret?: string;
    certificate?: string;
    privateKey?: string;
    scimAppId?: string;
    kind?: 'subscription';
    subscriptionIds?: readonly string[];
  },
  into?: WorkspaceId,
): Promise<ConnectedWorkspace> {
  const workspaceId = into ?? (await insertWorkspace(world.db.owner, world.clock.now()));
  const server: LoopbackServer = await administrationServer({ clock: world.clock, workspaceId, routers: [directoryRoutes(deps)] });
  const api = <Body>(method: string, path: string, body?: unknown) => call<Body>(`${server.url}${path}`, method, body);
  const added = await api<{ id: string }>('POST', '/directory/connections', { cloud: 'commercial', ...tenant });
  if (added.status !== 201) throw new Error(JSON.stringify(added.body));
  const connectionId = added.body.id;
  const sync = async (kind: 'full' | 'delta' = 'full') => {
    const requested = await api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId, kind });
    for (;;) {
      await runSync(deps, workspaceId, requested.body.id);
      const { body } = await api<RunBody>('GET', `/directory/runs/${requested.body.id}`);
      // Its turn was over, and nobody else waits.
      if (body.state !== 'parked' || body.resumeAt > world.clock.now()) return body;
    }
  };
  return { workspaceId, connectionId, url: server.url, api, sync, close: server.close };
}

export interface SimulatedTenant {
  readonly url: string;
  readonly armUrl: string;
  readonly tenantId: string;
  control<Body = object>(method: string, path: string, body?: unknown): Promise<Body>;
  createUsers(users: readonly object[]): Promise<readonly { id: string }[]>;
  /** An application that may read, with its credential. */
  reader(graphRoles?: readonly string[]): Promise<{ tenantId: string; clientId: string; clientSecret: string }>;
  close(): Promise<void>;
}

/** `skewMs`: by how much the tenant's clock is ahead of ours. */
export async function simulatedTenant(world: World, skewMs = 0): Promise<SimulatedTenant> {
  const simulator = await startSimulator({ now: () => plusMs(world.clock.now(), skewMs) });
  const control = async <Body>(method: string, path: string, body?: unknown) => {
    const answer = await call<Body>(`${simulator.url}/control${path}`, method, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    url: simulator.url,
    armUrl: simulator.armUrl,
    tenantId: simulator.tenantId,
    control,
    createUsers: async (users) => (await control<{ users: { id: string }[] }>('POST', '/users', users)).users,
    reader: async (graphRoles = ['Directory.Read.All']) => {
      const made = await control<{ appId: string; clientSecret: string }>('POST', '/applications', { displayName: 'Rollcall', graphRoles });
      const { appId, clientSecret } = made;
      return { tenantId: simulator.tenantId, clientId: appId, clientSecret };
    },
    close: () => simulator.close(),
  };
}

/** A user of the simulated tenant, with what the tests do not care about filled in. */
export function user(name: string, attributes: object = {}): object {
  return { userPrincipalName: `${name}@contoso.example`, displayName: `${name} Example`, mail: `${name}@contoso.example`, ...attributes };
}

export interface StretchRow {
  readonly state: string;
  readonly not_before: string | null;
  readonly seen_from: string;
  readonly observed_at: string;
  readonly confirmed_until: string | null;
  readonly source: string;
}

/** The stretches of one account, oldest first. */
export async function stretches(world: World, workspaceId: WorkspaceId, objectId: string): Promise<readonly StretchRow[]> {
  const { rows } = await world.db.owner.query<StretchRow>(
    `select state, not_before, seen_from, observed_at, confirmed_until, source
     from directory_observation where workspace_id = $1 and object_id = $2 order by ordinal`,
    [workspaceId, objectId],
  );
  return rows;
}

/** Types of the ledger's records about one account, in order. */
export async function accountRecords(world: World, workspaceId: WorkspaceId, objectId: string): Promise<readonly string[]> {
  const { rows } = await world.db.owner.query<{ type: string }>(
    `select ledger_record.type
     from directory_observation
     join ledger_record on ledger_record.workspace_id = directory_observation.workspace_id and ledger_record.id = directory_observation.record_id
     where directory_observation.workspace_id = $1 and directory_observation.object_id = $2
     order by directory_observation.ordinal`,
    [workspaceId, objectId],
  );
  return rows.map(({ type }) => type);
}
