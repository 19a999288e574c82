import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { openDatabase, systemClock } from '../../src/platform/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';

interface Ready {
  readonly url: string;
  readonly pid: number;
  readonly workspaceId: string;
  readonly scim: { readonly baseUrl: string; readonly token: string; readonly roleUrn: string };
  readonly admin: { readonly baseUrl: string; readonly token: string };
  readonly simulator: { readonly url: string; readonly tenantId: string };
  readonly databaseUrl: string;
}

describe('the sandbox, for programs that we did not write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall sandbox '));
  let program: RunningProgram;
  let ready: Ready;

  beforeAll(async () => {
    const file = join(folder, 'ready.json');
    program = runProgram(['sandbox', '--port', '0', '--ready-file', file, '--users', '120']);
    ready = JSON.parse(await fileText(file)) as Ready;
  }, 120_000);
  afterAll(async () => {
    await program.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const scim = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${ready.scim.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${ready.scim.token}`, ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (text === '' ? undefined : JSON.parse(text)) as Resource,
    };
  };

  it('says all that its contract promises', () => {
    expect(ready).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: program.child.pid,
      workspaceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      scim: {
        baseUrl: `${ready.url}/workspaces/${ready.workspaceId}/scim/v2`,
        token: expect.stringMatching(/^rcs_/),
        roleUrn: 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User',
      },
      admin: { baseUrl: `${ready.url}/api/v1/workspaces/${ready.workspaceId}`, token: expect.stringMatching(/^rca_/) },
      simulator: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      databaseUrl: expect.stringMatching(/^postgres:\/\//),
    });
  });

  it('lets an independent client create, match, patch and delete a user', async () => {
    const created = await scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'kim@contoso.example',
      externalId: 'k1',
      active: true,
    });
    expect(created).toMatchObject({ status: 201, type: 'application/scim+json', body: { userName: 'kim@contoso.example' } });
    const match = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "KIM@contoso.example"')}`);
    expect(match.body).toMatchObject({ totalResults: 1, Resources: [{ id: created.body.id }] });
    const patched = await scim('PATCH', `/Users/${created.body.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'displayName', value: 'Kim' }],
    });
    expect(patched).toMatchObject({ status: 200, body: { displayName: 'Kim' } });
    expect((await scim('DELETE', `/Users/${created.body.id}`)).status).toBe(204);
    expect((await scim('GET', `/Users/${created.body.id}`)).status).toBe(404);
  });

  it('lets an independent client create, match, fill and delete a group', async () => {
    const group = await scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Night shift' });
    const member = (await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "u0000007@load.example"')}`)).body.Resources?.[0]
      ?.id;
    const add = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: member }] }],
    };
    expect((await scim('PATCH', `/Groups/${group.body.id}`, add)).status).toBe(204);
    expect((await scim('GET', `/Groups/${group.body.id}`)).body.members).toMatchObject([{ value: member }]);
    expect((await scim('DELETE', `/Groups/${group.body.id}`)).status).toBe(204);
  });

  it('holds the users and groups that were asked for', async () => {
    expect((await scim('GET', '/Users?count=1')).body.totalResults).toBe(120);
    const byExternalId = await scim('GET', `/Users?filter=${encodeURIComponent('externalId eq "x119"')}`);
    expect(byExternalId.body.Resources?.[0]).toMatchObject({ userName: 'u0000119@load.example' });
    for (const name of ['load-g100', 'load-cyc-0', 'load-cyc-9']) {
      const group = await scim('GET', `/Groups?filter=${encodeURIComponent(`displayName eq "${name}"`)}`);
      expect([name, group.body.Resources?.[0]?.members?.length]).toEqual([name, 100]);
    }
  });

  it('leaves a leaver inactive when another operation of the request is unknown, and records it (I1)', async () => {
    const user = (await scim('GET', `/Users?filter=${encodeURIComponent('externalId eq "x5"')}`)).body.Resources?.[0];
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Add', path: 'no.such[thing eq 1].x', value: 1 },
      ],
    };
    expect(await scim('PATCH', `/Users/${user?.id}`, body)).toMatchObject({ status: 200, body: { active: false } });
    expect((await scim('GET', `/Users/${user?.id}`)).body.active).toBe(false);
    const answer = await fetch(`${ready.admin.baseUrl}/scim/exchanges?limit=1`, {
      headers: { authorization: `Bearer ${ready.admin.token}` },
    });
    const { exchanges } = (await answer.json()) as { exchanges: readonly { userId: string; ignored: readonly { path: string }[] }[] };
    expect(exchanges[0]).toMatchObject({ userId: user?.id, ignored: [{ path: 'no.such[thing eq 1].x' }] });
  });

  it('tells enough of its tenant to connect it as a directory, which "rollcall directory check" then finds well', async () => {
    const post = async (url: string, body: unknown) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${ready.admin.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as { appId: string; clientSecret: string } };
    };
    const { appId: clientId, clientSecret } = (
      await post(`${ready.simulator.url}/control/applications`, { displayName: 'Rollcall', graphRoles: ['Directory.Read.All'] })
    ).body;
    const connection = { cloud: 'commercial', tenantId: ready.simulator.tenantId, clientId, clientSecret };
    expect((await post(`${ready.admin.baseUrl}/directory/connections`, connection)).status).toBe(201);
    const check = runProgram(['directory', 'check', '--url', ready.admin.baseUrl], { ROLLCALL_API_TOKEN: ready.admin.token });
    expect([await check.exited(), check.output()]).toEqual([0, expect.stringContaining('Directory.Read.All')]);
  });

  it('seals a report on the seeded users that holds when it is derived again', async () => {
    const post = async (path: string, body: unknown) => {
      const headers = { authorization: `Bearer ${ready.admin.token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${ready.admin.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.status).toBeLessThan(300);
      return (await answer.json()) as { readonly id: string };
    };
    await post('/reconciliation/runs', {});
    const now = systemClock.now();
    const { id } = await post('/reports', { kind: 'interim', periodStart: plusMs(now, -DAY_MS), periodEnd: now });
    const bundle = await fetch(`${ready.admin.baseUrl}/reports/${id}/bundle`, {
      headers: { authorization: `Bearer ${ready.admin.token}` },
    });
    const file = join(folder, 'bundle.zip');
    writeFileSync(file, Buffer.from(await bundle.arrayBuffer()));
    const verifying = runProgram(['verify', file, '--recompute']);
    expect([await verifying.exited(), verifying.output()]).toEqual([0, expect.stringContaining('counts of SCIM users')]);
  });

  it('keeps the gate shut for SQL as the server’s own role, in a workspace where nobody has signed in (I4)', async () => {
    const database = openDatabase({ url: ready.databaseUrl, poolSize: 1, applicationName: 'test' });
    const named = { slug: 'unproven', name: 'Unproven', timeZone: 'UTC', ownerName: 'Olive Owner' };
    const { workspaceId } = await createWorkspace({ database, clock: systemClock }, named);
    const turnOn = database.query(
      `update scim_switch
       set state = 'on', changed_at = $2::timestamptz, changed_by = 'sql',
           sso_connection_id = (select scim_switch.sso_connection_id from scim_switch where scim_switch.workspace_id = $3)
       where scim_switch.workspace_id = $1`,
      [workspaceId, systemClock.now(), ready.workspaceId],
    );
    await expect(turnOn).rejects.toMatchObject({ constraint: expect.stringMatching(/^scim_switch_/) });
    const { rows } = await database.query('select scim_switch.state from scim_switch where scim_switch.workspace_id = $1', [workspaceId]);
    expect(rows).toEqual([{ state: 'off' }]);
    await expect(database.query('delete from sso_verification')).rejects.toThrow(/permission denied/);
    await database.close();
  });

  it('ends cleanly when told, and its own database with it', async () => {
    expect(await program.end()).toBe(0);
    await expect(fetch(ready.url)).rejects.toThrow();
    const database = openDatabase({ url: ready.databaseUrl, poolSize: 1, applicationName: 'test' });
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'database-unavailable' });
    await database.close();
  });

  async function fileText(path: string): Promise<string> {
    const early = program.exited().then((code) => Promise.reject(new Error(`it ended with ${String(code)}: ${program.output()}`)));
    const written = new Promise<void>((resolve) => {
      const watcher = watch(folder, () => {
        if (!existsSync(path)) return;
        watcher.close();
        resolve();
      });
      if (existsSync(path)) resolve();
    });
    await Promise.race([written, early]);
    return readFileSync(path, 'utf8');
  }
});

describe('the sandbox as npm starts it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall npm '));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the very process that npm hands its signals to, and ends by them', async () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
    const file = join(folder, 'ready.json');
    const script = scripts['sandbox']?.replace('npm run --silent build', 'true') ?? ''; // others work by the build
    const shell = spawn('sh', ['-c', `${script} --ready-file "$0"`, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(shell, 'close');
    await once(shell.stdout, 'data');
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as Ready;
    process.kill(pid);
    expect([await closed, pid]).toEqual([[0, null], shell.pid]);
  });
});

describe('a sandbox that does not come up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall no sandbox '));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves no ready file of before to whoever waits for one', async () => {
    const file = join(folder, 'ready.json');
    writeFileSync(file, '{"url":"http://127.0.0.1:1"}');
    const program = runProgram(['sandbox', '--ready-file', file, '--database-url', 'postgres://app@127.0.0.1:1/nowhere']);
    expect(await program.exited()).toBe(3);
    expect(existsSync(file)).toBe(false);
  });

  it('says at once that the ready file could not be written', async () => {
    const file = join(folder, 'nowhere', 'ready.json');
    const program = runProgram(['sandbox', '--ready-file', file]);
    expect(await program.exited()).toBe(2);
    expect(program.output()).toContain(`--ready-file ${file} cannot be written: ENOENT`);
  });
});

interface Resource {
  readonly id: string;
  readonly active?: boolean;
  readonly totalResults?: number;
  readonly members?: readonly { readonly value: string }[];
  readonly Resources?: readonly Resource[];
}
