import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { type DirectoryRunId, HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

const EVERYTHING = ['Directory.Read.All', 'Policy.Read.All', 'RoleManagement.Read.Directory'];

interface Source {
  readonly source: string;
  readonly permission: string;
  readonly collected: { readonly facts: number; readonly to: string } | null;
  readonly notCollected: { readonly reason: string; readonly said: string | null } | null;
}

interface Access {
  readonly sources: readonly Source[];
  readonly securityDefaults: boolean | null;
  readonly licences: readonly { readonly servicePlans: readonly string[] }[] | null;
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let waits: number[];
let deps: DirectoryDeps;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await open(EVERYTHING);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

async function open(graphRoles: readonly string[]): Promise<ConnectedWorkspace> {
  waits = [];
  deps = directoryDeps(world, tenant.url, { onDelay: (ms) => waits.push(ms) });
  return connect(world, deps, await tenant.reader(graphRoles));
}

const set = (access: object) => tenant.control<{ policies: string[]; servicePrincipals: string[] }>('PUT', '/access', access);
const fail = (faults: readonly object[]) => tenant.control('PUT', '/graph/faults', { faults });

/** Takes up a run that rests. */
async function goOn(id: string): Promise<RunBody> {
  await runSync(deps, workspace.workspaceId, id as DirectoryRunId);
  return (await workspace.api<RunBody>('GET', `/directory/runs/${id}`)).body;
}

async function standing(of = workspace): Promise<Access> {
  const { body } = await of.api<{ access: Omit<Access, 'sources'>[] }>('GET', '/directory/access');
  const [access] = body.access;
  if (access === undefined) throw new Error('no connection');
  return { ...access, sources: await collectedSources(of) };
}

interface Collection {
  readonly facts: string;
  readonly needs: string;
  readonly collectedAt: string | null;
  readonly objects: number | null;
  readonly because: string | null;
  readonly said: string | null;
  readonly missedSince: string | null;
  readonly refusals: number;
  readonly detail: string;
}

const collections = async (of = workspace) =>
  (await of.api<{ collections: readonly Collection[] }>('GET', '/directory/collections')).body.collections;

/** Sources of access are those that are read as lists; the others have other tests. */
async function collectedSources(of: ConnectedWorkspace): Promise<readonly Source[]> {
  const others = ['audit-log', 'azure-roles', 'leave-dates', 'provisioning-log', 'sign-ins'];
  return (await collections(of))
    .filter(({ facts: name }) => !others.includes(name))
    .map(({ facts: source, needs: permission, collectedAt, objects, because, said }) => ({
      source,
      permission,
      collected: collectedAt === null ? null : { facts: objects ?? -1, to: collectedAt },
      notCollected: because === null ? null : { reason: because, said },
    }));
}

async function sourceOf(name: string, of = workspace): Promise<Source | undefined> {
  return (await standing(of)).sources.find(({ source }) => source === name);
}

async function listOf(path: string, of = workspace): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await of.api<Record<string, unknown>>('GET', path);
  expect(status).toBe(200);
  const [rows] = Object.values(body).filter((value) => Array.isArray(value));
  return rows as readonly Record<string, unknown>[];
}

const names = async () => (await listOf('/directory/policies')).map(({ displayName }) => displayName);

async function facts(source: string): Promise<readonly { name: string; ordinal: number; isOpen: boolean; since: boolean }[]> {
  const { rows } = await world.db.owner.query<{ name: string; ordinal: number; isOpen: boolean; since: boolean }>(
    `select body ->> 'displayName' as name, ordinal, confirmed_until is null as "isOpen", not_before is not null as since
     from directory_access_fact where workspace_id = $1 and source = $2 order by body ->> 'displayName', ordinal`,
    [workspace.workspaceId, source],
  );
  return rows;
}

describe('who may do what', () => {
  it('is read by a full look, and shown with what it was read from', async () => {
    await set({ policies: [{ displayName: 'MFA for all' }], securityDefaults: false, servicePlans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    const { sources, securityDefaults, licences } = await standing();
    expect(sources.map(({ notCollected }) => notCollected)).toEqual(sources.map(() => null));
    expect(Object.fromEntries(sources.map(({ source, collected }) => [source, collected?.facts]))).toMatchObject({
      'role-definitions': 4,
      'service-principals': 2,
      'app-permissions': 3,
      licences: 1,
      'security-defaults': 1,
      policies: 1,
    });
    expect(securityDefaults).toBe(false);
    expect(licences).toMatchObject([{ servicePlans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] }]);
    expect(await listOf('/directory/policies')).toMatchObject([
      { displayName: 'MFA for all', state: 'enabled', policy: { grantControls: { builtInControls: ['mfa'] } }, notBefore: null },
    ]);
  });

  it('is not read by a delta look, which leaves it as it was', async () => {
    await workspace.sync();
    await set({ policies: [{ displayName: 'New' }] });
    await workspace.sync('delta');
    expect(await names()).toEqual([]);
  });

  it('ends what is no longer shown and begins what changed, and forgets nothing', async () => {
    await set({ policies: [{ id: '11111111-1111-4111-8111-111111111111', displayName: 'A' }, { displayName: 'B' }] });
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await set({ policies: [{ id: '11111111-1111-4111-8111-111111111111', displayName: 'A, renamed' }] });
    await workspace.sync();
    expect(await names()).toEqual(['A, renamed']);
    expect(await facts('policies')).toEqual([
      { name: 'A', ordinal: 1, isOpen: false, since: false },
      { name: 'A, renamed', ordinal: 2, isOpen: true, since: true },
      { name: 'B', ordinal: 1, isOpen: false, since: false },
    ]);
    await workspace.sync();
    expect(await facts('policies')).toHaveLength(3);
  });

  it('has a record of each look, with a digest of what was found, and names nothing in it', async () => {
    await set({ policies: [{ displayName: 'Named for ada@contoso.example' }] });
    const run = await workspace.sync();
    const leaves = async () => {
      const { rows } = await world.db.owner.query<{ leaf: string }>(
        `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = 'graph.access.read' order by ord`,
        [workspace.workspaceId],
      );
      return rows.map(({ leaf }) => leaf);
    };
    const [leaf = ''] = await leaves();
    expect(leaf).not.toContain('contoso.example');
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(JSON.parse(leaf)).toMatchObject({
      detail: { run: run.id, sources: { policies: { facts: 1, sha256: digest }, 'role-schedules': { not_collected: 'licence-missing' } } },
    });
    await workspace.sync();
    const sources = (text: string | undefined) => JSON.parse(text ?? '').detail.sources;
    expect(sources((await leaves())[1])).toEqual(sources(leaf));
    await set({ policies: [] });
    await workspace.sync();
    expect(sources((await leaves())[2]).policies).toMatchObject({ facts: 0 });
  });
});

describe('what cannot be read of it', () => {
  it('is not collected by name without its permission, and no run fails for that', async () => {
    const other = await open(['Directory.Read.All']);
    await set({ policies: [{ displayName: 'Hidden' }] });
    expect(await other.sync()).toMatchObject({ state: 'complete' });
    const { sources, securityDefaults } = await standing(other);
    expect(sources.filter(({ notCollected }) => notCollected !== null)).toMatchObject([
      { source: 'role-schedules', permission: 'RoleManagement.Read.Directory', notCollected: { reason: 'permission-missing' } },
      { source: 'role-eligibilities', permission: 'RoleManagement.Read.Directory', notCollected: { reason: 'permission-missing' } },
      { source: 'security-defaults', permission: 'Policy.Read.All', notCollected: { reason: 'access-denied', said: 'AccessDenied' } },
      {
        source: 'policies',
        permission: 'Policy.Read.All',
        collected: null,
        notCollected: { reason: 'access-denied', said: 'AccessDenied' },
      },
    ]);
    expect(securityDefaults).toBeNull();
    expect(await listOf('/directory/policies', other)).toEqual([]);
    await other.close();
  });

  it.each([
    { name: 'a page of them fails', fault: { kind: 'status', status: 500, code: 'UnknownError', after: 1 }, reason: 'graph-unavailable' },
    { name: 'a page of them is cut short', fault: { kind: 'truncate', after: 1 }, reason: 'unexpected-answer' },
    { name: 'they are throttled for good', fault: { kind: 'throttle' }, reason: 'throttled' },
    { name: 'a gateway answers', fault: { kind: 'html', status: 403 }, reason: 'access-denied' },
    {
      name: 'the licence is gone',
      fault: { kind: 'status', status: 403, code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant' },
      reason: 'licence-missing',
    },
  ])('yields nothing when $name: what was known stands, with its age (I8)', async ({ fault, reason }) => {
    await set({ policies: [{ displayName: 'Known' }] });
    await workspace.sync();
    const before = await sourceOf('policies');
    world.clock.advance(HOUR_MS);
    await set({ policies: Array.from({ length: 150 }, (_, index) => ({ displayName: `New ${index}` })) });
    await fail([{ ...fault, path: '/v1.0/identity' }]);
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await names()).toEqual(['Known']);
    expect(await sourceOf('policies')).toMatchObject({ collected: before?.collected, notCollected: { reason } });
    expect((await sourceOf('security-defaults'))?.notCollected).toBeNull();
    await fail([]);
    await workspace.sync();
    expect(await names()).toHaveLength(100);
    expect(await sourceOf('policies')).toMatchObject({ collected: { facts: 150 }, notCollected: null });
  });

  it('is tried again where a licence is said to be missing once (microsoft-graph §10 #14)', async () => {
    await set({ policies: [{ displayName: 'Known' }] });
    const flap = { kind: 'status', status: 403, code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', path: '/v1.0/identity' };
    await fail([{ ...flap, times: 3 }]);
    await workspace.sync();
    expect(await names()).toEqual(['Known']);
  });

  it('asks for policies once a second, however many pages they have (microsoft-graph §10 #12)', async () => {
    await set({ policies: Array.from({ length: 350 }, (_, index) => ({ displayName: `Policy ${index}` })) });
    await tenant.control('PUT', '/graph/faults', { policySpacingMs: 1_000 });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await sourceOf('policies')).toMatchObject({ collected: { facts: 350 } });
  });

  it('makes up for being refused too often without being told for how long', async () => {
    await set({ policies: [{ displayName: 'Known' }] });
    await fail([{ kind: 'throttle', path: '/v1.0/identity', times: 3 }]);
    await workspace.sync();
    expect(await names()).toEqual(['Known']);
    expect(waits.length).toBeGreaterThanOrEqual(3);
  });

  it('lets a run rest where it is asked to, and go on where it stopped', async () => {
    await set({ policies: [{ displayName: 'Known' }] });
    await fail([{ kind: 'throttle', retryAfter: '300', path: '/v1.0/identity', times: 1 }]);
    const parked = await workspace.sync();
    expect(parked).toMatchObject({ state: 'parked' });
    world.clock.advance(HOUR_MS);
    expect(await goOn(parked.id)).toMatchObject({ state: 'complete' });
    expect(await names()).toEqual(['Known']);
  });

  it('keeps no run from its end for longer than an hour', async () => {
    await fail([{ kind: 'throttle', retryAfter: '3000', path: '/v1.0/identity' }]);
    await tenant.createUsers([user('ada')]);
    const parked = await workspace.sync();
    expect(parked).toMatchObject({ state: 'parked' });
    world.clock.advance(HOUR_MS);
    expect(await goOn(parked.id)).toMatchObject({ state: 'complete', counts: { users: 1 } });
    expect(await sourceOf('policies')).toMatchObject({ notCollected: { reason: 'throttled' } });
  });

  it.each(['no id at all', 'a number that is no number', 'nests without end'])('yields nothing of an object that has %s', async (what) => {
    const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown;
    const given = {
      'no id at all': { id: null },
      'a number that is no number': { id: 'not a policy' },
      'nests without end': { conditions: { strange: deep } },
    };
    await set({ policies: [given[what as keyof typeof given]] });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await sourceOf('policies')).toMatchObject({ collected: null, notCollected: { reason: 'unexpected-answer' } });
  });

  it('keeps strange characters and fractions of a policy from making it unreadable', async () => {
    await set({ policies: [{ displayName: 'a\u0000b\ud800', sessionControls: { signInFrequency: { value: 0.5 } } }] });
    await workspace.sync();
    expect(await listOf('/directory/policies')).toMatchObject([
      { displayName: 'a\ufffdb\ufffd', policy: { sessionControls: { signInFrequency: { value: '0.5' } } } },
    ]);
  });
});

describe('service principals', () => {
  it('show the permissions that they were granted, by name, and how', async () => {
    const { servicePrincipals } = await set({
      servicePrincipals: [
        {
          displayName: 'Mailer',
          appPermissions: [{ resourceId: '5a3f0e4c-9d1b-4c58-8a55-0f6f7a2f9c11', appRoleId: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' }],
        },
      ],
    });
    const [mailer] = servicePrincipals;
    await set({
      delegatedPermissions: [{ clientId: mailer, resourceId: '5a3f0e4c-9d1b-4c58-8a55-0f6f7a2f9c11', scope: 'Mail.Read Mail.Send' }],
    });
    await workspace.sync();
    const rows = await listOf('/directory/service-principals');
    expect(rows.find(({ objectId }) => objectId === mailer)).toMatchObject({
      displayName: 'Mailer',
      applicationPermissions: [{ resourceName: 'Microsoft Graph', permission: 'Directory.Read.All' }],
      delegatedPermissions: [{ resourceName: 'Microsoft Graph', scopes: ['Mail.Read', 'Mail.Send'], consent: 'all', userId: null }],
    });
  });

  it('hold nothing when they went between the listing and the question', async () => {
    const { servicePrincipals } = await set({ servicePrincipals: [{ displayName: 'Gone' }] });
    await fail([
      { kind: 'status', status: 404, code: 'Request_ResourceNotFound', path: `/v1.0/servicePrincipals/${servicePrincipals[0]}/` },
    ]);
    await workspace.sync();
    expect(await sourceOf('app-permissions')).toMatchObject({ collected: { facts: 3 }, notCollected: null });
  });

  it('hold permissions that are not known where they cannot be read', async () => {
    await fail([
      { kind: 'status', status: 403, code: 'Authorization_RequestDenied', path: '/v1.0/servicePrincipals?' },
      { kind: 'status', status: 403, code: 'Authorization_RequestDenied', path: '/v1.0/oauth2PermissionGrants' },
    ]);
    await workspace.sync();
    const rows = await listOf('/directory/service-principals');
    expect(rows).toHaveLength(2);
    expect(rows.map(({ delegatedPermissions }) => delegatedPermissions)).toEqual([null, null]);
    expect(await sourceOf('delegated-permissions')).toMatchObject({ notCollected: { reason: 'permission-missing' } });
  });
});
