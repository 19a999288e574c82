import { newId, type SsoConnectionId, type WorkspaceId } from '../../src/kernel/index.ts';
import { createSecretBox, type Database, type Log, openDatabase } from '../../src/platform/index.ts';
import { createScim, issueCredential, type Scim, scimTenantUrl } from '../../src/scim/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase, testPostgres } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { serve } from '../support/loopback.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { insertWorkspace } from '../support/workspace.ts';

export const PUBLIC_URL = 'https://rollcall.example';
/** The key of every server under test: cursors go from one to another. */
export const secretBox = createSecretBox(Buffer.alloc(32, 7));
const ACTOR = 'owner:00000000-0000-7000-8000-000000000001';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- whatever the server answers; each test says what it expects
}

export interface ScimClient {
  readonly token: string;
  readonly workspaceId: WorkspaceId;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** POSTs a user and answers its id. */
  addUser(userName: string, attributes?: Readonly<Record<string, unknown>>): Promise<string>;
  addGroup(displayName: string, memberIds?: readonly string[]): Promise<string>;
  patch(path: string, operations: readonly unknown[]): Promise<Answer>;
}

export interface ScimServer extends TestDatabase {
  readonly clock: SteppingClock;
  readonly url: string;
  readonly scim: Scim;
  /** A workspace with a credential, its switch as told. */
  client(switchState?: 'on' | 'off'): Promise<ScimClient>;
  /** Resolves once so many statements of the server wait for a lock. */
  waiting(count: number): Promise<void>;
  /** Cuts every connection that the server has. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

/** The data plane on a real port over a database of its own; `over` replaces what the server works on. */
export async function startScim(over: { readonly database?: Database; readonly log?: Log } = {}): Promise<ScimServer> {
  const testDb = await testDatabase();
  const clock = steppingClock();
  const own = openDatabase({ url: testDb.serverUrl, poolSize: 10, applicationName: 'rollcall-test', isForLookUps: true });
  const scim = createScim({ database: over.database ?? own, clock, log: over.log ?? silentLog, publicUrl: PUBLIC_URL, secretBox });
  const { url, close: stop } = await serve((request, response) => {
    void scim.listener(request, response).then((taken) => taken || response.writeHead(404).end('not scim'));
  });
  const backends = openBackends(new URL(testDb.ownerUrl).pathname.slice(1));
  const close = async () => {
    await Promise.all([stop(), backends.close(), own.close()]);
    await testDb.drop();
  };
  const client = async (switchState: 'on' | 'off' = 'on') => {
    const workspaceId = await insertWorkspace(testDb.owner, clock.now());
    const { token } = await issueCredential(testDb.database, {
      workspaceId,
      at: clock.now(),
      actor: ACTOR,
      label: 'Entra',
      expiresAt: null,
    });
    if (switchState === 'on') await turnOn(testDb.owner, workspaceId, clock);
    // A millisecond per request, so that the order of ids is the order of requests.
    return createClient(`${url}/workspaces/${workspaceId}/scim/v2`, workspaceId, token, () => clock.advance(1));
  };
  return { ...testDb, clock, url, scim, client, ...backends, close };
}

/** The server's connections, as the superuser has them in hand. */
function openBackends(name: string): Pick<ScimServer, 'waiting' | 'cutConnections' | 'close'> {
  const url = databaseUrl(testPostgres().superuserUrl, name);
  const superuser = openDatabase({ url, poolSize: 1, applicationName: 'rollcall-test-superuser' });
  const backends = `pg_stat_activity where datname = current_database() and application_name = 'rollcall-test'`;
  return {
    waiting: async (count) => void (await untilBlocked(superuser, count)),
    cutConnections: async () => void (await superuser.query(`select pg_terminate_backend(pid) from ${backends}`)),
    close: () => superuser.close(),
  };
}

/** Plants a switch that is on, past its gate: how it gets there is `activation`'s to test. */
export async function turnOn(owner: Database, workspaceId: WorkspaceId, clock: SteppingClock): Promise<void> {
  const connection: SsoConnectionId = newId<'sso-connection'>(clock.now());
  await owner.transaction(async (tx) => {
    await tx.query(
      `insert into sso_connection (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, created_at, created_by)
       values ($1, $2, 'oidc', $2, 'client', 'https://issuer.example', '\\x00', decode(repeat('00', 32), 'hex'), $3, 'system')`,
      [workspaceId, connection, clock.now()],
    );
    await tx.query('alter table scim_switch disable trigger scim_switch_gate');
    await tx.query("update scim_switch set state = 'on', sso_connection_id = $2 where workspace_id = $1", [workspaceId, connection]);
    await tx.query('alter table scim_switch enable trigger scim_switch_gate');
  });
}

export function createClient(base: string, workspaceId: WorkspaceId, token: string, tick: () => void = () => undefined): ScimClient {
  const send: ScimClient['send'] = async (method, path, body, headers = {}) => {
    tick();
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const add = async (path: string, resource: unknown): Promise<string> => {
    const { status, body } = await send('POST', path, resource);
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body.id;
  };
  return {
    token,
    workspaceId,
    send,
    addUser: (userName, attributes = {}) => add('/Users', { userName, ...attributes }),
    addGroup: (displayName, memberIds = []) => add('/Groups', { displayName, members: memberIds.map((value) => ({ value })) }),
    patch: (path, operations) =>
      send('PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }),
  };
}

export function tenantUrl(workspaceId: WorkspaceId): string {
  return scimTenantUrl(PUBLIC_URL, workspaceId);
}
