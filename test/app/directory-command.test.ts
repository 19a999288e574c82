import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { directoryCommand } from '../../src/app/commands/directory.ts';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  type World,
} from '../directory/simulated-tenant.ts';
import { serve } from '../support/loopback.ts';

let world: World;
let tenant: SimulatedTenant;
let reader: { tenantId: string; clientId: string; clientSecret: string };
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  reader = await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']);
  workspace = await connect(world, directoryDeps(world, tenant.url), reader);
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = { ROLLCALL_API_TOKEN: 'rca_a-token' }) {
  const out: string[] = [];
  const io = {
    out: (text: string) => out.push(text),
    complain: () => undefined,
    environment,
    isTerminal: false,
    asked: new Promise<void>(() => undefined),
  };
  const code = await directoryCommand.run(args, io);
  return { code, out: out.join('') };
}

const check = (...more: readonly string[]) => run(['check', '--url', workspace.url, ...more]);

describe('rollcall directory check', () => {
  it('says of a connection where it is, what works, and what is not collected', async () => {
    await workspace.sync();
    const { code, out } = await check();
    expect(code).toBe(0);
    expect(out).toContain(`tenant ${reader.tenantId}\n  cloud       commercial, as the tenant itself says\n  verdict     ok:`);
    expect(out).toMatch(/ {2}credential {2}secret, ends \S+ \(assumed: a year after it was added\), 364 days left, used \S+\n/);
    expect(out).toContain('  granted     AuditLog.Read.All: Granted. Collected: exact times of disabling');
    expect(out).toContain('  NOT         Application.Read.All: Not granted. Not collected: when the client secret ends.');
    expect(out).toContain('  granted     Directory.Read.All: Granted. Collected: users,');
    expect(out.match(/ {2}to grant /g)).toHaveLength(1);
    expect(out).toContain('Application permissions → the permission → Add, then Grant admin consent.');
    expect(out).toMatch(/ {2}last look {3}2026-/);
  });

  it.each([
    {
      name: 'a permission is missing',
      spoil: () => tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: [] }),
      says: 'verdict     permission-missing',
    },
    {
      name: 'the secret has ended',
      spoil: () => tenant.control('POST', `/applications/${reader.clientId}/secrets/end`),
      says: 'secret-expired',
    },
    {
      name: 'the last run failed',
      spoil: async () => {
        await tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'status', status: 403, code: 'AccessDenied' }] });
        await workspace.sync();
        await tenant.control('PUT', '/graph/faults', {});
      },
      says: 'BROKEN      access-denied, since 2026-',
    },
    {
      name: 'the last look could not read something that may be read',
      spoil: async () => {
        await tenant.control('PUT', '/access', { servicePlans: [] });
        await workspace.sync();
      },
      says: 'not read    sign-ins: Not collected since 2026-',
      code: 0,
    },
    {
      name: 'more than reading was granted',
      spoil: () =>
        tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: ['Directory.Read.All', 'User.ReadWrite.All'] }),
      says: 'WARNING     More than reading was granted',
      code: 0,
    },
  ])('says so when $name', async ({ spoil, says, code = 1 }) => {
    await spoil();
    const answer = await check();
    expect(answer.out).toContain(says);
    expect(answer.code).toBe(code);
  });

  it('fails when no credential is left that has not ended', async () => {
    await world.db.owner.query('update directory_credential set expires_at = $1', [plusMs(world.clock.now(), -DAY_MS)]);
    const { code, out } = await check();
    expect([code, out.includes('EXPIRED')]).toEqual([1, true]);
  });

  it('prints the answers of the API where JSON is asked for, without a secret in them', async () => {
    const { out } = await check('--json');
    expect(JSON.parse(out)).toMatchObject([{ connection: { id: workspace.connectionId }, check: { verdict: 'ok' } }]);
    expect(out).not.toContain(reader.clientSecret);
  });

  it('fails where no directory is connected', async () => {
    await world.db.owner.query('update directory_connection set removed_at = $1', [world.clock.now()]);
    expect(await check()).toEqual({ code: 1, out: expect.stringMatching(/^No directory is connected\. POST directory\/connections/) });
  });

  it.each([
    { name: 'another action', args: () => ['break'], because: /directory check/ },
    { name: 'no address', args: () => ['check'], because: /--url is needed/ },
    { name: 'no token', args: () => ['check', '--url', workspace.url], environment: {}, because: /ROLLCALL_API_TOKEN/ },
    { name: 'an address that is no workspace', args: () => ['check', '--url', `${workspace.url}/nowhere`], because: /answered 404/ },
  ])('refuses $name in words', async ({ args, because, environment }) => {
    await expect(run(args(), environment ?? { ROLLCALL_API_TOKEN: 'rca_a-token' })).rejects.toThrow(because);
  });

  it('says where nobody answers', async () => {
    const server = await serve((_request, response) => response.end());
    await server.close();
    await expect(run(['check', '--url', `${server.url}/api/v1/workspaces/x`])).rejects.toThrow(
      `Rollcall cannot be reached at ${server.url} (`,
    );
  });

  it('refuses a token of nobody in words', async () => {
    const server = await serve((_request, response) => response.writeHead(401).end('{}'));
    await expect(run(['check', '--url', server.url])).rejects.toThrow('not one of that workspace');
    await server.close();
  });
});
