import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { approveException } from '../../src/reconciliation/decide-disposition.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from '../directory/simulated-tenant.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';

const MFA = ['Directory.Read.All', 'Policy.Read.All'];
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const everybody = { displayName: 'MFA for all', conditions: { users: { includeUsers: ['All'] } } };

interface Account {
  readonly userPrincipalName: string;
  readonly accountId: string;
  readonly verdict: string;
  readonly because: string;
  readonly why: readonly { readonly code: string; readonly text: string }[];
  readonly exception: { readonly id: string; readonly approvedBy: string | null; readonly reason: string } | null;
}

interface TestBody {
  readonly verdict: string;
  readonly passed: number;
  readonly of: number;
  readonly sentence: string;
  readonly excepted: number;
  readonly effects: Record<string, number>;
  readonly doubts: readonly { readonly code: string }[];
}

interface Member {
  readonly effect: string;
  readonly because: string;
  readonly disposition: object | null;
  readonly accounts: readonly { readonly account: string }[];
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let server: LoopbackServer;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  await open(MFA);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await shut();
  await tenant.close();
});

async function open(graphRoles: readonly string[]): Promise<void> {
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(graphRoles));
  server = await administrationServer({ clock: world.clock, workspaceId: workspace.workspaceId, routers: [reconciliationRoutes(deps())] });
}

async function shut(): Promise<void> {
  await server.close();
  await workspace.close();
}

const deps = () => ({ database: world.db.database, clock: world.clock });

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

async function call<Body>(path: string, body?: object): Promise<Answer<Body>> {
  const sent = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}${path}`, sent);
  return { status: response.status, body: (await response.json()) as Body };
}

const set = (access: object) => tenant.control('PUT', '/access', access);
const test = async () => (await call<{ test: TestBody }>('/tests/mfa-on-azure')).body.test;
const accounts = async (query = '') => (await call<{ accounts: readonly Account[] }>(`/mfa/accounts${query}`)).body.accounts;

async function verdicts(): Promise<Record<string, string>> {
  return Object.fromEntries((await accounts()).map(({ userPrincipalName, verdict }) => [userPrincipalName.split('@')[0], verdict]));
}

async function group(displayName: string, memberIds: readonly (string | undefined)[]): Promise<string> {
  const { id } = await tenant.control<{ id: string }>('POST', '/groups', { displayName });
  await tenant.control('POST', `/groups/${id}/members`, { add: memberIds });
  return id;
}

describe('MFA on Azure', () => {
  it('passes only where every enabled account in the scope must use it', async () => {
    await tenant.createUsers([user('ada'), user('grace'), user('off', { accountEnabled: false })]);
    await set({ policies: [everybody] });
    await workspace.sync();
    expect(await test()).toMatchObject({ verdict: 'PASS', passed: 2, of: 2, doubts: [], effects: { PASS: 2 } });
    expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'ENFORCED', off: 'NOT_APPLICABLE' });
  });

  it('is not fooled by a policy for all that excludes a group with groups in it, and says through what (microsoft-graph §10 #13)', async () => {
    const [ada, grace, linus] = (await tenant.createUsers([user('ada'), user('grace'), user('linus')])).map(({ id }) => id);
    const inner = await group('Service desk', [grace]);
    const outer = await group('Exceptions', [inner]);
    await set({
      policies: [
        { ...everybody, conditions: { users: { includeUsers: ['All'], excludeGroups: [outer], excludeRoles: [GLOBAL_ADMINISTRATOR] } } },
      ],
      roleAssignments: [
        { principalId: ada, roleDefinitionId: GLOBAL_ADMINISTRATOR, directoryScopeId: '/administrativeUnits/unit' },
        { principalId: linus, roleDefinitionId: GLOBAL_ADMINISTRATOR },
      ],
    });
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'NOT_COVERED', linus: 'NOT_COVERED' });
    const said = Object.fromEntries((await accounts()).map(({ userPrincipalName, because }) => [userPrincipalName.split('@')[0], because]));
    expect(said['grace']).toBe('No policy makes this account use MFA. “MFA for all” excludes it through the group Exceptions.');
    expect(said['linus']).toContain('excludes it through the role Global Administrator.');
    expect(await test()).toMatchObject({ verdict: 'FAIL', passed: 1, of: 3 });
  });

  it('counts a policy that applies in part as a failure, and one that only reports as none', async () => {
    const [ada, grace] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
    const partly = {
      displayName: 'Office',
      conditions: { users: { includeUsers: [ada] }, applications: { includeApplications: ['Office365'] } },
    };
    const reports = { displayName: 'Trial', state: 'enabledForReportingButNotEnforced', conditions: { users: { includeUsers: [grace] } } };
    await set({ policies: [partly, reports] });
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'PARTIAL', grace: 'NOT_COVERED' });
    expect((await accounts('?verdict=NOT_COVERED')).map(({ why }) => why.map(({ code }) => code))).toEqual([['report-only']]);
    expect(await test()).toMatchObject({ verdict: 'FAIL', passed: 0, of: 2, effects: { FAIL: 2 } });
    const { body } = await call<{ counts: object; tenants: readonly { policies: readonly object[] }[] }>('/mfa');
    expect(body.counts).toEqual({ ENFORCED: 0, UNKNOWN: 0, PARTIAL: 1, NOT_COVERED: 1, NOT_APPLICABLE: 0 });
    expect(body.tenants[0]?.policies).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Office', demandsMfa: 'yes', narrowedBy: ['includeApplications'] }),
        expect.objectContaining({ name: 'Trial', demandsMfa: 'no', kind: 'report-only' }),
      ]),
    );
  });

  it('counts no role that may only be activated, and says by name that no home tenant of a guest is known', async () => {
    const guest = { userPrincipalName: 'eve_fabrikam.example#EXT#@contoso.example', displayName: 'Eve', userType: 'Guest' };
    const [ada] = (await tenant.createUsers([user('ada'), guest])).map(({ id }) => id);
    const some = { membershipKind: 'enumerated', members: [randomUUID()] };
    await set({
      servicePlans: ['AAD_PREMIUM_P2'],
      roleEligibilities: [{ principalId: ada, roleDefinitionId: GLOBAL_ADMINISTRATOR }],
      policies: [
        { displayName: 'Administrators', conditions: { users: { includeRoles: [GLOBAL_ADMINISTRATOR] } } },
        {
          displayName: 'Fabrikam',
          conditions: {
            users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bCollaborationGuest', externalTenants: some } },
          },
        },
      ],
    });
    await workspace.sync();
    const found = Object.fromEntries((await accounts()).map(({ userPrincipalName, ...rest }) => [userPrincipalName.split('@')[0], rest]));
    expect(found['ada']).toMatchObject({ verdict: 'NOT_COVERED', why: [] });
    expect(found['eve_fabrikam.example#EXT#']).toMatchObject({ verdict: 'UNKNOWN' });
    expect(found['eve_fabrikam.example#EXT#']?.because).toContain('Microsoft Graph does not say which tenant a guest comes from');
  });

  it('leaves those out whom the scope leaves out', async () => {
    const [ada] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
    await set({ policies: [{ ...everybody, conditions: { users: { includeUsers: [ada] } } }] });
    await workspace.sync();
    await workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [], includeUsers: [ada] });
    expect(await test()).toMatchObject({ verdict: 'PASS', passed: 1, of: 1 });
  });

  it.each([
    { name: 'nothing was ever read', given: async () => undefined, doubt: 'directory-never-read' },
    {
      name: 'policies may not be read',
      given: async () => {
        await shut();
        await open(['Directory.Read.All']);
        await set({ policies: [everybody] });
        await workspace.sync();
      },
      doubt: 'policies-not-collected',
    },
    {
      name: 'the last look failed to read policies that were known',
      given: async () => {
        await set({ policies: [everybody] });
        await workspace.sync();
        await tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'throttle', path: '/v1.0/identity' }] });
        await workspace.sync();
      },
      doubt: 'policies-not-collected',
    },
    {
      name: 'the last look is too old',
      given: async () => {
        await set({ policies: [everybody] });
        await workspace.sync();
        world.clock.advance(DAY_MS + MINUTE_MS);
      },
      doubt: 'directory-stale',
    },
    {
      name: 'there is no licence and no policy',
      given: async () => {
        await set({ servicePlans: [] });
        await workspace.sync();
      },
      doubt: 'no-licence',
    },
    {
      name: 'security defaults are on',
      given: async () => {
        await set({ securityDefaults: true });
        await workspace.sync();
      },
      doubt: 'security-defaults-on',
    },
    {
      name: 'nobody is in the scope',
      given: async () => {
        await set({ policies: [everybody] });
        await workspace.sync();
        await workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [], includeUsers: [randomUUID()] });
      },
      doubt: 'nobody-tested',
    },
  ])('cannot tell where $name, and says so (I8, I10)', async ({ given, doubt }) => {
    await tenant.createUsers([user('ada')]);
    await given();
    const result = await test();
    expect(result).toMatchObject({ verdict: 'INSUFFICIENT', passed: 0 });
    expect(result.doubts.map(({ code }) => code)).toContain(doubt);
    expect((await accounts()).filter(({ verdict }) => verdict === 'ENFORCED')).toEqual([]);
  });

  it('fails where a licence is there and no policy is', async () => {
    await tenant.createUsers([user('ada')]);
    await workspace.sync();
    expect(await test()).toMatchObject({ verdict: 'FAIL', passed: 0, of: 1, doubts: [] });
  });

  it('does not know who is in a group whose members could not be read', async () => {
    const [ada, grace] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
    const left = await group('Left out', [grace]);
    await set({ policies: [{ ...everybody, conditions: { users: { includeUsers: ['All'], excludeGroups: [left] } } }] });
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'NOT_COVERED' });
    await tenant.control('PUT', '/graph/faults', {
      faults: [{ kind: 'status', status: 404, code: 'Request_ResourceNotFound', path: `/v1.0/groups/${left}/members` }],
    });
    world.clock.advance(HOUR_MS);
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'UNKNOWN', grace: 'NOT_COVERED' });
    await tenant.control('PUT', '/graph/faults', {});
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'NOT_COVERED' });
    expect(ada).toBeDefined();
  });

  it('leaves the test open where an account has vanished, which is not the same as gone (I8)', async () => {
    const users = await tenant.createUsers(Array.from({ length: 12 }, (_, index) => user(`person${index}`)));
    await set({ policies: [everybody] });
    await workspace.sync();
    await tenant.control('POST', `/users/${users[0]?.id}/withhold`, { withheld: true });
    await workspace.sync();
    expect(await test()).toMatchObject({ verdict: 'INSUFFICIENT', passed: 11, of: 12 });
    expect((await accounts('?verdict=UNKNOWN')).map(({ why }) => why.map(({ code }) => code))).toEqual([['account-state-unknown']]);
  });

  it('says which policies name what is not there', async () => {
    await tenant.createUsers([user('ada')]);
    await set({
      policies: [
        { ...everybody, conditions: { users: { includeUsers: ['All'], excludeGroups: ['99999999-9999-4999-8999-999999999999'] } } },
      ],
    });
    await workspace.sync();
    const [ada] = await accounts();
    expect(ada?.why.map(({ code }) => code)).toEqual(['covered-by', 'dangling-reference']);
    expect(await test()).toMatchObject({ verdict: 'PASS' });
  });

  describe('an exception', () => {
    const ownerPersonId = randomUUID();
    let accountId: string;
    beforeEach(async () => {
      await tenant.createUsers([user('breakglass')]);
      await workspace.sync();
      accountId = (await accounts())[0]?.accountId ?? '';
      await world.db.owner.query(
        `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
         values ($1, $2, 'E1', 'e1@contoso.example', 'e1@contoso.example', $3, $3)`,
        [workspace.workspaceId, ownerPersonId, world.clock.now()],
      );
    });

    const ask = (rest: object = {}) =>
      call<{ id: string }>('/dispositions', {
        test: 'mfa-on-azure',
        kind: 'exception',
        accountId,
        ownerPersonId,
        reason: 'Break-glass account, key in the safe',
        expiresAt: plusMs(world.clock.now(), 30 * DAY_MS),
        ...rest,
      });

    it('stands beside the verdict once two people made it, until it ends, and never alters it', async () => {
      const { status, body } = await ask();
      expect(status).toBe(201);
      expect(await test()).toMatchObject({ verdict: 'FAIL', excepted: 0 });
      await approveException(deps(), workspace.workspaceId, { id: body.id, actor: 'owner:somebody-else' });
      expect(await test()).toMatchObject({ verdict: 'FAIL', passed: 0, of: 1, excepted: 1 });
      expect((await accounts())[0]).toMatchObject({
        verdict: 'NOT_COVERED',
        exception: { reason: 'Break-glass account, key in the safe', approvedBy: 'owner:somebody-else' },
      });
      const { body: page } = await call<{ members: readonly Member[] }>('/tests/mfa-on-azure');
      expect(page.members[0]?.disposition).toMatchObject({ id: body.id, kind: 'exception' });
      world.clock.advance(31 * DAY_MS);
      await workspace.sync();
      expect(await test()).toMatchObject({ excepted: 0 });
      expect((await accounts())[0]?.exception).toBeNull();
      expect((await ask()).status).toBe(201);
    });

    it('is approved by nobody who asked for it', async () => {
      const { body } = await ask();
      expect((await call(`/dispositions/${body.id}/approval`, {})).status).toBe(403);
      expect(await test()).toMatchObject({ excepted: 0 });
    });

    it.each([
      { name: 'without an end', rest: { expiresAt: undefined }, status: 400 },
      { name: 'of another kind', rest: { kind: 'dispute' }, status: 400 },
      { name: 'of an account that is not there', rest: { accountId: randomUUID() }, status: 404 },
      { name: 'with nobody who answers for it', rest: { ownerPersonId: randomUUID() }, status: 404 },
      { name: 'from a test that has none', rest: { test: 'owners-are-here' }, status: 400 },
    ])('is refused $name', async ({ rest, status }) => {
      expect((await ask(rest)).status).toBe(status);
    });

    it('is asked for once, and recorded without a name', async () => {
      await ask();
      expect((await ask()).status).toBe(409);
      const { rows } = await world.db.owner.query<{ leaf: string }>(
        `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = 'disposition.requested'`,
        [workspace.workspaceId],
      );
      expect(rows.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([
        { detail: { test: 'mfa-on-azure', account: accountId, owner_person: ownerPersonId } },
      ]);
      expect(rows[0]?.leaf).not.toContain('safe');
    });
  });

  it('needs no run of reconciliation, and stands among the other tests', async () => {
    await tenant.createUsers([user('ada')]);
    await set({ policies: [everybody] });
    await workspace.sync();
    const { body } = await call<{ tests: readonly (TestBody & { id: string; asOf: string })[] }>('/tests');
    expect(body.tests.find(({ id }) => id === 'mfa-on-azure')).toMatchObject({ verdict: 'PASS', asOf: world.clock.now() });
    expect((await call('/tests/mfa-on-azure?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z')).status).toBe(400);
  });
});
