import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mayEnter } from '../../src/activation/index.ts';
import { DAY_MS, HOUR_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { type ScimClient, type ScimServer, startScim, turnOn } from '../scim/scim-server.ts';
import { answerProvider, type Browser, browser } from '../sso/browser.ts';
import { type SsoServer, ssoServer } from '../sso/sso-server.ts';

const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';

let scim: ScimServer;
let entra: Simulator;
let client: ScimClient;
let workspaceId: WorkspaceId;
let server: SsoServer;
let owner: string;
let people = 0;

beforeAll(async () => {
  scim = await startScim();
  entra = await startSimulator({ now: () => systemClock.now() });
});
afterAll(async () => {
  await entra.close();
  await scim.close();
});

/** A workspace whose single sign-on is active, proven by an administrator; its switch is off. */
beforeEach(async () => {
  client = await scim.client('off');
  ({ workspaceId } = client);
  server = await ssoServer({ database: scim.database, clock: scim.clock, workspaceId, login: entra.url, mayEnter });
  owner = (await createOwner({ database: scim.database, clock: scim.clock }, workspaceId, { name: 'Olive' })).credential;
  const roles = `($1, 'admin', 'A', 100, $2), ($1, 'auditor', 'B', 50, $2), ($1, 'employee', 'C', 0, $2)`;
  await scim.owner.query(`insert into role (workspace_id, id, name, rank, created_at) values ${roles} on conflict do nothing`, [
    workspaceId,
    scim.clock.now(),
  ]);
  const callback = `${server.url}/sign-in/${workspaceId}/callback`;
  const application = await control('/control/applications', { displayName: 'Rollcall', redirectUris: [callback] });
  const { body } = await server.ask('POST', '/sso', {
    protocol: 'oidc',
    tenantId: entra.tenantId,
    clientId: application['appId'],
    clientSecret: application['clientSecret'],
  });
  const proven = await person();
  await server.invite(owner, proven.name);
  const { body: opened } = await server.ask('POST', '/sso/verifications', { connectionId: body['id'] });
  expect((await signIn(proven, browser(), String(opened['signInUrl']))).status).toBe(200);
  expect((await server.ask('POST', `/sso/${String(body['id'])}/activate`)).status).toBe(200);
});
afterEach(() => server.close());

interface Person {
  readonly id: string;
  readonly name: string;
}

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${entra.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Somebody in the tenant. */
async function person(prefix = ''): Promise<Person> {
  people += 1;
  const name = `${prefix}person-${people}@contoso.example`;
  const { users } = await control('/control/users', [{ userPrincipalName: name, displayName: `Person ${people}` }]);
  return { id: (users as { id: string }[])[0]?.id ?? '', name };
}

async function signIn({ name }: Person, as: Browser, address = `${server.url}/sign-in/${workspaceId}`) {
  const started = await as.open(address);
  return as.open((await answerProvider(as, started.location, { username: name })).location);
}

/** Signs in and answers the browser; it must succeed. */
async function entered(who: Person): Promise<Browser> {
  const as = browser();
  expect(await signIn(who, as)).toMatchObject({ status: 200 });
  return as;
}

const on = () => turnOn(scim.owner, workspaceId, scim.clock);
const statusOf = async (as: Browser) => (await as.open(`${server.url}/session/session`)).status;
const principalOf = async (as: Browser) => JSON.parse((await as.open(`${server.url}/session/session`)).page) as Record<string, unknown>;
const provision = ({ id, name }: Person, more: object = {}) => client.addUser(name, { externalId: id, ...more });
const setActive = (id: string, active: boolean) => client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: active }]);

async function recordsOf(subjectId: string) {
  const { rows } = await scim.owner.query<{ type: string; leaf: Buffer }>(
    'select type, leaf from ledger_record where workspace_id = $1 and subject_id = $2 order by ord',
    [workspaceId, subjectId],
  );
  return rows.map(({ type, leaf }) => ({ type, leaf: JSON.parse(String(leaf)) }));
}

const typesOf = async (subjectId: string) => (await recordsOf(subjectId)).map(({ type }) => type);

describe('signing in', () => {
  it.each([
    { who: 'an administrator', switchState: 'off', expected: 200 },
    { who: 'a stranger', switchState: 'off', expected: 403 },
    { who: 'an active SCIM user', switchState: 'on', expected: 200 },
    { who: 'an inactive SCIM user', switchState: 'on', expected: 403 },
    { who: 'a deleted SCIM user', switchState: 'on', expected: 403 },
    { who: 'a stranger', switchState: 'on', expected: 403 },
    { who: 'an administrator', switchState: 'on', expected: 200 },
    { who: 'an administrator', switchState: 'on', days: 7, expected: 403 },
    { who: 'an administrator who is an active SCIM user', switchState: 'on', days: 100, expected: 200 },
    { who: 'an administrator who is an inactive SCIM user', switchState: 'on', expected: 403 },
    { who: 'an administrator who is a deleted SCIM user', switchState: 'on', expected: 403 },
  ])('of $who while the switch is $switchState, after $days days: $expected', async ({ who, switchState, days = 0, expected }) => {
    const somebody = await person();
    if (who.includes('administrator')) await server.invite(owner, somebody.name);
    if (switchState === 'on') await on();
    if (who.includes('SCIM user')) {
      const id = await provision(somebody, { active: !who.includes('inactive') });
      if (who.includes('deleted')) await client.send('DELETE', `/Users/${id}`);
    }
    scim.clock.advance(days * DAY_MS);
    expect((await signIn(somebody, browser())).status).toBe(expected);
  });

  it.each([
    { name: 'by an externalId in capitals', as: ({ id, name }: Person) => [name, { externalId: id.toUpperCase() }] as const },
    { name: 'by the sign-in name alone', as: ({ name }: Person) => [name, {}] as const },
    { name: 'by a sign-in name in other letters', as: ({ name }: Person) => [name.toUpperCase(), {}] as const, prefix: 'νίκος-İ' },
  ])('keeps an administrator out who was deactivated, or deleted, and is known $name', async ({ as, prefix = '' }) => {
    await on();
    for (const end of ['deactivated', 'deleted']) {
      const somebody = await person(prefix);
      await server.invite(owner, somebody.name);
      const id = await client.addUser(...as(somebody));
      if (end === 'deactivated') await setActive(id, false);
      else await client.send('DELETE', `/Users/${id}`);
      expect((await signIn(somebody, browser())).status).toBe(403);
    }
  });

  it('provisions nobody, reactivates nobody, and binds no invitation when it is refused', async () => {
    const [stranger, left, invited] = [await person(), await person(), await person()];
    await server.invite(owner, invited.name);
    await on();
    const id = await provision(left, { active: false });
    await provision(invited, { active: false });
    for (const one of [stranger, left, invited]) expect((await signIn(one, browser())).status).toBe(403);
    const { body } = await client.send('GET', '/Users');
    expect(body.totalResults).toBe(2);
    expect((await client.send('GET', `/Users/${id}`)).body.active).toBe(false);
    const { rows } = await scim.owner.query('select bound_at from administrator where workspace_id = $1 and email_key = $2', [
      workspaceId,
      invited.name,
    ]);
    expect(rows).toEqual([{ bound_at: null }]);
  });

  it.each([
    { name: 'the externalId', attributes: ({ id }: Person) => ({ externalId: id }), linkedBy: 'externalId' },
    { name: 'the sign-in name, where the externalId says nothing', attributes: () => ({ externalId: 'mailnick' }), linkedBy: 'userName' },
    { name: 'the sign-in name, where there is no externalId', attributes: () => ({}), linkedBy: 'userName' },
  ])('links a person to their SCIM user once, by $name, and a rename changes nothing of it', async ({ attributes, linkedBy }) => {
    const somebody = await person();
    await on();
    const id = await client.addUser(somebody.name.toUpperCase(), attributes(somebody));
    await entered(somebody);
    await entered(somebody);
    expect((await recordsOf(id)).filter(({ type }) => type === 'identity.linked')).toMatchObject([{ leaf: { after: { linkedBy } } }]);
    await client.patch(`/Users/${id}`, [{ op: 'Replace', value: { userName: `renamed-${id}@contoso.example`, externalId: 'other' } }]);
    const somebodyElse = await client.addUser(somebody.name);
    await setActive(somebodyElse, false);
    expect(await principalOf(await entered(somebody))).toMatchObject({ kind: 'person', id });
  });

  it("does not link by name a user whose externalId is another object's, nor by a mail address", async () => {
    const [one, two] = [await person(), await person()];
    await on();
    await client.addUser(one.name, { externalId: two.id });
    await client.addUser('by-mail@contoso.example', { emails: [{ type: 'work', value: two.name }] });
    expect((await signIn(one, browser())).status).toBe(403);
    expect(await principalOf(await entered(two))).toMatchObject({ kind: 'person' });
    const three = await person();
    await client.addUser('mail-only@contoso.example', { emails: [{ type: 'work', value: three.name }] });
    expect((await signIn(three, browser())).status).toBe(403);
  });

  it('gives the role that SCIM grants, and none that nobody granted', async () => {
    const [auditor, plain, promoted] = [await person(), await person(), await person()];
    await server.invite(owner, promoted.name);
    await on();
    await provision(auditor, { [EXT]: { rbac_role_id: 'auditor' } });
    await provision(plain);
    const id = await provision(promoted);
    expect(await principalOf(await entered(auditor))).toMatchObject({ kind: 'person', scopes: ['read', 'evidence'] });
    const stranger = await entered(plain);
    expect(await principalOf(stranger)).toMatchObject({ kind: 'person', scopes: [] });
    expect((await stranger.open(`${server.url}/session/owners`)).status).toBe(403);
    const as = await entered(promoted);
    expect((await principalOf(as))['scopes']).toContain('workspace');
    await client.patch(`/Users/${id}`, [{ op: 'add', path: `${EXT}:rbac_role_id`, value: 'auditor' }]);
    expect((await principalOf(as))['scopes']).toEqual(['read', 'evidence']);
  });

  it('through a candidate is for administrators alone', async () => {
    const somebody = await person();
    const callback = `${server.url}/sign-in/${workspaceId}/callback`;
    const { appId, clientSecret } = await control('/control/applications', { displayName: 'New', redirectUris: [callback] });
    const { body } = await server.ask('POST', '/sso', { protocol: 'oidc', tenantId: entra.tenantId, clientId: appId, clientSecret });
    const { body: opened } = await server.ask('POST', '/sso/verifications', { connectionId: body['id'] });
    await on();
    await provision(somebody);
    const refused = await signIn(somebody, browser(), String(opened['signInUrl']));
    expect(refused).toMatchObject({ status: 403, page: expect.stringContaining('being tried out') });
    expect((await server.ask('POST', `/sso/${String(body['id'])}/activate`)).status).toBe(409);
  });
});

describe('a deactivation', () => {
  const deactivations = [
    { name: 'PATCH', send: (id: string) => setActive(id, false), status: 200 },
    {
      name: 'PATCH that changes externalId and userName too',
      send: (id: string) =>
        client.patch(`/Users/${id}`, [
          { op: 'Replace', value: { active: 'False', externalId: 'gone', userName: `gone-${id}@contoso.example` } },
        ]),
      status: 200,
    },
    {
      name: 'PUT',
      send: (id: string) => client.send('PUT', `/Users/${id}`, { userName: `put-${id}@contoso.example`, active: false }),
      status: 200,
    },
    { name: 'DELETE', send: (id: string) => client.send('DELETE', `/Users/${id}`), status: 204, type: 'scim.user.deleted' },
    {
      name: 'bulk request',
      send: (id: string) => client.send('POST', '/Bulk', { Operations: [{ method: 'DELETE', path: `/Users/${id}` }] }),
      status: 200,
      type: 'scim.user.deleted',
    },
  ];

  it.each(deactivations)(
    'by $name ends sessions and API tokens of its person in its own transaction, with a record (I3)',
    async ({ send, status, type = 'scim.user.deactivated' }) => {
      const [leaver, other] = [await person(), await person()];
      for (const one of [leaver, other]) await server.invite(owner, one.name);
      // Signed in before SCIM has any say: nothing links them yet.
      const [before, beside] = [await entered(leaver), await entered(other)];
      const token = await apiToken(before);
      await on();
      const id = await provision(leaver);
      await provision(other);
      const after = await entered(leaver);
      expect((await send(id)).status).toBe(status);
      expect([await statusOf(before), await statusOf(after), await tokenStatus(token), await statusOf(beside)]).toEqual([
        401, 401, 401, 200,
      ]);
      const { rows } = await scim.owner.query<{ live: number }>(
        `select (select count(*)::int from session where workspace_id = $1 and ended_at is null)
         + (select count(*)::int from api_token where workspace_id = $1 and revoked_at is null) as live`,
        [workspaceId],
      );
      // What is left: the session that proved single sign-on, and the other administrator's.
      expect(rows[0]?.live).toBe(2);
      expect((await typesOf(id)).filter((one) => one === type || one === 'access.ended')).toEqual([type, 'access.ended']);
    },
  );

  it('ends a session that was opened by name, and reactivation does not revive it', async () => {
    const somebody = await person();
    await on();
    const id = await client.addUser(somebody.name, { externalId: 'nickname' });
    const as = await entered(somebody);
    await setActive(id, false);
    expect(await statusOf(as)).toBe(401);
    await setActive(id, true);
    expect(await statusOf(as)).toBe(401);
    expect(await statusOf(await entered(somebody))).toBe(200);
  });

  it('of somebody without access leaves no record of it, nor does any other change', async () => {
    const somebody = await person();
    await on();
    const id = await provision(somebody);
    await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }]);
    await setActive(id, false);
    await setActive(id, true);
    expect(await typesOf(id)).toEqual(['scim.user.created', 'scim.user.updated', 'scim.user.deactivated', 'scim.user.reactivated']);
  });

  it('of the last administrator leaves the owners, who ask nobody (I5)', async () => {
    const last = await person();
    await server.invite(owner, last.name);
    await on();
    const id = await provision(last);
    const as = await entered(last);
    await setActive(id, false);
    expect(await statusOf(as)).toBe(401);
    expect(await tokenStatus(owner)).toBe(200);
  });

  it('in one workspace ends nothing in another (I12)', async () => {
    const somebody = await person();
    await server.invite(owner, somebody.name);
    const as = await entered(somebody);
    const other = await scim.client('on');
    const id = await other.addUser(somebody.name, { externalId: somebody.id });
    await other.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: false }]);
    expect(await statusOf(as)).toBe(200);
  });
});

describe('the grace of an administrator whom SCIM has not provisioned', () => {
  it('is counted down in every view, ends sessions and API tokens, and is as long as the policy says', async () => {
    const somebody = await person();
    await server.invite(owner, somebody.name);
    const as = await entered(somebody);
    const token = await apiToken(as);
    expect(await principalOf(as)).toMatchObject({ graceEndsAt: null });
    await setPolicy({ graceDays: 2 });
    await on();
    const switchedAt = Date.parse((await switchedSince()) ?? '');
    const graceEndsAt = new Date(switchedAt + 2 * DAY_MS).toISOString();
    scim.clock.advance(HOUR_MS);
    expect(await principalOf(as)).toMatchObject({ kind: 'administrator', graceEndsAt });
    expect(await standingOf(somebody)).toEqual({ decidedBy: 'invitation', scim: null, graceEndsAt });
    scim.clock.advance(Date.parse(graceEndsAt) - Date.parse(scim.clock.now()) - 1);
    expect(await tokenStatus(token)).toBe(200);
    scim.clock.advance(1);
    expect([await tokenStatus(token), await statusOf(as)]).toEqual([401, 401]);
  });

  it('ends at once when SCIM provisions them: from then on SCIM alone decides', async () => {
    const somebody = await person();
    await server.invite(owner, somebody.name);
    const as = await entered(somebody);
    await on();
    const id = await provision(somebody);
    expect(await standingOf(somebody)).toEqual({ decidedBy: 'scim', scim: 'active', graceEndsAt: null });
    await setActive(id, false);
    expect(await standingOf(somebody)).toEqual({ decidedBy: 'scim', scim: 'inactive', graceEndsAt: null });
    expect(await statusOf(as)).toBe(401);
  });

  it('holds for an invitation that nobody has used', async () => {
    const { body } = await askAsOwner('POST', '/administrators', { email: 'unbound@contoso.example', roleId: 'auditor' });
    const { token } = body['invitation'] as { token: string };
    await setPolicy({ graceDays: 1 });
    await on();
    expect(await tokenStatus(token)).toBe(200);
    scim.clock.advance(DAY_MS);
    expect(await tokenStatus(token)).toBe(401);
  });
});

async function apiToken(as: Browser): Promise<string> {
  const cookie = [...as.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { body } = await ask('POST', '/api-tokens', { scopes: ['read'] }, { cookie });
  return String(body['token']);
}

const tokenStatus = async (token: string) => (await ask('GET', '/session', undefined, { authorization: `Bearer ${token}` })).status;
const askAsOwner = (method: string, path: string, body?: unknown) => ask(method, path, body, { authorization: `Bearer ${owner}` });

async function ask(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${server.url}/session${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function standingOf({ name }: Person) {
  const { body } = await askAsOwner('GET', '/administrators');
  return (body['administrators'] as { email: string; standing: unknown }[]).find(({ email }) => email === name)?.standing;
}

async function setPolicy(some: object) {
  const { body } = await askAsOwner('GET', '/access-policy');
  expect((await askAsOwner('PUT', '/access-policy', { ...body, ...some })).status).toBe(200);
}

async function switchedSince() {
  const { body } = await askAsOwner('GET', '/');
  return (body['switch'] as { since: string }).since;
}
