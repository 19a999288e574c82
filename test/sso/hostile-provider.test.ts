import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { browser } from './browser.ts';
import { type Craft, type CraftedProvider, craftedProvider } from './crafted-provider.ts';
import { type SsoServer, ssoServer } from './sso-server.ts';

const clock = steppingClock();
let db: TestDatabase;
let provider: CraftedProvider;
let workspaceId: WorkspaceId;
let server: SsoServer;
let address: string;

beforeAll(async () => {
  db = await testDatabase();
  provider = await craftedProvider();
  const names = { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
  const created = await createWorkspace({ database: db.database, clock }, names);
  workspaceId = created.workspaceId;
  server = await ssoServer({ database: db.database, clock, workspaceId, login: provider.url });
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
beforeEach(() => {
  provider.craft({});
});

async function comeBack(craft: Craft) {
  const person = browser();
  const started = await person.open(address);
  const request = new URL(started.location).searchParams;
  provider.expectNonce(request.get('nonce') ?? '');
  provider.craft(craft);
  const back = new URL(request.get('redirect_uri') ?? '');
  back.search = new URLSearchParams({ code: 'c', state: request.get('state') ?? '' }).toString();
  return person.open(back.href);
}

async function traces() {
  const { rows } = await db.owner.query('select 1 from session union all select 1 from sso_verification');
  return rows.length;
}

describe('a token from a provider that is not honest', () => {
  const otherTenant = '7f3c1e52-0000-4000-8000-00000000dddd';

  it.each<{ name: string; craft: Craft; status: number }>([
    { name: 'carries another nonce', craft: { claims: { nonce: 'another' } }, status: 403 },
    { name: 'carries no nonce', craft: { claims: { nonce: undefined } }, status: 403 },
    { name: 'is of another tenant by its claim', craft: { claims: { tid: otherTenant } }, status: 403 },
    { name: 'names no tenant', craft: { claims: { tid: undefined } }, status: 403 },
    { name: 'is by another issuer', craft: { claims: { iss: 'https://login.example/other/v2.0' } }, status: 403 },
    { name: 'is for another application', craft: { claims: { aud: otherTenant } }, status: 403 },
    { name: 'has expired', craft: { claims: { exp: 1_700_000_000 } }, status: 403 },
    { name: 'names no object of the directory', craft: { claims: { oid: undefined } }, status: 403 },
    { name: 'is not signed (alg none)', craft: { signature: 'none' }, status: 403 },
    { name: 'is signed with the client secret (HS256)', craft: { signature: 'hs256-with-secret' }, status: 403 },
    { name: 'is signed with the public key as a secret (HS256)', craft: { signature: 'hs256-with-public-key' }, status: 403 },
    { name: "is signed by a key that is not the issuer's", craft: { signature: 'foreign-key' }, status: 403 },
    {
      name: 'takes an invitation by the mail claim',
      craft: { claims: { preferred_username: 'mallory@contoso.example', email: 'ada@contoso.example' } },
      status: 403,
    },
  ])('is refused when it $name', async ({ craft, status }) => {
    expect(await comeBack(craft)).toMatchObject({ status, page: expect.stringMatching(/did not succeed/) });
    expect(await traces()).toBe(0);
  });

  it.each<{ name: string; craft: Craft }>([
    { name: 'answers HTML for its metadata', craft: { html: 'metadata' } },
    { name: 'answers HTML for its keys', craft: { html: 'keys' } },
    { name: 'answers HTML for the token', craft: { html: 'token' } },
    { name: 'names another issuer in its metadata', craft: { metadata: { issuer: 'https://login.example/v2.0' } } },
    { name: 'sends the code and the secret to another host', craft: { metadata: { token_endpoint: 'http://127.0.0.1:9/token' } } },
    { name: 'has its keys at another host', craft: { metadata: { jwks_uri: 'https://keys.example/keys' } } },
  ])('is refused when the provider $name, and the server lives on', async ({ craft }) => {
    expect([403, 502]).toContain((await comeBack(craft)).status);
    expect(await traces()).toBe(0);
  });

  it('is taken when nothing is wrong with it: what was refused above was refused for its fault', async () => {
    expect((await comeBack({})).status).toBe(200);
    expect(await traces()).toBe(2);
  });
});
