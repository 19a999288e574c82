import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../src/app/sandbox/start-sandbox.ts';
import { openDatabase, readConfig, systemClock } from '../../src/platform/index.ts';
import { type CuttableProxy, cuttableProxy } from '../support/cuttable-proxy.ts';
import { testPostgres } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { recovered } from '../support/recovered.ts';

describe('a server whose PostgreSQL is stopped under it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-outage-'));
  const name = `outage_${randomBytes(6).toString('hex')}`;
  let proxy: CuttableProxy;
  let sandbox: Sandbox;
  let scim: { readonly baseUrl: string; readonly token: string };

  const administer = async (statement: string, url = testPostgres().ownerUrl) => {
    const database = openDatabase({ url, poolSize: 1, applicationName: 'test' });
    await database.query(statement);
    await database.close();
  };

  beforeAll(async () => {
    await administer(`create database ${name}`);
    const direct = new URL(databaseUrl(testPostgres().ownerUrl, name));
    proxy = await cuttableProxy({ host: direct.hostname, port: Number(direct.port) });
    direct.port = String(proxy.port);
    const readyFile = join(folder, 'ready.json');
    const config = readConfig({ ROLLCALL_PORT: '0' }, false);
    sandbox = await startSandbox({
      config,
      clock: systemClock,
      log: silentLog,
      users: 1,
      databaseUrl: direct.href,
      directoryHosts: undefined,
      readyFile,
    });
    ({ scim } = JSON.parse(readFileSync(readyFile, 'utf8')) as { scim: typeof scim });
  });
  afterAll(async () => {
    await sandbox.stop();
    await proxy.close();
    await administer(`drop database ${name} with (force)`, testPostgres().superuserUrl);
    rmSync(folder, { recursive: true, force: true });
  });

  const authorization = () => ({ authorization: `Bearer ${scim.token}` });
  const call = (path: string) => fetch(`${scim.baseUrl}${path}`, { headers: authorization() });
  const create = () =>
    fetch(`${scim.baseUrl}/Users`, {
      method: 'POST',
      headers: { ...authorization(), 'content-type': 'application/scim+json' },
      body: JSON.stringify({ userName: 'new@contoso.example' }),
    });
  const filter = `/Users?filter=${encodeURIComponent('userName eq "u0000000@load.example"')}`;

  it('answers 503 with Retry-After to every SCIM call, never an empty list or 404, and recovers by itself (I8)', async () => {
    expect(await (await call(filter)).json()).toMatchObject({ totalResults: 1 });
    await proxy.cut();
    for (const attempt of [call(filter), call('/Users/01a20782-f3c6-780c-a2f1-e16907321372'), call('/Groups'), create()]) {
      const response = await attempt;
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('content-type')).toBe('application/scim+json');
      expect(await response.json()).toMatchObject({ status: '503' });
    }
    expect((await fetch(`${sandbox.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${sandbox.url}/readyz`)).status).toBe(503);
    await proxy.restore();
    expect(await (await recovered(() => call(filter))).json()).toMatchObject({ totalResults: 1 });
    expect((await recovered(create)).status).toBe(201);
    expect((await recovered(() => fetch(`${sandbox.url}/readyz`))).status).toBe(200);
  });
});
