import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE_MS } from '../../../src/kernel/index.ts';
import { systemClock } from '../../../src/platform/index.ts';
import { steppingClock } from '../../support/clock.ts';
import { answerProvider, type Browser, browser, formOf } from '../browser.ts';
import { type Contoso, type ContosoWorkspace, contoso } from '../contoso.ts';

/** The simulated tenant dates what it signs by the real clock. */
const clock = steppingClock();
let world: Contoso;
let at: ContosoWorkspace;

beforeAll(async () => {
  world = await contoso({ clock, adapter: 'openid-client' });
});
afterAll(() => world.close());
beforeEach(async () => {
  clock.set(systemClock.now());
  at = await world.newWorkspace();
});
afterEach(() => at.server.close());

/** Begins at the address and signs in at the provider; ends with the form that comes back. */
async function answerFrom(person: Browser, address: string, username = 'ada@contoso.example') {
  const started = await person.open(address);
  expect(started.status).toBe(302);
  return formOf((await answerProvider(person, started.location, { username })).page);
}

async function signIn(person: Browser, address: string, username?: string) {
  const { action, fields } = await answerFrom(person, address, username);
  return person.submit(action, fields);
}

describe('single sign-on by SAML, from candidate to active', () => {
  it('activates a configuration only after an administrator has really signed in through it (I4)', async () => {
    const id = await at.configureSaml();
    expect((await at.server.ask('POST', `/sso/${id}/activate`)).status).toBe(409);
    expect((await signIn(browser(), await at.openForSignIn(id))).status).toBe(200);
    const { body } = await at.server.ask('GET', '/sso/verifications');
    const { tenantId } = world.entra;
    expect(body['verifications']).toMatchObject([
      { connectionId: id, tenantId, objectId: world.ada.id, issuer: `https://sts.windows.net/${tenantId}/` },
    ]);
    expect(await at.server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
      status: 200,
      body: { id, protocol: 'saml', state: 'active', verifiedAt: clock.now(), acsUrl: `${at.server.url}/sign-in/${at.workspaceId}/saml` },
    });
    expect((await signIn(browser(), `${at.server.url}/sign-in/${at.workspaceId}`)).status).toBe(200);
  });

  it('takes the place of OpenID Connect, and gives it back', async () => {
    const first = await at.configure();
    await at.signIn(browser(), await at.openForSignIn(first));
    await at.server.ask('POST', `/sso/${first}/activate`);
    const second = await at.configureSaml();
    await signIn(browser(), await at.openForSignIn(second));
    expect((await at.server.ask('POST', `/sso/${second}/activate`)).status).toBe(200);
    const { body } = await at.server.ask('GET', '/sso');
    expect(body['connections']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: second, protocol: 'saml', state: 'active' }),
        expect.objectContaining({ id: first, protocol: 'oidc', state: 'retired' }),
      ]),
    );
  });

  it('shows whoever tries a candidate out what came back, by the names of its claims', async () => {
    const { page } = await signIn(browser(), await at.openForSignIn(await at.configureSaml()));
    expect(page).toContain('<h1>The sign-in works</h1>');
    expect(page).toContain(`<dt>Object id (objectidentifier)</dt><dd>${world.ada.id}</dd>`);
    expect(page).toContain('<dt>Sign-in name (name)</dt><dd>ada@contoso.example</dd>');
    expect(page).toContain('You are signed in as Ada &#60;b&#62;Lovelace');
  });

  it('lets nobody in by the mail attribute', async () => {
    const refused = await signIn(browser(), await at.openForSignIn(await at.configureSaml()), 'mallory@contoso.example');
    expect(refused).toMatchObject({ status: 403, page: expect.stringMatching(/nobody of that sign-in name has an open invitation/) });
    expect(await at.counted('sso_verification')).toBe(0);
  });

  it('opens the same session as the other protocol, and is the same person to it', async () => {
    await at.signIn(browser(), await at.openForSignIn(await at.configure()));
    const person = browser();
    await signIn(person, await at.openForSignIn(await at.configureSaml()));
    expect([...person.cookies.keys()]).toEqual(['rollcall']);
    expect(await person.open(`${at.server.url}/session/`)).toMatchObject({ status: 200 });
    const { count } = await world.db.owner.query('select 1 from administrator where workspace_id = $1', [at.workspaceId]);
    expect(count).toBe(1);
  });
});

describe('the address and the metadata', () => {
  it('are handed out before there is a connection, and are what the provider is asked with', async () => {
    const { body } = await at.server.ask('GET', '/sso');
    const base = `${at.server.url}/sign-in/${at.workspaceId}`;
    expect(body).toEqual({
      addresses: { redirectUri: `${base}/callback`, entityId: `${base}/saml/metadata`, acsUrl: `${base}/saml` },
      connections: [],
    });
    const response = await fetch(`${base}/saml/metadata`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/samlmetadata+xml; charset=utf-8']);
    const metadata = await response.text();
    expect(metadata).toContain(`entityID="${base}/saml/metadata"`);
    expect(metadata).toContain(`Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${base}/saml"`);
    expect(metadata).toContain('WantAssertionsSigned="true"');
  });
});

describe('an answer by SAML that is not the one asked for', () => {
  let address: string;

  beforeEach(async () => {
    address = await at.openForSignIn(await at.configureSaml());
  });

  async function refused(visit: Promise<{ status: number; page: string }>, because: RegExp) {
    const before = await at.counted('session');
    expect(await visit).toMatchObject({ status: 403, page: expect.stringMatching(because) });
    expect(await at.counted('session')).toBe(before);
  }

  it('is refused when nobody has asked for it', async () => {
    const { action, fields } = await answerFrom(browser(), address);
    const { RelayState: _state, ...unsolicited } = fields;
    await refused(browser().submit(action, unsolicited), /belongs to no sign-in/);
  });

  it('is refused when another browser began it', async () => {
    const { action, fields } = await answerFrom(browser(), address);
    await refused(browser().submit(action, fields), /belongs to no sign-in/);
  });

  it('is refused when it carries the relay state of another attempt in the same browser', async () => {
    const person = browser();
    const first = await answerFrom(person, address);
    const second = await answerFrom(person, address);
    const mixed = { ...first.fields, RelayState: second.fields['RelayState'] ?? '' };
    await refused(person.submit(first.action, mixed), /does not hold \(it answers another request, or none\)/);
  });

  it('is refused the second time, also with the cookie put back', async () => {
    const person = browser();
    const { action, fields } = await answerFrom(person, address);
    const cookies = new Map(person.cookies);
    expect((await person.submit(action, fields)).status).toBe(200);
    for (const [name, value] of cookies) person.cookies.set(name, value);
    await refused(person.submit(action, fields), /has been used before/);
  });

  it('counts once when it comes twice at the same time', async () => {
    const person = browser();
    const { action, fields } = await answerFrom(person, address);
    const answers = await Promise.all([person.submit(action, fields), person.submit(action, fields)]);
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 403]));
    expect(await at.counted('session')).toBe(1);
  });

  it('is refused ten minutes after the start', async () => {
    const person = browser();
    const { action, fields } = await answerFrom(person, address);
    clock.advance(10 * MINUTE_MS);
    await refused(person.submit(action, fields), /within the last ten minutes/);
  });

  it('is refused in another workspace (I12)', async () => {
    const other = await world.newWorkspaceId();
    const person = browser();
    const { action, fields } = await answerFrom(person, address);
    await refused(person.submit(action.replace(at.workspaceId, other), fields), /belongs to no sign-in/);
  });

  it('is refused at the address of the other protocol, and the other way round', async () => {
    const person = browser();
    const { fields } = await answerFrom(person, address);
    const asOidc = new URLSearchParams({ code: 'c', state: fields['RelayState'] ?? '' });
    await refused(person.open(`${at.server.url}/sign-in/${at.workspaceId}/callback?${asOidc.toString()}`), /belongs to no sign-in/);
    const back = new URL(await at.goToProvider(person, await at.openForSignIn(await at.configure())));
    const asSaml = { SAMLResponse: fields['SAMLResponse'] ?? '', RelayState: back.searchParams.get('state') ?? '' };
    await refused(person.submit(`${at.server.url}/sign-in/${at.workspaceId}/saml`, asSaml), /belongs to no sign-in/);
  });

  it('is refused when its connection was retired meanwhile', async () => {
    const person = browser();
    const { action, fields } = await answerFrom(person, address);
    await at.server.ask('DELETE', `/sso/${new URL(address).searchParams.get('connection')}`);
    await refused(person.submit(action, fields), /connection has changed/);
  });
});

describe('a SAML candidate that is changed after it was verified', () => {
  it.each([
    {
      name: 'its address',
      change: "update sso_connection set sso_url = 'https://login.example/saml2' where workspace_id = $1 and id = $2",
    },
    { name: 'a certificate', change: "update sso_certificate set der = 'x' where workspace_id = $1 and connection_id = $2" },
    {
      name: 'a certificate more',
      change:
        "insert into sso_certificate (workspace_id, connection_id, position, der, expires_at) select workspace_id, connection_id, 2, der, 'infinity' from sso_certificate where workspace_id = $1 and connection_id = $2",
    },
  ])('is not activated when somebody with power over the tables adds or edits $name (I4)', async ({ change }) => {
    const id = await at.configureSaml();
    await signIn(browser(), await at.openForSignIn(id));
    await world.db.owner.transaction(async (tx) => {
      await tx.query('alter table sso_connection disable trigger sso_connection_immutable');
      await tx.query(change, [at.workspaceId, id]);
      await tx.query('alter table sso_connection enable trigger sso_connection_immutable');
    });
    expect(await at.server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/sso-not-verified$/) },
    });
  });

  it.each([
    "update sso_connection set sso_url = 'x'",
    "update sso_certificate set der = 'x'",
    'delete from sso_certificate',
    'truncate sso_assertion',
  ])("cannot be changed by the server's own role: %s (I4)", async (change) => {
    await at.configureSaml();
    await expect(world.db.database.query(change)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('on https', () => {
  it('takes the answer as a form from another site, with cookies that only a secure connection carries', async () => {
    const publicUrl = 'https://rollcall.example/app';
    at.server.setPublicUrl(publicUrl);
    const path = `/sign-in/${at.workspaceId}`;
    const id = await at.configureSaml();
    await at.openForSignIn(id);
    const person = browser();
    const started = await person.open(`${at.server.url}${path}?connection=${id}`);
    expect(started.setCookie[0]).toMatch(/; HttpOnly; SameSite=None; Secure$/);
    const { action, fields } = formOf((await answerProvider(person, started.location, { username: 'ada@contoso.example' })).page);
    expect(action).toBe(`${publicUrl}${path}/saml`);
    expect((await person.submit(`${at.server.url}${path}/saml`, fields)).status).toBe(200);
  });
});
