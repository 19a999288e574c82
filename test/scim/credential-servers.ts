import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { createAdministrationApp } from '../../src/app/administration-app.ts';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, type Database, openDatabase, scopes, setPrincipal } from '../../src/platform/index.ts';
import { createEntraKeys, createScim, exchangeRoutes, type Scim, scimRoutes, tokenRoutes } from '../../src/scim/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { serve } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { secretBox, turnOn } from './scim-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- whatever the server answers; each test says what it expects
}

/** One server process: SCIM, the token endpoint and the administration of credentials on one port. */
export interface ServerProcess {
  readonly url: string;
  readonly scim: Scim;
  /** Reads, adds a user and asks for the schemas with this token: what each was answered. */
  knock(workspaceId: WorkspaceId, token: string): Promise<{ readonly read: number; readonly write: number; readonly discovery: number }>;
  read(workspaceId: WorkspaceId, token: string): Promise<Answer>;
  /** POSTs a form to the token endpoint. */
  requestToken(
    workspaceId: string,
    form: Readonly<Record<string, string>> | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** As an owner with every scope. */
  administer(workspaceId: WorkspaceId, method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface CredentialServers extends TestDatabase {
  readonly clock: SteppingClock;
  readonly log: ReturnType<typeof recordingLog>;
  /** Two processes on one database, with nothing else in common. */
  readonly processes: readonly [ServerProcess, ServerProcess];
  workspace(switchState?: 'on' | 'off'): Promise<WorkspaceId>;
  close(): Promise<void>;
}

/** `loginUrl`: where Entra's login host stands. */
export async function startCredentialServers(loginUrl = 'http://127.0.0.1:1'): Promise<CredentialServers> {
  const testDb = await testDatabase();
  const clock = steppingClock();
  const log = recordingLog();
  const second = openDatabase({ url: testDb.serverUrl, poolSize: 5, applicationName: 'rollcall-test' });
  const started = await Promise.all([testDb.database, second].map((database) => startProcess({ database, clock, log, loginUrl })));
  const [one, other] = started;
  if (one === undefined || other === undefined) throw new Error('there are not two processes');
  return {
    ...testDb,
    clock,
    log,
    processes: [one.process, other.process],
    workspace: async (switchState = 'on') => {
      const workspaceId = await insertWorkspace(testDb.owner, clock.now());
      if (switchState === 'on') await turnOn(testDb.owner, workspaceId, clock);
      return workspaceId;
    },
    close: async () => {
      await Promise.all(started.map(({ close }) => close()));
      await second.close();
      await testDb.drop();
    },
  };
}

interface Ground {
  readonly database: Database;
  readonly clock: SteppingClock;
  readonly log: ReturnType<typeof recordingLog>;
  readonly loginUrl: string;
}

async function startProcess({ loginUrl, ...ground }: Ground): Promise<{ process: ServerProcess; close: () => Promise<void> }> {
  const publicUrl = 'https://rollcall.example';
  const hostsOf = () => ({ login: loginUrl, graph: loginUrl, arm: loginUrl });
  const entraKeys = createEntraKeys({ outbound: createOutboundHttp({ allowedOrigins: [loginUrl] }), clock: ground.clock, hostsOf });
  const scim = createScim({ ...ground, publicUrl, secretBox, entraKeys });
  const app = createAdministrationApp({
    ...ground,
    authenticate: (request, _response, next) => {
      setPrincipal(request, { kind: 'owner', id: newId(ground.clock.now()), actor: OWNER, scopes });
      next();
    },
    answerOnce: answerOnce(ground),
    limits: { requestsPerMinute: 100_000, changesPerMinute: 100_000, trustedProxies: [] },
    rooms: [scimRoutes({ ...ground, publicUrl }), exchangeRoutes({ ...ground, wireLogDays: 400 })],
    signIn: Router(),
    health: Router(),
    token: tokenRoutes({ ...ground, entraKeys }),
    tiles: Router(),
    auditors: Router(),
  });
  const { url, close } = await serve((request, response) => {
    void scim.listener(request, response).then((taken) => taken || app(request, response));
  });
  return { process: processAt(url, scim), close };
}

export const OWNER = 'owner:00000000-0000-7000-8000-000000000001';

function processAt(url: string, scim: Scim): ServerProcess {
  const send = async (method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const asked = (workspaceId: WorkspaceId, token: string, [method, path, body]: readonly [string, string, object?]) => {
    const type = body === undefined ? {} : { 'content-type': 'application/scim+json' };
    const headers = { authorization: `Bearer ${token}`, ...type };
    return send(method, `/workspaces/${workspaceId}/scim/v2${path}`, headers, body && JSON.stringify(body));
  };
  const read = (workspaceId: WorkspaceId, token: string) => asked(workspaceId, token, ['GET', '/Users?filter=userName+eq+%22nobody%22']);
  return {
    url,
    scim,
    read,
    knock: async (workspaceId, token) => ({
      read: (await read(workspaceId, token)).status,
      write: (await asked(workspaceId, token, ['POST', '/Users', { userName: randomUUID() }])).status,
      discovery: (await asked(workspaceId, token, ['GET', '/Schemas'])).status,
    }),
    requestToken: (workspaceId, form, headers = {}) =>
      send(
        'POST',
        `/workspaces/${workspaceId}/scim/oauth/token`,
        { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      ),
    administer: (workspaceId, method, path, body) =>
      send(
        method,
        `/api/v1/workspaces/${workspaceId}${path}`,
        body === undefined ? {} : { 'content-type': 'application/json' },
        body === undefined ? undefined : JSON.stringify(body),
      ),
  };
}

/** What `knock` answers to a credential that passes, and to one that does not. */
export const ADMITTED = { read: 200, write: 201, discovery: 200 };
export const TURNED_AWAY = { read: 401, write: 401, discovery: 401 };
