import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type HostileGraph, hostileGraph, type Reply } from './hostile-graph.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  type World,
} from './simulated-tenant.ts';

interface CheckBody {
  readonly verdict: string;
  readonly detail: string;
  readonly next: string | null;
  readonly checkedAt: string;
  readonly permissions: readonly { permission: string; granted: boolean | 'unknown'; detail: string; howToGrant: string; gives: string }[];
  readonly warnings: readonly { code: string; detail: string }[];
}

let world: World;
let tenant: SimulatedTenant;
let opened: ConnectedWorkspace[];
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  opened = [];
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  for (const workspace of opened) await workspace.close();
  await tenant.close();
});

async function open(credential: Parameters<typeof connect>[2], url = tenant.url): Promise<ConnectedWorkspace> {
  const workspace = await connect(world, directoryDeps(world, url), credential);
  opened.push(workspace);
  return workspace;
}

async function check(workspace: ConnectedWorkspace): Promise<CheckBody> {
  const { status, body } = await workspace.api<CheckBody>('POST', `/directory/connections/${workspace.connectionId}/check`);
  expect(status).toBe(200);
  return body;
}

const granted = (body: CheckBody) => Object.fromEntries(body.permissions.map((row) => [row.permission, row.granted]));

describe('checking a connection', () => {
  it('says ok, and what is not collected', async () => {
    const body = await check(await open(await tenant.reader()));
    expect(body).toMatchObject({ verdict: 'ok', next: null, warnings: [] });
    expect(granted(body)).toEqual({
      'Directory.Read.All': true,
      'AuditLog.Read.All': false,
      'Synchronization.Read.All': false,
      'User-LifeCycleInfo.Read.All': false,
      'Application.Read.All': false,
      'Policy.Read.All': false,
      'RoleManagement.Read.Directory': false,
    });
    expect(body.permissions.slice(1).every((row) => row.detail.includes('Not collected'))).toBe(true);
  });

  it('does not pretend to know why the permission is missing (microsoft-graph §10 #9)', async () => {
    const body = await check(await open(await tenant.reader([])));
    expect(body.verdict).toBe('permission-missing');
    expect(body.detail).toContain('missing, not consented to, or granted as Delegated');
    expect(granted(body)).toEqual({
      'Directory.Read.All': false,
      'AuditLog.Read.All': false,
      'Synchronization.Read.All': false,
      'User-LifeCycleInfo.Read.All': false,
      'Application.Read.All': false,
      'Policy.Read.All': false,
      'RoleManagement.Read.Directory': false,
    });
    expect(body.permissions[0]?.howToGrant).toContain('Grant admin consent');
  });

  it('takes a fresh token, so that consent of a minute ago counts (microsoft-graph §10 #9)', async () => {
    const reader = await tenant.reader([]);
    const workspace = await open(reader);
    expect((await check(workspace)).verdict).toBe('permission-missing');
    await tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: ['Directory.Read.All'] });
    expect((await check(workspace)).verdict).toBe('ok');
  });

  it('warns when more than reading was granted', async () => {
    const roles = ['Directory.Read.All', 'User.ReadWrite.All', 'AuditLog.Read.All', 'RoleManagement.Read.Directory'];
    const body = await check(await open(await tenant.reader(roles)));
    expect(body.verdict).toBe('ok');
    expect(body.warnings).toHaveLength(1);
    expect(body.warnings[0]?.detail).toContain('User.ReadWrite.All.');
    expect(granted(body)['AuditLog.Read.All']).toBe(true);
  });

  it('says when the named enterprise application is not in the tenant', async () => {
    const workspace = await open({ ...(await tenant.reader()), scimAppId: '12345678-1234-4234-8234-123456789abc' });
    const body = await check(workspace);
    expect(body.verdict).toBe('application-unknown');
    expect(granted(body)['Directory.Read.All']).toBe(true);
  });

  it('tells a wrong secret from an expired one', async () => {
    const reader = await tenant.reader();
    expect(await check(await open({ ...reader, clientSecret: 'this-is-another-one' }))).toMatchObject({ verdict: 'secret-wrong' });
    const expired = await tenant.control<{ appId: string; clientSecret: string }>('POST', '/applications', {
      displayName: 'Old',
      graphRoles: ['Directory.Read.All'],
      clientSecretExpired: true,
    });
    const body = await check(await open({ ...reader, clientId: expired.appId, clientSecret: expired.clientSecret }));
    expect(body).toMatchObject({ verdict: 'secret-expired' });
    expect(granted(body)).toEqual({
      'Directory.Read.All': 'unknown',
      'AuditLog.Read.All': 'unknown',
      'Synchronization.Read.All': 'unknown',
      'User-LifeCycleInfo.Read.All': 'unknown',
      'Application.Read.All': 'unknown',
      'Policy.Read.All': 'unknown',
      'RoleManagement.Read.Directory': 'unknown',
    });
  });

  it('is in the ledger and in the list of connections, without the secret', async () => {
    const reader = await tenant.reader();
    const workspace = await open(reader);
    const body = await check(workspace);
    const list = await workspace.api<{ connections: object[] }>('GET', '/directory/connections');
    expect(list.body.connections).toMatchObject([{ id: workspace.connectionId, lastVerdict: 'ok', lastCheckedAt: body.checkedAt }]);
    expect(JSON.stringify(list.body)).not.toContain(reader.clientSecret);
    const { rows } = await world.db.owner.query<{ type: string }>(
      `select type from ledger_record where workspace_id = $1 and subject_id = $2 order by ord`,
      [workspace.workspaceId, workspace.connectionId],
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'directory.connection.added',
      'directory.credential.added',
      'directory.connection.checked',
    ]);
    const stored = await world.db.owner.query<{ row: string }>('select to_jsonb(c)::text as row from directory_credential c');
    expect(stored.rows.map(({ row }) => row).join()).not.toContain(reader.clientSecret);
  });
});

const tokenWith = (claims: object): Reply => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { status: 200, body: { access_token: `${part({ alg: 'none' })}.${part(claims)}.x`, expires_in: 3599 } };
};

const strange: readonly { name: string; token: Reply; users: Reply | undefined; bin?: Reply; verdict: string }[] = [
  {
    name: 'a token of a user',
    token: tokenWith({ scp: 'User.Read' }),
    users: { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } },
    verdict: 'delegated-token',
  },
  {
    name: 'a denial although the role is there',
    token: tokenWith({ idtyp: 'app', roles: ['Directory.Read.All'] }),
    users: { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } },
    verdict: 'denied-despite-role',
  },
  {
    name: 'a narrower role that reads users alone',
    token: tokenWith({ idtyp: 'app', roles: ['User.Read.All'] }),
    users: undefined,
    bin: { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } },
    verdict: 'partial',
  },
  { name: 'a Graph that is down', token: tokenWith({ roles: [] }), users: { status: 503, body: {} }, verdict: 'graph-unavailable' },
];

describe('a check that meets something strange', () => {
  let graph: HostileGraph;
  beforeAll(async () => {
    graph = await hostileGraph();
  });
  afterAll(() => graph.close());

  it.each(strange)('says $verdict for $name', async ({ token, users, bin, verdict }) => {
    graph.misbehave(({ path }) => {
      if (path.endsWith('/token')) return token;
      if (path.startsWith('/v1.0/users')) return users;
      return path.includes('deletedItems') ? bin : undefined;
    });
    const credential = { tenantId: graph.tenantId, clientId: graph.tenantId, clientSecret: 'invented' };
    const body = await check(await open(credential, graph.url));
    expect(body.verdict).toBe(verdict);
    expect(body.permissions[0]?.granted).not.toBe(true);
  });
});

describe('adding a connection', () => {
  it('refuses the same tenant a second time, and names what is wrong with a request', async () => {
    const reader = await tenant.reader();
    const workspace = await open(reader);
    const again = await workspace.api('POST', '/directory/connections', { cloud: 'commercial', ...reader });
    expect(again).toMatchObject({ status: 409, body: { type: expect.stringContaining('conflict') } });
    const wrong = await workspace.api('POST', '/directory/connections', { ...reader, cloud: 'moon' });
    expect(wrong).toMatchObject({ status: 400, body: { detail: expect.stringContaining('"cloud"') } });
  });
});
