import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { browser } from './browser.ts';
import { CLIENT_ID, type Craft, type CraftedProvider, craftedProvider } from './crafted-provider.ts';
import { oidcAdapters, type SsoServer, ssoServer } from './sso-server.ts';

const clock = steppingClock();
const otherTenant = '7f3c1e52-0000-4000-8000-00000000dddd';
/** Far below what this side waits otherwise, which it does for a provider that answers. */
const PATIENCE_MS = 1_000;

/** Both adapters keep one contract; where only one of them fails, it is that one's fault. */
describe.each(oidcAdapters)('with the adapter %s', (adapter) => {
  let db: TestDatabase;
  let provider: CraftedProvider;
  let workspaceId: WorkspaceId;
  let server: SsoServer;
  let address: string;
  let isHanging = false;

  beforeAll(async () => {
    db = await testDatabase();
    provider = await craftedProvider();
    const names = { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
    const created = await createWorkspace({ database: db.database, clock }, names);
    workspaceId = created.workspaceId;
    const patience = () => (isHanging ? PATIENCE_MS : undefined);
    server = await ssoServer({ database: db.database, clock, workspaceId, login: provider.url, adapter, patience });
    const { tenantId, clientId, clientSecret } = provider;
    const { body } = await server.ask('POST', '/sso', { protocol: 'oidc', tenantId, clientId, clientSecret });
    const opened = await server.ask('POST', '/sso/verifications', { connectionId: body['id'] });
    address = String(opened.body['signInUrl']);
    await server.invite(created.owner.credential, 'ada@contoso.example');
  });
  afterAll(async () => {
    await server.close();
    await provider.close();
    await db.drop();
  });
  beforeEach(async () => {
    provider.craft({});
    await db.owner.query('delete from session');
  });

  /** The provider is honest until somebody has begun. `also` is what the answer carries beside the code and the state. */
  async function comeBack(craft: Craft, also: Readonly<Record<string, string>> = {}) {
    const person = browser();
    provider.craft({});
    isHanging = false;
    const started = await person.open(address);
    const request = new URL(started.location).searchParams;
    provider.expectNonce(request.get('nonce') ?? '');
    provider.craft(craft);
    isHanging = craft.hangs !== undefined;
    const back = new URL(request.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code: 'c', state: request.get('state') ?? '', ...also }).toString();
    return { ...(await person.open(back.href)), request };
  }

  async function sessions() {
    return (await db.owner.query('select 1 from session')).count;
  }

  describe('a token from a provider that is not honest', () => {
    it.each<{ name: string; craft: Craft }>([
      { name: 'carries another nonce', craft: { claims: { nonce: 'another' } } },
      { name: 'carries no nonce', craft: { claims: { nonce: undefined } } },
      { name: 'is of another tenant by its claim', craft: { claims: { tid: otherTenant } } },
      { name: 'names no tenant', craft: { claims: { tid: undefined } } },
      { name: 'is by another issuer', craft: { claims: { iss: 'https://login.example/other/v2.0' } } },
      { name: 'is for another application', craft: { claims: { aud: otherTenant } } },
      { name: 'is for another application too', craft: { claims: { aud: [CLIENT_ID, otherTenant] } } },
      { name: 'has expired', craft: { claims: { exp: 1_700_000_000 } } },
      { name: 'never expires', craft: { claims: { exp: undefined } } },
      { name: 'is not valid yet', craft: { claims: { nbf: 4_000_000_000, exp: 4_000_003_600 } } },
      { name: 'names no object of the directory', craft: { claims: { oid: undefined } } },
      { name: 'is not signed (alg none)', craft: { signature: 'none' } },
      { name: 'is signed with the client secret (HS256)', craft: { signature: 'hs256-with-secret' } },
      { name: 'is signed with the public key as a secret (HS256)', craft: { signature: 'hs256-with-public-key' } },
      { name: "is signed by a key that is not the issuer's", craft: { signature: 'foreign-key' } },
      {
        name: 'takes an invitation by the mail claim',
        craft: { claims: { preferred_username: 'mallory@contoso.example', email: 'ada@contoso.example' } },
      },
    ])('is refused when it $name', async ({ craft }) => {
      expect(await comeBack(craft)).toMatchObject({ status: 403, page: expect.stringMatching(/did not succeed/) });
      expect(await sessions()).toBe(0);
    });
  });

  describe('a provider that misbehaves', () => {
    it.each<{ name: string; craft: Craft; status: number }>([
      ...(['metadata', 'keys', 'token'] as const).flatMap((endpoint) => [
        { name: `answers HTML at its ${endpoint} endpoint`, craft: { html: endpoint }, status: 502 },
        { name: `answers 500 at its ${endpoint} endpoint`, craft: { broken: endpoint }, status: 502 },
        { name: `hangs at its ${endpoint} endpoint`, craft: { hangs: endpoint }, status: 502 },
        { name: `never ends its answer at its ${endpoint} endpoint`, craft: { endless: endpoint }, status: 502 },
        ...[null, [], 'text', 7].map((said) => ({
          name: `says ${JSON.stringify(said)} at its ${endpoint} endpoint`,
          craft: { says: { [endpoint]: said } },
          status: 502,
        })),
      ]),
      { name: 'has no metadata', craft: { says: { metadata: {} } }, status: 502 },
      { name: 'names another issuer in its metadata', craft: { metadata: { issuer: 'https://login.example/v2.0' } }, status: 502 },
      {
        name: 'sends the code and the secret to another host',
        craft: { metadata: { token_endpoint: 'http://127.0.0.1:9/token' } },
        status: 502,
      },
      { name: 'sends them to no address at all', craft: { metadata: { token_endpoint: 'token' } }, status: 502 },
      { name: 'has its keys at another host', craft: { metadata: { jwks_uri: 'https://keys.example/keys' } }, status: 502 },
      { name: 'publishes no keys', craft: { says: { keys: {} } }, status: 403 },
      {
        name: 'publishes a key that is none',
        craft: { says: { keys: { keys: [null, 7, { kty: 'RSA', kid: 'k1', n: 7, e: {} }] } } },
        status: 403,
      },
      { name: 'sends no tokens', craft: { says: { token: {} } }, status: 403 },
      ...[undefined, null, 7, {}, '', 'x', 'x.y.z', 'e30.e30.', 'bnVsbA.bnVsbA.AA', 'a.b.c.d.e'].map((id_token) => ({
        name: `sends ${JSON.stringify(id_token)} for an ID token`,
        craft: { tokens: { id_token } },
        status: 403,
      })),
      { name: 'binds an access token that is no text', craft: { claims: { at_hash: 'x' }, tokens: { access_token: {} } }, status: 403 },
      { name: 'binds another code', craft: { claims: { c_hash: 7 }, tokens: { access_token: 7 } }, status: 403 },
      { name: 'calls the token something else', craft: { tokens: { token_type: 'mac' } }, status: 403 },
    ])('is refused with $status when it $name, and the server lives on', async ({ craft, status }) => {
      expect((await comeBack(craft)).status).toBe(status);
      expect(await sessions()).toBe(0);
      expect((await comeBack({})).status).toBe(200);
    });

    it('ends no process and no sign-in with a defect of ours, whatever JSON it sends', async () => {
      const claims = [
        'iss',
        'aud',
        'sub',
        'exp',
        'iat',
        'nbf',
        'nonce',
        'tid',
        'oid',
        'at_hash',
        'c_hash',
        'name',
        'preferred_username',
        'azp',
      ];
      const json = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('', 'x', 7, null, [], {}));
      const some = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 2 });
      const crafts = fc.record<Craft>({
        claims: some(claims),
        header: some(['alg', 'kid', 'typ', 'x5t', 'crit', 'jku', 'b64']),
        tokens: some(['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope']),
        metadata: some(['response_types_supported', 'token_endpoint_auth_methods_supported', 'id_token_signing_alg_values_supported']),
      });
      const property = fc.asyncProperty(crafts, async (craft) => {
        expect([200, 403, 502]).toContain((await comeBack(craft)).status);
      });
      await fc.assert(property, { numRuns: 60 });
      expect((await comeBack({})).status).toBe(200);
    });

    it('lets nobody begin while its metadata is a page', async () => {
      provider.craft({ html: 'metadata' });
      expect(await browser().open(address)).toMatchObject({ status: 502 });
    });
  });

  it('signs in with the new key at once when the issuer has exchanged it', async () => {
    expect((await comeBack({})).status).toBe(200);
    provider.rotateKey();
    expect((await comeBack({})).status).toBe(200);
  });

  it('proves by PKCE (S256) that the code comes back to where it was asked for', async () => {
    const { request, status } = await comeBack({});
    expect(status).toBe(200);
    const verifier = provider.tokenRequest().get('code_verifier') ?? '';
    expect(verifier).toMatch(/^[\w-]{43,}$/);
    expect(request.get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('base64url'));
    expect(request.get('code_challenge_method')).toBe('S256');
  });

  it.each([
    { name: 'is by another issuer (RFC 9207)', also: { iss: 'https://login.example/other/v2.0' } },
    { name: 'carries a token of another flow', also: { id_token: 'e30.e30.AA' } },
  ])('refuses an answer that $name', async ({ also }) => {
    expect((await comeBack({}, also)).status).toBe(403);
    expect(await sessions()).toBe(0);
  });

  it('takes an honest token: what was refused above was refused for its fault', async () => {
    expect((await comeBack({})).status).toBe(200);
    expect(await sessions()).toBe(1);
  });
});
