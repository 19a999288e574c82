import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { DAY_MS, HOUR_MS, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { ssoRoutes, warnOfExpiryTask } from '../../src/sso/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

const clock = steppingClock();
let db: TestDatabase;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});
beforeEach(async () => {
  await db.owner.query('update sso_connection set state = $1', ['retired']);
  workspaceId = await insertWorkspace(db.owner, clock.now());
});

/** A connection whose secret ends then. */
async function connection(expiresAt: string | null, state = 'active'): Promise<string> {
  const id = randomUUID();
  await db.owner.query(
    `insert into sso_connection
       (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, state, created_at, created_by, client_secret_expires_at)
     values ($1, $2, 'oidc', $2, 'c', 'https://login.example/v2.0', 's', sha256('f'), $3, $4, 'system', $5)`,
    [workspaceId, id, state, clock.now(), expiresAt],
  );
  return id;
}

/** The task as the server's role runs it, and what it says. */
async function warnings() {
  const log = recordingLog();
  const task = warnOfExpiryTask({ database: db.database, clock, log });
  await task.run({}, { signal: new AbortController().signal });
  return log.events.map(({ event, fields }) => [event, fields?.['expiresInDays']]);
}

describe('the end of the client secret of single sign-on', () => {
  it('is warned of at 60, 30, 14, 7 and 1 days and when it has come, each once', async () => {
    await connection(plusMs(clock.now(), 61 * DAY_MS));
    const said: unknown[] = [];
    for (let day = 0; day <= 63; day += 1) {
      said.push(...(await warnings()), ...(await warnings()));
      clock.advance(DAY_MS);
    }
    expect(said).toEqual([
      ['sso.secret.expiring', 60],
      ['sso.secret.expiring', 30],
      ['sso.secret.expiring', 14],
      ['sso.secret.expiring', 7],
      ['sso.secret.expiring', 1],
      ['sso.secret.expired', 0],
    ]);
  });

  it('is warned of once by the nearest warning that was missed', async () => {
    await connection(plusMs(clock.now(), 5 * DAY_MS + HOUR_MS));
    expect(await warnings()).toEqual([['sso.secret.expiring', 5]]);
    expect(await warnings()).toEqual([]);
  });

  it('is handed to one of two processes', async () => {
    await connection(plusMs(clock.now(), DAY_MS));
    const said = await Promise.all([warnings(), warnings()]);
    expect(said.flat()).toEqual([['sso.secret.expiring', 1]]);
  });

  it.each([
    { name: 'a candidate', state: 'candidate', days: 1 },
    { name: 'a retired connection', state: 'retired', days: 1 },
    { name: 'one that nobody has told the end of', state: 'active', days: null },
    { name: 'one that ends later', state: 'active', days: 61 },
  ])('is nothing to warn of for $name', async ({ state, days }) => {
    await connection(days === null ? null : plusMs(clock.now(), days * DAY_MS), state);
    expect(await warnings()).toEqual([]);
  });
});

describe('the end of a signing certificate of single sign-on', () => {
  /** A connection by SAML whose certificates end then. */
  async function samlConnection(ends: readonly string[], state = 'active'): Promise<void> {
    const id = randomUUID();
    await db.owner.query(
      `insert into sso_connection (workspace_id, id, protocol, tenant_id, client_id, issuer, sso_url, fingerprint, state, created_at, created_by)
       values ($1, $2, 'saml', $2, 'us', 'them', 'https://login.example/saml2', sha256('f'), $3, $4, 'system')`,
      [workspaceId, id, state, clock.now()],
    );
    await db.owner.query(
      `insert into sso_certificate (workspace_id, connection_id, position, der, expires_at)
       select $1::uuid, $2::uuid, ends.position, sha256(ends.position::text::bytea), ends.at
       from unnest($3::timestamptz[]) with ordinality as ends (at, position)`,
      [workspaceId, id, ends],
    );
  }

  it('is warned of at 60, 30, 14, 7 and 1 days and when it has come, each once and for each certificate', async () => {
    await samlConnection([plusMs(clock.now(), 61 * DAY_MS), plusMs(clock.now(), 95 * DAY_MS)]);
    const said: unknown[] = [];
    for (let day = 0; day <= 63; day += 1) {
      said.push(...(await warnings()), ...(await warnings()));
      clock.advance(DAY_MS);
    }
    expect(said).toEqual([
      ['sso.certificate.expiring', 60],
      ['sso.certificate.expiring', 30],
      ['sso.certificate.expiring', 60],
      ['sso.certificate.expiring', 14],
      ['sso.certificate.expiring', 7],
      ['sso.certificate.expiring', 1],
      ['sso.certificate.expired', 0],
    ]);
  });

  it.each(['candidate', 'retired'])('is nothing to warn of for a connection that is %s', async (state) => {
    await samlConnection([plusMs(clock.now(), DAY_MS)], state);
    expect(await warnings()).toEqual([]);
  });
});

describe('POST /sso', () => {
  async function ask(method: string, body?: object) {
    const publicUrl = 'http://127.0.0.1:9';
    const outbound = createOutboundHttp({ allowedOrigins: [] });
    const deps = {
      database: db.database,
      clock,
      secrets: createSecretBox(randomBytes(32)),
      microsoft: { login: publicUrl },
      outbound,
      publicUrl,
    };
    const server = await administrationServer({ clock, workspaceId, routers: [ssoRoutes(deps)] });
    try {
      const response = await fetch(`${server.url}/sso`, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    } finally {
      await server.close();
    }
  }
  const configuration = { protocol: 'oidc', tenantId: randomUUID(), clientId: randomUUID(), clientSecret: 'a secret' };

  it('takes when the secret ends, and GET shows how near that is', async () => {
    const expiresAt = plusMs(clock.now(), 10 * DAY_MS);
    expect((await ask('POST', { ...configuration, clientSecretExpiresAt: expiresAt })).status).toBe(201);
    const { body } = await ask('GET');
    expect(body).toMatchObject({
      connections: [{ clientSecretExpiresAt: expiresAt, secretExpiry: { expiresInDays: 10, warning: 'expiring' } }],
    });
  });

  it('takes a secret without an end, of which nothing is said', async () => {
    expect((await ask('POST', configuration)).status).toBe(201);
    const { body } = await ask('GET');
    expect(body).toMatchObject({ connections: [{ clientSecretExpiresAt: null, secretExpiry: { expiresInDays: null, warning: null } }] });
  });

  it('refuses a secret that has ended', async () => {
    expect((await ask('POST', { ...configuration, clientSecretExpiresAt: clock.now() })).status).toBe(400);
  });
});
