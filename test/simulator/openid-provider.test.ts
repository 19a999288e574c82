import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as openid from 'openid-client';
import { type Instant, instantOf, MINUTE_MS } from '../../src/kernel/index.ts';
import { type RegisteredApplication, type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

const REDIRECT_URI = 'https://rollcall.example/sign-in/callback';
const VERIFIER = openid.randomPKCECodeVerifier();

let tenant: SimulatedTenant;
let application: RegisteredApplication;
let userId: string;

// openid-client compares a token's times with the machine's, so this tenant's clock starts there.
beforeAll(async () => {
  tenant = await simulatedTenant(instantOf(Date.now()));
  [userId = ''] = await tenant.users('ada.lovelace');
  application = await tenant.application({ redirectUris: [REDIRECT_URI], graphRoles: ['Directory.Read.All'] });
});

afterAll(() => tenant.close());

interface Page {
  readonly status: number;
  readonly location: URL | undefined;
  readonly text: string;
}

async function pageOf(response: Response): Promise<Page> {
  const location = response.headers.get('location');
  return { status: response.status, location: location === null ? undefined : new URL(location), text: await response.text() };
}

async function authorize(changes: Record<string, string> = {}): Promise<Page> {
  const parameters = new URLSearchParams({
    client_id: application.appId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid profile email',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: await openid.calculatePKCECodeChallenge(VERIFIER),
    code_challenge_method: 'S256',
    ...changes,
  });
  return pageOf(await fetch(`${tenant.url}/${tenant.tenantId}/oauth2/v2.0/authorize?${parameters.toString()}`, { redirect: 'manual' }));
}

async function submit(page: Page, fields: Record<string, string>): Promise<Page> {
  const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const request = /name="request" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const body = new URLSearchParams({ request, ...fields });
  return pageOf(await fetch(new URL(action, tenant.url), { method: 'POST', body, redirect: 'manual' }));
}

async function signIn(username: string, changes: Record<string, string> = {}): Promise<Page> {
  return submit(await authorize(changes), { username });
}

async function token(form: Record<string, string>, headers: Record<string, string> = {}, tenantId = tenant.tenantId) {
  const url = `${tenant.url}/${tenantId}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function claimsOf(jwt: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}

describe('signing in', () => {
  it('goes all the way with openid-client, by PKCE, state and nonce', async () => {
    const config = await openid.discovery(
      new URL(`${tenant.url}/${tenant.tenantId}/v2.0`),
      application.appId,
      application.clientSecret,
      undefined,
      { execute: [openid.allowInsecureRequests] },
    );
    expect(config.serverMetadata()).toMatchObject({
      issuer: `${tenant.url}/${tenant.tenantId}/v2.0`,
      cloud_instance_name: 'microsoftonline.com',
      msgraph_host: 'graph.microsoft.com',
      tenant_region_scope: 'EU',
    });
    const { location } = await signIn('Ada.Lovelace@contoso.example');
    const tokens = await openid.authorizationCodeGrant(config, location ?? new URL(REDIRECT_URI), {
      pkceCodeVerifier: VERIFIER,
      expectedState: 'the-state',
      expectedNonce: 'the-nonce',
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({
      aud: application.appId,
      iss: `${tenant.url}/${tenant.tenantId}/v2.0`,
      oid: userId,
      tid: tenant.tenantId,
      preferred_username: 'ada.lovelace@contoso.example',
      email: 'ada.lovelace@contoso.example',
      name: 'ada.lovelace',
      nonce: 'the-nonce',
      ver: '2.0',
    });
  });

  it('posts the answer by form when asked to', async () => {
    const page = await signIn('ada.lovelace@contoso.example', { response_mode: 'form_post' });
    expect(page.status).toBe(200);
    expect(page.text).toContain(`action="${REDIRECT_URI}"`);
    expect(page.text).toMatch(/name="code" value="1\.A[\w-]+"/);
    expect(page.text).toContain('name="state" value="the-state"');
  });

  it.each([
    { username: 'nobody@contoso.example', status: 400, code: 'AADSTS50034' },
    { username: 'grace.hopper@contoso.example', status: 403, code: 'AADSTS50057' },
  ])('shows $username the page $code', async ({ username, status, code }) => {
    await tenant.control('POST', '/users', [
      { userPrincipalName: 'grace.hopper@contoso.example', displayName: 'Grace', accountEnabled: false },
    ]);
    const page = await signIn(username);
    expect(page.status).toBe(status);
    expect(page.location).toBeUndefined();
    expect(page.text).toContain(code);
  });

  it('takes a sign-in request once', async () => {
    const form = await authorize();
    expect((await submit(form, { username: 'ada.lovelace@contoso.example' })).status).toBe(302);
    expect(await submit(form, { username: 'ada.lovelace@contoso.example' })).toMatchObject({ status: 400, location: undefined });
  });

  it('tells the application that the user cancelled', async () => {
    const { location } = await submit(await authorize(), { cancel: 'true' });
    expect(location?.searchParams.get('error')).toBe('access_denied');
    expect(location?.searchParams.get('state')).toBe('the-state');
  });

  it.each([
    { name: 'an unknown application', changes: { client_id: 'b0000000-0000-4000-8000-000000000000' }, code: 'AADSTS700016' },
    { name: 'a redirect address that is not registered', changes: { redirect_uri: `${REDIRECT_URI}/` }, code: 'AADSTS50011' },
  ])('shows a page for $name, and redirects nowhere', async ({ changes, code }) => {
    const page = await authorize(changes);
    expect(page).toMatchObject({ status: 400, location: undefined, text: expect.stringContaining(code) });
  });

  it.each([
    { name: 'no PKCE', changes: { code_challenge: '' }, error: 'invalid_request' },
    { name: 'PKCE in plain text', changes: { code_challenge_method: 'plain' }, error: 'invalid_request' },
    { name: 'another response type', changes: { response_type: 'token' }, error: 'unsupported_response_type' },
    { name: 'no openid scope', changes: { scope: 'profile' }, error: 'invalid_scope' },
  ])('tells the application of $name', async ({ changes, error }) => {
    expect((await authorize(changes)).location?.searchParams.get('error')).toBe(error);
  });
});

describe('the authorization code', () => {
  const redeem = (code: string, changes: Record<string, string> = {}) =>
    token({
      grant_type: 'authorization_code',
      client_id: application.appId,
      client_secret: application.clientSecret,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
      code,
      ...changes,
    });
  const freshCode = async (changes: Record<string, string> = {}) =>
    (await signIn('ada.lovelace@contoso.example', changes)).location?.searchParams.get('code') ?? '';

  it('works once', async () => {
    const code = await freshCode();
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant', error_codes: [54005] } });
  });

  it.each([
    { name: 'another verifier', changes: { code_verifier: openid.randomPKCECodeVerifier() }, error: 'invalid_grant', code: 50148 },
    { name: 'another redirect address', changes: { redirect_uri: 'https://elsewhere.example/' }, error: 'invalid_client', code: 500112 },
    { name: 'an invented code', changes: { code: '1.Ainvented' }, error: 'invalid_grant', code: 70000 },
  ])('is refused with $name', async ({ changes, error, code }) => {
    expect((await redeem(await freshCode(), changes)).body).toMatchObject({ error, error_codes: [code] });
  });

  it('expires after ten minutes', async () => {
    const code = await freshCode();
    tenant.advance(11 * MINUTE_MS);
    expect((await redeem(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] });
  });

  it('gives claims of the person only for the scopes that cover them', async () => {
    const { body } = await redeem(await freshCode({ scope: 'openid' }));
    expect(Object.keys(claimsOf(body['id_token'])).toSorted()).toEqual([
      'aud',
      'exp',
      'iat',
      'iss',
      'nbf',
      'nonce',
      'sub',
      'tid',
      'uti',
      'ver',
    ]);
  });
});

describe('client credentials', () => {
  const form = (changes: Record<string, string> = {}) => ({
    grant_type: 'client_credentials',
    client_id: application.appId,
    client_secret: application.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
    ...changes,
  });

  it('give an app-only token with the consented roles', async () => {
    const { status, body } = await token(form());
    expect(status).toBe(200);
    expect(body).toEqual({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: expect.any(String) });
    const claims = claimsOf(body['access_token']);
    expect(claims).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${tenant.tenantId}/`,
      appid: application.appId,
      appidacr: '1',
      idtyp: 'app',
      roles: ['Directory.Read.All'],
      oid: application.servicePrincipalId,
      sub: application.servicePrincipalId,
      tid: tenant.tenantId,
      ver: '1.0',
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3900);
  });

  it('give a token without a roles claim to an application without roles', async () => {
    const bare = await tenant.application();
    const { body } = await token(form({ client_id: bare.appId, client_secret: bare.clientSecret }));
    expect(claimsOf(body['access_token'])).not.toHaveProperty('roles');
  });

  it('may come by HTTP Basic', async () => {
    const credential = Buffer.from(`${application.appId}:${application.clientSecret}`).toString('base64');
    const { client_id: _, client_secret: __, ...rest } = form();
    expect((await token(rest, { authorization: `Basic ${credential}` })).status).toBe(200);
  });

  it.each([
    { name: 'a wrong secret', changes: { client_secret: 'wrong' }, status: 401, error: 'invalid_client', code: 7000215 },
    { name: 'no secret', changes: { client_secret: undefined }, status: 401, error: 'invalid_client', code: 7000218 },
    {
      name: 'an unknown application',
      changes: { client_id: 'b0000000-0000-4000-8000-000000000000' },
      status: 400,
      error: 'unauthorized_client',
      code: 700016,
    },
    {
      name: 'an unknown resource',
      changes: { scope: 'https://other.example/.default' },
      status: 400,
      error: 'invalid_resource',
      code: 500011,
    },
    { name: 'a scope that is no .default', changes: { scope: 'User.Read' }, status: 400, error: 'invalid_scope', code: 70011 },
    { name: 'another grant', changes: { grant_type: 'password' }, status: 400, error: 'unsupported_grant_type', code: 70003 },
  ])('are refused for $name', async ({ changes, status, error, code }) => {
    const fields = Object.entries({ ...form(), ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const answer = await token(Object.fromEntries(fields));
    expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
  });

  it('are refused for an expired secret, in the shape of the identity platform', async () => {
    const expired = await tenant.application({ clientSecretExpired: true });
    const { status, body } = await token(form({ client_id: expired.appId, client_secret: expired.clientSecret }));
    const timestamp = spaced(tenant.now());
    expect(status).toBe(401);
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: expect.stringMatching(
        /^AADSTS7000222: The provided client secret keys .*expired\..*\r\nTrace ID: .+\r\nCorrelation ID: .+\r\nTimestamp: .+Z$/s,
      ),
      error_codes: [7000222],
      timestamp,
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: expect.stringContaining('code=7000222'),
    });
  });

  it('are refused at another tenant', async () => {
    const answer = await token(form(), {}, 'b0000000-0000-4000-8000-000000000000');
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [90002] } });
  });
});

function spaced(at: Instant): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}Z`;
}
