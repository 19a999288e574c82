import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, warnOfCredentialExpiryTask } from '../../src/directory/index.ts';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { recordingLog } from '../support/log.ts';
import { type SelfSigned, selfSignedCertificate } from '../support/self-signed-certificate.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

interface CredentialBody {
  readonly id: string;
  readonly kind: string;
  readonly expiresAt: string;
  readonly expirySource: string;
  readonly expiresInDays: number;
  readonly warning: string | null;
  readonly lastUsedAt: string | null;
}

interface ConnectionBody {
  readonly credentials: readonly CredentialBody[];
  readonly brokenBecause: string | null;
  readonly brokenSince: string | null;
}

let world: World;
let tenant: SimulatedTenant;
let deps: DirectoryDeps;
let reader: { tenantId: string; clientId: string; clientSecret: string };
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  deps = directoryDeps(world, tenant.url);
  reader = await tenant.reader();
  workspace = await connect(world, deps, reader);
  await tenant.createUsers([user('ada')]);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await world.db.owner.query('update directory_connection set removed_at = $1', [world.clock.now()]);
  await tenant.close();
});

const path = () => `/directory/connections/${workspace.connectionId}`;
const add = (body: object) => workspace.api<CredentialBody>('POST', `${path()}/credentials`, body);
const remove = (id: string) => workspace.api('DELETE', `${path()}/credentials/${id}`);
const inTenant = (call: string, body: object = {}) =>
  tenant.control<{ clientSecret: string }>('POST', `/applications/${reader.clientId}${call}`, body);

async function connection(): Promise<ConnectionBody> {
  const { body } = await workspace.api<{ connections: ConnectionBody[] }>('GET', '/directory/connections');
  const [shown] = body.connections;
  if (shown === undefined) throw new Error('no connection');
  return shown;
}

const certificate = (days = 90): SelfSigned =>
  selfSignedCertificate({ from: plusMs(world.clock.now(), -DAY_MS), to: plusMs(world.clock.now(), days * DAY_MS) });

describe('a client secret', () => {
  it('is assumed to end a year after the connection was made, and says so', async () => {
    expect((await connection()).credentials).toMatchObject([
      { kind: 'secret', expirySource: 'assumed', expiresInDays: 364, warning: null, thumbprint: null, lastUsedAt: null },
    ]);
  });

  it('ends when an administrator says', async () => {
    const expiresAt = plusMs(world.clock.now(), 20 * DAY_MS);
    const { status, body } = await add({ clientSecret: 'another', clientSecretExpiresAt: expiresAt });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'secret', expiresAt, expirySource: 'entered', warning: 'expiring' });
  });

  it('ends when Entra says, as soon as that may be read', async () => {
    await tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: ['Directory.Read.All', 'Application.Read.All'] });
    world.clock.advance(10 * DAY_MS);
    await workspace.sync();
    expect((await connection()).credentials).toMatchObject([{ expirySource: 'entra', expiresInDays: 354 }]);
  });

  it('stays with what is known while Entra does not tell, and no run fails for that', async () => {
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect((await connection()).credentials).toMatchObject([{ expirySource: 'assumed' }]);
  });

  it('that expired freezes the data, opens a gap, and says so (I8, microsoft-graph §10 #19)', async () => {
    await workspace.sync();
    await inTenant('/secrets/end');
    await tenant.control(
      'DELETE',
      `/users/${(await workspace.api<{ accounts: { objectId: string }[] }>('GET', '/directory/accounts')).body.accounts[0]?.objectId}`,
    );
    world.clock.advance(HOUR_MS);
    const failed = await workspace.sync();
    expect(failed).toMatchObject({ state: 'failed', errorCode: 'secret-expired' });
    expect(await connection()).toMatchObject({ brokenBecause: 'secret-expired', brokenSince: expect.any(String) });
    const { body } = await workspace.api<{ coverage: { gaps: object[] }[] }>('GET', '/directory/coverage');
    expect(body.coverage[0]?.gaps.at(-1)).toMatchObject({ to: null, reason: 'secret-expired', failedRuns: [failed.id] });
    expect((await workspace.api('GET', '/directory/accounts?state=enabled')).body).toMatchObject({ total: 1 });
  });
});

describe('a certificate', () => {
  it('reads the directory by a signed assertion, and ends when it says itself', async () => {
    const own = certificate();
    await inTenant('/certificates', { certificate: own.certificate });
    const { status, body } = await add({ ...own });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'certificate', expirySource: 'certificate', thumbprint: expect.stringMatching(/^[\w-]{43}$/) });
    const [, secret] = (await connection()).credentials;
    expect((await remove(secret?.id ?? '')).status).toBe(204);
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 1 } });
    expect((await connection()).credentials).toMatchObject([{ kind: 'certificate', lastUsedAt: expect.any(String) }]);
  });

  it('can be what a connection begins with', async () => {
    const own = certificate();
    const other = await tenant.reader();
    await tenant.control('POST', `/applications/${other.clientId}/certificates`, { certificate: own.certificate });
    const { clientSecret: _unused, ...application } = other;
    const second = await connect(world, deps, { ...application, ...own });
    expect(await second.sync()).toMatchObject({ state: 'complete' });
    await second.close();
  });

  it('that Entra does not know is told from a wrong secret', async () => {
    await add({ ...certificate() });
    const [, secret] = (await connection()).credentials;
    await remove(secret?.id ?? '');
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'certificate-rejected' });
  });

  it('that has ended is told from one that Entra does not know', async () => {
    const own = certificate(2);
    await inTenant('/certificates', { certificate: own.certificate });
    await add({ ...own });
    const [, secret] = (await connection()).credentials;
    await remove(secret?.id ?? '');
    world.clock.advance(3 * DAY_MS);
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'certificate-expired' });
  });

  const refused: readonly { name: string; body: () => object; detail: string }[] = [
    { name: 'without its key', body: () => ({ certificate: certificate().certificate }), detail: 'A credential is either' },
    { name: 'beside a secret', body: () => ({ ...certificate(), clientSecret: 'x' }), detail: 'A credential is either' },
    {
      name: 'with the key of another',
      body: () => ({ ...certificate(), privateKey: certificate().privateKey }),
      detail: 'not that of the certificate',
    },
    { name: 'that is none', body: () => ({ ...certificate(), certificate: 'no PEM' }), detail: '"certificate"' },
    { name: 'with a key that is none', body: () => ({ ...certificate(), privateKey: 'no PEM' }), detail: '"privateKey"' },
    { name: 'that has ended', body: () => ({ ...certificate(-0.5) }), detail: 'ended at' },
    {
      name: 'of a key that is too short',
      body: () => ({ ...selfSignedCertificate({ from: world.clock.now(), to: plusMs(world.clock.now(), DAY_MS) }, 1024) }),
      detail: '2048 bits',
    },
  ];

  it.each(refused)('is refused $name, without repeating the key', async ({ body, detail }) => {
    const given = body();
    const answer = await add(given);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
    expect(JSON.stringify(answer.body)).not.toContain('PRIVATE KEY');
  });
});

describe('rotation', () => {
  it('leaves no gap: the new one is tried first, and the old one while Entra does not know it yet', async () => {
    await add({ clientSecret: 'not-known-in-entra-yet' });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    const [fresh, old] = (await connection()).credentials;
    expect([fresh?.lastUsedAt, old?.lastUsedAt]).toEqual([null, expect.any(String)]);
    await remove(fresh?.id ?? '');
    const { clientSecret } = await inTenant('/secrets');
    await add({ clientSecret });
    await workspace.sync();
    expect((await connection()).credentials[0]).toMatchObject({ lastUsedAt: expect.any(String) });
    await inTenant('/secrets/end');
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'secret-expired' });
  });

  it('has two at a time and never none', async () => {
    const { body } = await add({ clientSecret: 'second' });
    expect((await add({ clientSecret: 'third' })).status).toBe(409);
    expect((await remove(body.id)).status).toBe(204);
    expect((await remove(body.id)).status).toBe(404);
    const [last] = (await connection()).credentials;
    expect((await remove(last?.id ?? '')).status).toBe(409);
    expect((await remove('not-an-id')).status).toBe(404);
  });

  it('keeps no secret of what was removed, and none in clear of what is in use', async () => {
    const own = certificate();
    await add({ ...own });
    const [fresh] = (await connection()).credentials;
    await remove(fresh?.id ?? '');
    const { rows } = await world.db.owner.query<{ row: string; length: number }>(
      `select to_jsonb(c)::text as row, length(c.sealed) as length from directory_credential c where workspace_id = $1 order by added_at desc`,
      [workspace.workspaceId],
    );
    expect(rows.map(({ length }) => length > 0)).toEqual([false, true]);
    expect(rows.map(({ row }) => row).join()).not.toMatch(new RegExp(`PRIVATE KEY|${reader.clientSecret}`));
    const records = await world.db.owner.query<{ type: string; leaf: string }>(
      `select type, convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type like 'directory.credential.%' order by ord`,
      [workspace.workspaceId],
    );
    expect(records.rows.map(({ type }) => type)).toEqual([
      'directory.credential.added',
      'directory.credential.added',
      'directory.credential.removed',
    ]);
    expect(records.rows.map(({ leaf }) => leaf).join()).not.toContain(reader.clientSecret);
  });

  it('does not open what was moved to another connection', async () => {
    const other = await connect(world, deps, await tenant.reader());
    await world.db.owner.query(
      `update directory_credential set sealed = (select c.sealed from directory_credential c where c.connection_id = $1) where connection_id = $2`,
      [workspace.connectionId, other.connectionId],
    );
    expect(await other.sync()).toMatchObject({ state: 'failed', errorCode: 'internal' });
    await other.close();
  });
});

describe('the end of a credential', () => {
  async function warnings() {
    const log = recordingLog();
    const task = warnOfCredentialExpiryTask({ database: world.db.database, clock: world.clock, log });
    await task.run({}, { signal: new AbortController().signal });
    return log.events.map(({ event, fields }) => [event, fields?.['expiresInDays'], fields?.['expirySource']]);
  }

  it('is warned of at 60, 30, 14, 7 and 1 days and when it has come, each once', async () => {
    await add({ clientSecret: 'second', clientSecretExpiresAt: plusMs(world.clock.now(), 61 * DAY_MS) });
    const said: unknown[] = [];
    for (let day = 0; day <= 63; day += 1) {
      said.push(...(await warnings()), ...(await warnings()));
      world.clock.advance(DAY_MS);
    }
    expect(said).toEqual([
      ...[60, 30, 14, 7, 1].map((days) => ['directory.credential.expiring', days, 'entered']),
      ['directory.credential.expired', 0, 'entered'],
    ]);
  });

  it('is handed to one of two processes', async () => {
    await add({ clientSecret: 'second', clientSecretExpiresAt: plusMs(world.clock.now(), DAY_MS) });
    expect((await Promise.all([warnings(), warnings()])).flat()).toHaveLength(1);
  });

  it('is warned of as assumed where nobody has said it', async () => {
    world.clock.advance(350 * DAY_MS);
    expect(await warnings()).toEqual([['directory.credential.expiring', 14, 'assumed']]);
  });
});
