import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Instant, MINUTE_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import type { ScimUser } from '../../src/sso/finish-sign-in.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { answerProvider, type Browser, browser, formOf } from './browser.ts';
import { type SsoServer, ssoServer } from './sso-server.ts';

const clock = steppingClock();
let db: TestDatabase;
let entra: Simulator;
let application: { readonly appId: string; readonly clientSecret: string };
let ada: { readonly id: string };
let workspaceId: WorkspaceId;
let server: SsoServer;
let made = 0;

beforeAll(async () => {
  db = await testDatabase();
  entra = await startSimulator({ now: () => systemClock.now() });
  const users = await control('/control/users', [
    { userPrincipalName: 'ada@contoso.example', displayName: 'Ada <b>Lovelace</b>', mail: 'root@contoso.example' },
    { userPrincipalName: 'mallory@contoso.example', displayName: 'Mallory', mail: 'ada@contoso.example' },
  ]);
  ada = (users['users'] as { id: string }[])[0] as { id: string };
});
afterAll(async () => {
  await entra.close();
  await db.drop();
});
beforeEach(async () => {
  made += 1;
  const names = { slug: `acme-${made}`, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
  const created = await createWorkspace({ database: db.database, clock }, names);
  workspaceId = created.workspaceId;
  server = await ssoServer({ database: db.database, clock, workspaceId, login: entra.url });
  await register(`${server.url}/sign-in/${workspaceId}/callback`);
  await server.invite(created.owner.credential, 'Ada@contoso.example');
});
afterEach(async () => {
  await server.close();
});

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${entra.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function register(redirectUri: string): Promise<void> {
  const created = await control('/control/applications', { displayName: 'Rollcall', redirectUris: [redirectUri] });
  application = created as unknown as typeof application;
}

async function configure(): Promise<string> {
  const { body } = await server.ask('POST', '/sso', {
    protocol: 'oidc',
    tenantId: entra.tenantId,
    clientId: application.appId,
    clientSecret: application.clientSecret,
  });
  return String(body['id']);
}

async function openForSignIn(id: string): Promise<string> {
  const { body } = await server.ask('POST', '/sso/verifications', { connectionId: id });
  return String(body['signInUrl']);
}

/** Begins at the address and signs in at the provider; ends where the browser is sent back to. */
async function goToProvider(person: Browser, address: string, username: string): Promise<string> {
  const started = await person.open(address);
  expect(started.status).toBe(302);
  return (await answerProvider(person, started.location, { username })).location;
}

async function signIn(person: Browser, address: string, username = 'ada@contoso.example') {
  return person.open(await goToProvider(person, address, username));
}

function counted(table: 'session' | 'sso_verification' | 'sso_attempt') {
  return db.owner.query(`select 1 from ${table} where workspace_id = $1`, [workspaceId]).then(({ count }) => count);
}

describe('single sign-on, from candidate to active', () => {
  it('activates a configuration only after an administrator has really signed in through it (I4)', async () => {
    const id = await configure();
    const tooSoon = await server.ask('POST', `/sso/${id}/activate`);
    expect(tooSoon).toMatchObject({ status: 409, body: { type: expect.stringMatching(/sso-not-verified$/) } });
    const done = await signIn(browser(), await openForSignIn(id));
    expect(done.status).toBe(200);
    const { body } = await server.ask('GET', '/sso/verifications');
    expect(body['verifications']).toMatchObject([
      { connectionId: id, tenantId: entra.tenantId, objectId: ada.id, issuer: `${entra.url}/${entra.tenantId}/v2.0` },
    ]);
    expect(await server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
      status: 200,
      body: { id, state: 'active', verifiedAt: clock.now() },
    });
    expect(await server.ask('POST', `/sso/${id}/activate`)).toMatchObject({ status: 200, body: { state: 'active' } });
  });

  it('shows whoever tries a candidate out what came back and whom it matches, and once it is active no more', async () => {
    const id = await configure();
    const { page } = await signIn(browser(), await openForSignIn(id));
    expect(page).toContain('<h1>The sign-in works</h1>');
    for (const shown of [
      ada.id,
      entra.tenantId,
      `${entra.url}/${entra.tenantId}/v2.0`,
      'ada@contoso.example',
      'an administrator of this workspace',
    ]) {
      expect(page).toContain(`<dd>${shown}</dd>`);
    }
    await server.ask('POST', `/sso/${id}/activate`);
    const usual = await signIn(browser(), `${server.url}/sign-in/${workspaceId}`);
    expect([usual.status, usual.page.includes('<dd>')]).toEqual([200, false]);
  });

  it('shows what came back of somebody who may not enter through a candidate, and what to do', async () => {
    const person = browser();
    const { status, page } = await signIn(person, await openForSignIn(await configure()), 'mallory@contoso.example');
    expect(status).toBe(403);
    expect(page).toContain('<dd>mallory@contoso.example</dd>');
    expect(page).toMatch(/Have an administrator sign in through it/);
    expect([person.cookies.has('rollcall'), await counted('session'), await counted('sso_verification')]).toEqual([false, 0, 0]);
  });

  it('greets the person without running what their name says, and opens a session', async () => {
    const person = browser();
    const done = await signIn(person, await openForSignIn(await configure()));
    expect(done.page).toContain('You are signed in as Ada &#60;b&#62;Lovelace');
    expect([...person.cookies.keys()]).toEqual(['rollcall']);
    expect(done.setCookie.at(-1)).toMatch(/^rollcall=rcw_[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/);
    expect(await person.open(`${server.url}/session/`)).toMatchObject({ status: 200 });
    expect(await browser().open(`${server.url}/session/`)).toMatchObject({ status: 401 });
  });

  it('never shows the client secret again', async () => {
    await configure();
    const { body } = await server.ask('GET', '/sso');
    expect(JSON.stringify(body)).not.toContain(application.clientSecret);
    expect(body['connections']).toMatchObject([
      { state: 'candidate', verifiedAt: null, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('keeps the former connection serving until the new one is verified, then retires it', async () => {
    const first = await configure();
    await signIn(browser(), await openForSignIn(first));
    await server.ask('POST', `/sso/${first}/activate`);
    clock.advance(MINUTE_MS);
    const second = await configure();
    expect((await signIn(browser(), `${server.url}/sign-in/${workspaceId}`)).status).toBe(200);
    expect((await server.ask('POST', `/sso/${second}/activate`)).status).toBe(409);
    await signIn(browser(), await openForSignIn(second));
    expect((await server.ask('POST', `/sso/${second}/activate`)).status).toBe(200);
    const { body } = await server.ask('GET', '/sso');
    expect(body['connections']).toMatchObject([
      { id: second, state: 'active' },
      { id: first, state: 'retired' },
    ]);
  });

  it('has a different fingerprint for each configuration', async () => {
    const id = await configure();
    await register('https://elsewhere.example/callback');
    await configure();
    const { body } = await server.ask('GET', '/sso');
    const connections = body['connections'] as { id: string; fingerprint: string }[];
    expect(new Set(connections.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(connections.map((connection) => connection.id)).toContain(id);
  });
});

describe('a candidate that is changed after it was verified', () => {
  it.each(['client_id', 'issuer', 'tenant_id', 'client_secret_sealed', 'fingerprint'])(
    "cannot have its %s changed by the server's own role (I4)",
    async (column) => {
      const id = await configure();
      await expect(db.database.query(`update sso_connection set ${column} = ${column} where id = $1`, [id])).rejects.toMatchObject({
        code: '42501',
      });
      const value = { client_id: "'x'", issuer: "'x'", tenant_id: 'gen_random_uuid()' }[column] ?? "sha256('x')";
      await expect(db.owner.query(`update sso_connection set ${column} = ${value} where id = $1`, [id])).rejects.toMatchObject({
        constraint: 'sso_connection_immutable',
      });
    },
  );

  it.each([
    { name: 'its client id', set: 'client_id = gen_random_uuid()::text' },
    { name: 'its fingerprint', set: "fingerprint = sha256('x')" },
  ])('is not activated when somebody with power over the tables edits $name (I4)', async ({ set }) => {
    const id = await configure();
    await signIn(browser(), await openForSignIn(id));
    await db.owner.transaction(async (tx) => {
      await tx.query('alter table sso_connection disable trigger sso_connection_immutable');
      await tx.query(`update sso_connection set ${set} where workspace_id = $1 and id = $2`, [workspaceId, id]);
      await tx.query('alter table sso_connection enable trigger sso_connection_immutable');
    });
    expect(await server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/sso-not-verified$/) },
    });
  });
});

describe('an answer that is not the one asked for', () => {
  let address: string;

  beforeEach(async () => {
    address = await openForSignIn(await configure());
  });

  async function refused(visit: Promise<{ status: number; page: string }>, because: RegExp) {
    const before = await counted('session');
    expect(await visit).toMatchObject({ status: 403, page: expect.stringMatching(because) });
    expect(await counted('session')).toBe(before);
  }

  it('is refused when its state was never given out', async () => {
    const person = browser();
    const back = new URL(await goToProvider(person, address, 'ada@contoso.example'));
    back.searchParams.set('state', 'A'.repeat(43));
    await refused(person.open(back.href), /belongs to no sign-in/);
  });

  it('is refused when it carries the state of another attempt in the same browser', async () => {
    const person = browser();
    const first = new URL(await goToProvider(person, address, 'ada@contoso.example'));
    const second = new URL(await goToProvider(person, address, 'ada@contoso.example'));
    first.searchParams.set('state', second.searchParams.get('state') ?? '');
    await refused(person.open(first.href), /refused \(invalid_grant, AADSTS50148\)|does not hold/);
  });

  it('is refused when another browser began it', async () => {
    await refused(browser().open(await goToProvider(browser(), address, 'ada@contoso.example')), /belongs to no sign-in/);
  });

  it('is refused the second time, also with the cookie put back', async () => {
    const person = browser();
    const back = await goToProvider(person, address, 'ada@contoso.example');
    const cookies = new Map(person.cookies);
    expect((await person.open(back)).status).toBe(200);
    for (const [name, value] of cookies) person.cookies.set(name, value);
    await refused(person.open(back), /has been used before/);
  });

  it('counts once when it comes twice at the same time', async () => {
    const person = browser();
    const back = await goToProvider(person, address, 'ada@contoso.example');
    const answers = await Promise.all([person.open(back), person.open(back)]);
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 403]));
    expect(await counted('session')).toBe(1);
  });

  it('is refused ten minutes after the start', async () => {
    const person = browser();
    const back = await goToProvider(person, address, 'ada@contoso.example');
    clock.advance(10 * MINUTE_MS);
    await refused(person.open(back), /within the last ten minutes/);
  });

  it('is refused in another workspace (I12)', async () => {
    const names = { slug: `other-${made}`, name: 'Other', timeZone: 'UTC', ownerName: 'Otto' };
    const other = await createWorkspace({ database: db.database, clock }, names);
    const person = browser();
    const back = await goToProvider(person, address, 'ada@contoso.example');
    await refused(person.open(back.replace(workspaceId, other.workspaceId)), /belongs to no sign-in/);
  });

  it('is refused when the person cancelled, with the code to look up', async () => {
    const person = browser();
    const started = await person.open(address);
    const back = await answerProvider(person, started.location, { cancel: 'true' });
    await refused(person.open(back.location), /refused \([a-z_]+, AADSTS65004\)/);
  });

  it('is a problem document for a program', async () => {
    const response = await fetch(`${server.url}/sign-in/${workspaceId}/callback?state=x&code=y`);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 403, type: expect.stringMatching(/sign-in-failed$/) });
  });
});

describe('a person', () => {
  it('whom nobody has invited does not enter, though their mail attribute names an administrator', async () => {
    const refused = await signIn(browser(), await openForSignIn(await configure()), 'mallory@contoso.example');
    expect(refused).toMatchObject({ status: 403, page: expect.stringMatching(/nobody of that sign-in name has an open invitation/) });
    expect(await counted('sso_verification')).toBe(0);
  });

  it('whom the authority in force keeps out does not enter, and verifies nothing', async () => {
    server.setMayEnter({ kind: 'no', because: 'Your account has been deactivated by provisioning (SCIM).' });
    const refused = await signIn(browser(), await openForSignIn(await configure()));
    expect(refused).toMatchObject({ status: 403, page: expect.stringMatching(/deactivated by provisioning/) });
    expect((await counted('sso_verification')) + (await counted('session'))).toBe(0);
  });

  it.each([
    {
      name: 'the SCIM user whom they are',
      entry: { scimUser: { id: 'b1c6a1c0-0000-4000-8000-000000000001', linkedBy: null } },
      says: /the SCIM user b1c6a1c0/,
    },
    {
      name: 'that nobody has provisioned them',
      entry: { graceEndsAt: '2026-03-10T09:00:00.000Z' as Instant },
      says: /no SCIM user yet: .* before 2026-03-10/,
    },
  ])('who tries a candidate out is told $name', async ({ entry, says }) => {
    server.setMayEnter({ kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null, ...entry });
    expect((await signIn(browser(), await openForSignIn(await configure()))).page).toMatch(says);
  });

  it.each<{ name: string; scimUser: ScimUser | null; says: RegExp }>([
    { name: 'a SCIM user', scimUser: { id: 'b1c6a1c0', standing: 'active' }, says: /<dd>the SCIM user b1c6a1c0<\/dd>/ },
    {
      name: 'a deactivated one',
      scimUser: { id: 'b1c6a1c0', standing: 'inactive' },
      says: /who is inactive and may not enter; assign them/,
    },
    { name: 'nobody', scimUser: null, says: /nobody: no SCIM user .*; assign them to the enterprise application before/ },
  ])('who tries a candidate out while SCIM is off is told that they would be $name once it decides', async ({ scimUser, says }) => {
    server.setScimUser(scimUser);
    const address = await openForSignIn(await configure());
    expect((await signIn(browser(), address)).page).toMatch(says);
    expect(await signIn(browser(), address, 'mallory@contoso.example')).toMatchObject({ status: 403, page: expect.stringMatching(says) });
  });

  it('who tries a candidate out while SCIM decides is told whom they are, not whom they would be', async () => {
    const id = await configure();
    await db.owner.transaction(async (tx) => {
      await tx.query('alter table scim_switch disable trigger user');
      await tx.query("update scim_switch set state = 'on', sso_connection_id = $2 where workspace_id = $1", [workspaceId, id]);
      await tx.query('alter table scim_switch enable trigger user');
    });
    expect((await signIn(browser(), await openForSignIn(id))).page).not.toContain('Once SCIM decides');
  });

  it('is bound at the first sign-in, and found by object id after a rename', async () => {
    const address = await openForSignIn(await configure());
    await signIn(browser(), address);
    const { rows } = await db.owner.query('select tenant_id, object_id, invitation_revoked_at from administrator where workspace_id = $1', [
      workspaceId,
    ]);
    expect(rows).toEqual([{ tenant_id: entra.tenantId, object_id: ada.id, invitation_revoked_at: clock.now() }]);
    await db.owner.query("update administrator set email_key = 'someone.else@contoso.example' where workspace_id = $1", [workspaceId]);
    expect((await signIn(browser(), address)).status).toBe(200);
  });
});

describe('where one may begin', () => {
  it('is a candidate only while somebody has asked for its verification', async () => {
    const id = await configure();
    const address = `${server.url}/sign-in/${workspaceId}?connection=${id}`;
    expect((await browser().open(address)).status).toBe(403);
    expect(await openForSignIn(id)).toBe(address);
    expect((await browser().open(address)).status).toBe(302);
    clock.advance(60 * MINUTE_MS);
    expect((await browser().open(address)).status).toBe(403);
  });

  it.each([
    { name: 'a workspace without single sign-on', path: () => `/sign-in/${workspaceId}`, status: 403 },
    { name: 'a workspace that does not exist', path: () => '/sign-in/00000000-0000-4000-8000-000000000000', status: 404 },
    { name: 'an address that is no workspace', path: () => '/sign-in/nowhere', status: 404 },
    { name: 'a connection that is no id', path: () => `/sign-in/${workspaceId}?connection=1`, status: 403 },
  ])('is not $name', async ({ path, status }) => {
    expect((await browser().open(`${server.url}${path()}`)).status).toBe(status);
  });

  it('is not the connection of another workspace (I12)', async () => {
    const id = await configure();
    await openForSignIn(id);
    const names = { slug: `other-${made}`, name: 'Other', timeZone: 'UTC', ownerName: 'Otto' };
    const other = await createWorkspace({ database: db.database, clock }, names);
    expect((await browser().open(`${server.url}/sign-in/${other.workspaceId}?connection=${id}`)).status).toBe(403);
  });
});

describe('on https', () => {
  const publicUrl = 'https://rollcall.example/app';

  it('takes the answer as a form, and sets cookies that only a secure connection carries', async () => {
    server.setPublicUrl(publicUrl);
    const path = `/sign-in/${workspaceId}`;
    await register(`${publicUrl}${path}/callback`);
    await openForSignIn(await configure());
    const { body } = await server.ask('GET', '/sso');
    const id = (body['connections'] as { id: string }[])[0]?.id;
    const person = browser();
    const started = await person.open(`${server.url}${path}?connection=${id}`);
    expect(new URL(started.location).searchParams.get('response_mode')).toBe('form_post');
    expect(started.setCookie[0]).toMatch(
      new RegExp(`^__Secure-rollcall-attempt-[0-9a-f]{16}=[^;]+; Path=/app${path}; Max-Age=600; HttpOnly; SameSite=None; Secure$`),
    );
    const form = formOf((await answerProvider(person, started.location, { username: 'ada@contoso.example' })).page);
    expect(form.action).toBe(`${publicUrl}${path}/callback`);
    const asQuery = await person.open(`${server.url}${path}/callback?${new URLSearchParams(form.fields).toString()}`);
    expect(asQuery.status).toBe(403);
    const done = await person.submit(`${server.url}${path}/callback`, form.fields);
    expect(done.status).toBe(200);
    expect(done.setCookie.at(-1)).toMatch(/^__Host-rollcall=rcw_[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/);
  });
});
