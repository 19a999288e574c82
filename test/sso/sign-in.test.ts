import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE_MS } from '../../src/kernel/index.ts';
import { steppingClock } from '../support/clock.ts';
import { answerProvider, browser, formOf } from './browser.ts';
import { type Contoso, type ContosoWorkspace, contoso } from './contoso.ts';
import { oidcAdapters } from './sso-server.ts';

const clock = steppingClock();

describe.each(oidcAdapters)('with the adapter %s', (adapter) => {
  let world: Contoso;
  let at: ContosoWorkspace;

  beforeAll(async () => {
    world = await contoso({ clock, adapter });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    at = await world.newWorkspace();
  });
  afterEach(() => at.server.close());

  describe('single sign-on, from candidate to active', () => {
    it('activates a configuration only after an administrator has really signed in through it (I4)', async () => {
      const id = await at.configure();
      const tooSoon = await at.server.ask('POST', `/sso/${id}/activate`);
      expect(tooSoon).toMatchObject({ status: 409, body: { type: expect.stringMatching(/sso-not-verified$/) } });
      const done = await at.signIn(browser(), await at.openForSignIn(id));
      expect(done.status).toBe(200);
      const { body } = await at.server.ask('GET', '/sso/verifications');
      expect(body['verifications']).toMatchObject([
        {
          connectionId: id,
          tenantId: world.entra.tenantId,
          objectId: world.ada.id,
          issuer: `${world.entra.url}/${world.entra.tenantId}/v2.0`,
        },
      ]);
      expect(await at.server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
        status: 200,
        body: { id, state: 'active', verifiedAt: clock.now() },
      });
      expect(await at.server.ask('POST', `/sso/${id}/activate`)).toMatchObject({ status: 200, body: { state: 'active' } });
    });

    it('shows whoever tries a candidate out what came back and whom it matches, and once it is active no more', async () => {
      const id = await at.configure();
      const { page } = await at.signIn(browser(), await at.openForSignIn(id));
      expect(page).toContain('<h1>The sign-in works</h1>');
      for (const shown of [
        world.ada.id,
        world.entra.tenantId,
        `${world.entra.url}/${world.entra.tenantId}/v2.0`,
        'ada@contoso.example',
        'an administrator of this workspace',
      ]) {
        expect(page.replaceAll('<wbr>', '')).toContain(`<dd>${shown}</dd>`);
      }
      // An address longer than a narrow screen is broken behind a slash.
      expect(page).toContain(`${world.entra.tenantId}/<wbr>v2.0</dd>`);
      await at.server.ask('POST', `/sso/${id}/activate`);
      const usual = await at.signIn(browser(), `${at.server.url}/sign-in/${at.workspaceId}`);
      expect([usual.status, usual.page.includes('<dd>')]).toEqual([200, false]);
    });

    it('shows what came back of somebody who may not enter through a candidate, and what to do', async () => {
      const person = browser();
      const { status, page } = await at.signIn(person, await at.openForSignIn(await at.configure()), 'mallory@contoso.example');
      expect(status).toBe(403);
      expect(page).toContain('<dd>mallory@contoso.example</dd>');
      expect(page).toMatch(/Have an administrator sign in through it/);
      expect([person.cookies.has('rollcall'), await at.counted('session'), await at.counted('sso_verification')]).toEqual([false, 0, 0]);
    });

    it('greets the person without running what their name says, and opens a session', async () => {
      const person = browser();
      const done = await at.signIn(person, await at.openForSignIn(await at.configure()));
      expect(done.page).toContain('You are signed in as Ada &#60;b&#62;Lovelace');
      expect([...person.cookies.keys()]).toEqual(['rollcall']);
      expect(done.setCookie.at(-1)).toMatch(/^rollcall=rcw_[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/);
      expect(await person.open(`${at.server.url}/session/`)).toMatchObject({ status: 200 });
      expect(await browser().open(`${at.server.url}/session/`)).toMatchObject({ status: 401 });
    });

    it('never shows the client secret again', async () => {
      await at.configure();
      const { body } = await at.server.ask('GET', '/sso');
      expect(JSON.stringify(body)).not.toContain(at.clientSecret());
      expect(body['connections']).toMatchObject([
        { state: 'candidate', verifiedAt: null, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]);
    });

    it('keeps the former connection serving until the new one is verified, then retires it', async () => {
      const first = await at.configure();
      await at.signIn(browser(), await at.openForSignIn(first));
      await at.server.ask('POST', `/sso/${first}/activate`);
      clock.advance(MINUTE_MS);
      const second = await at.configure();
      expect((await at.signIn(browser(), `${at.server.url}/sign-in/${at.workspaceId}`)).status).toBe(200);
      expect((await at.server.ask('POST', `/sso/${second}/activate`)).status).toBe(409);
      await at.signIn(browser(), await at.openForSignIn(second));
      expect((await at.server.ask('POST', `/sso/${second}/activate`)).status).toBe(200);
      const { body } = await at.server.ask('GET', '/sso');
      expect(body['connections']).toMatchObject([
        { id: second, state: 'active' },
        { id: first, state: 'retired' },
      ]);
    });

    it('has a different fingerprint for each configuration', async () => {
      const id = await at.configure();
      await at.register('https://elsewhere.example/callback');
      await at.configure();
      const { body } = await at.server.ask('GET', '/sso');
      const connections = body['connections'] as { id: string; fingerprint: string }[];
      expect(new Set(connections.map(({ fingerprint }) => fingerprint)).size).toBe(2);
      expect(connections.map((connection) => connection.id)).toContain(id);
    });
  });

  describe('a candidate that is changed after it was verified', () => {
    it.each(['client_id', 'issuer', 'tenant_id', 'client_secret_sealed', 'fingerprint'])(
      "cannot have its %s changed by the server's own role (I4)",
      async (column) => {
        const id = await at.configure();
        await expect(world.db.database.query(`update sso_connection set ${column} = ${column} where id = $1`, [id])).rejects.toMatchObject({
          code: '42501',
        });
        const value = { client_id: "'x'", issuer: "'x'", tenant_id: 'gen_random_uuid()' }[column] ?? "sha256('x')";
        await expect(world.db.owner.query(`update sso_connection set ${column} = ${value} where id = $1`, [id])).rejects.toMatchObject({
          constraint: 'sso_connection_immutable',
        });
      },
    );

    it.each([
      { name: 'its client id', set: 'client_id = gen_random_uuid()::text' },
      { name: 'its fingerprint', set: "fingerprint = sha256('x')" },
    ])('is not activated when somebody with power over the tables edits $name (I4)', async ({ set }) => {
      const id = await at.configure();
      await at.signIn(browser(), await at.openForSignIn(id));
      await world.db.owner.transaction(async (tx) => {
        await tx.query('alter table sso_connection disable trigger sso_connection_immutable');
        await tx.query(`update sso_connection set ${set} where workspace_id = $1 and id = $2`, [at.workspaceId, id]);
        await tx.query('alter table sso_connection enable trigger sso_connection_immutable');
      });
      expect(await at.server.ask('POST', `/sso/${id}/activate`)).toMatchObject({
        status: 409,
        body: { type: expect.stringMatching(/sso-not-verified$/) },
      });
    });
  });

  describe('where one may begin', () => {
    it('is a candidate only while somebody has asked for its verification', async () => {
      const id = await at.configure();
      const address = `${at.server.url}/sign-in/${at.workspaceId}?connection=${id}`;
      expect((await browser().open(address)).status).toBe(403);
      expect(await at.openForSignIn(id)).toBe(address);
      expect((await browser().open(address)).status).toBe(302);
      clock.advance(60 * MINUTE_MS);
      expect((await browser().open(address)).status).toBe(403);
    });

    it.each([
      { name: 'a workspace without single sign-on', path: () => `/sign-in/${at.workspaceId}`, status: 403 },
      { name: 'a workspace that does not exist', path: () => '/sign-in/00000000-0000-4000-8000-000000000000', status: 404 },
      { name: 'an address that is no workspace', path: () => '/sign-in/nowhere', status: 404 },
      { name: 'a connection that is no id', path: () => `/sign-in/${at.workspaceId}?connection=1`, status: 403 },
    ])('is not $name', async ({ path, status }) => {
      expect((await browser().open(`${at.server.url}${path()}`)).status).toBe(status);
    });

    it('is not the connection of another workspace (I12)', async () => {
      const id = await at.configure();
      await at.openForSignIn(id);
      const other = await world.newWorkspaceId();
      expect((await browser().open(`${at.server.url}/sign-in/${other}?connection=${id}`)).status).toBe(403);
    });
  });

  describe('on https', () => {
    const publicUrl = 'https://rollcall.example/app';

    it('takes the answer as a form, and sets cookies that only a secure connection carries', async () => {
      at.server.setPublicUrl(publicUrl);
      const path = `/sign-in/${at.workspaceId}`;
      await at.register(`${publicUrl}${path}/callback`);
      await at.openForSignIn(await at.configure());
      const { body } = await at.server.ask('GET', '/sso');
      const id = (body['connections'] as { id: string }[])[0]?.id;
      const person = browser();
      const started = await person.open(`${at.server.url}${path}?connection=${id}`);
      expect(new URL(started.location).searchParams.get('response_mode')).toBe('form_post');
      expect(started.setCookie[0]).toMatch(
        new RegExp(`^__Secure-rollcall-attempt-[0-9a-f]{16}=[^;]+; Path=/app${path}; Max-Age=600; HttpOnly; SameSite=None; Secure$`),
      );
      const form = formOf((await answerProvider(person, started.location, { username: 'ada@contoso.example' })).page);
      expect(form.action).toBe(`${publicUrl}${path}/callback`);
      const asQuery = await person.open(`${at.server.url}${path}/callback?${new URLSearchParams(form.fields).toString()}`);
      expect(asQuery.status).toBe(403);
      const done = await person.submit(`${at.server.url}${path}/callback`, form.fields);
      expect(done.status).toBe(200);
      expect(done.setCookie.at(-1)).toMatch(/^__Host-rollcall=rcw_[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/);
    });
  });
});
