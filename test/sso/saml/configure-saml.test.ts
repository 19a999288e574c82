import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../../../src/kernel/index.ts';
import { selfSignedCertificate } from '../../../src/simulator/saml/self-signed-certificate.ts';
import { createWorkspace } from '../../../src/workspace/index.ts';
import { steppingClock } from '../../support/clock.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { freshEcKeys } from '../../support/fresh-keys.ts';
import { type LoopbackServer, serve } from '../../support/loopback.ts';
import { type SsoServer, ssoServer } from '../sso-server.ts';
import { ISSUER, metadataOf, signer, TENANT_ID } from './crafted-response.ts';

const START = '2026-03-03T09:00:00.000Z' as Instant;
const clock = steppingClock(START);
const present = signer(plusMs(START, -DAY_MS), plusMs(START, 45 * DAY_MS));
const next = signer(plusMs(START, -DAY_MS), plusMs(START, 365 * DAY_MS));
const sha256Of = (der: Buffer) => createHash('sha256').update(der).digest('hex');

let db: TestDatabase;
let workspaceId: WorkspaceId;
let login: LoopbackServer;
let server: SsoServer;
let answer: { readonly status: number; readonly body: string } | 'nothing';
let asked: string[];

beforeAll(async () => {
  db = await testDatabase();
  login = await serve((request, response) => {
    asked.push(request.url ?? '');
    if (answer !== 'nothing') response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
  });
  const names = { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
  workspaceId = (await createWorkspace({ database: db.database, clock }, names)).workspaceId;
  const patience = () => (answer === 'nothing' ? 1_000 : undefined);
  server = await ssoServer({ database: db.database, clock, workspaceId, login: login.url, patience });
});
afterAll(async () => {
  await server.close();
  await login.close();
  await db.drop();
});
beforeEach(() => {
  asked = [];
});

const configure = (body: object) => server.ask('POST', '/sso', { protocol: 'saml', tenantId: TENANT_ID, ...body });
const honest = () => metadataOf(login.url, [present, next]);
const metadataUrl = () => `${login.url}/${TENANT_ID}/federationmetadata/2007-06/federationmetadata.xml?appid=x`;

describe('a SAML configuration', () => {
  it('is read from metadata in the request, and shown with its certificates and how near their ends are', async () => {
    const { body, status } = await configure({ metadata: `\u{FEFF}<?xml version="1.0" encoding="utf-8"?>${honest()}` });
    const base = `${server.url}/sign-in/${workspaceId}/saml`;
    expect([status, body]).toEqual([
      201,
      {
        id: body['id'],
        state: 'candidate',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        entityId: `${base}/metadata`,
        acsUrl: base,
      },
    ]);
    const shown = await server.ask('GET', '/sso');
    expect((shown.body['connections'] as unknown[])[0]).toEqual({
      id: body['id'],
      protocol: 'saml',
      tenantId: TENANT_ID,
      entityId: `${base}/metadata`,
      issuer: ISSUER,
      ssoUrl: `${login.url}/${TENANT_ID}/saml2`,
      certificates: [
        { sha256: sha256Of(present.certificate), expiresAt: plusMs(START, 45 * DAY_MS), expiresInDays: 45, warning: 'expiring' },
        { sha256: sha256Of(next.certificate), expiresAt: plusMs(START, 365 * DAY_MS), expiresInDays: 365, warning: null },
      ],
      fingerprint: body['fingerprint'],
      state: 'candidate',
      acsUrl: base,
      createdAt: START,
      verifiedAt: null,
      activatedAt: null,
      retiredAt: null,
    });
    expect(asked).toEqual([]);
  });

  it('leaves in the ledger what it trusts', async () => {
    const { body } = await configure({ metadata: honest() });
    const { rows } = await db.owner.query<{ leaf: Buffer }>(
      "select leaf from ledger_record where type = 'sso.configured' and subject_id = $1",
      [body['id']],
    );
    expect(JSON.parse(String(rows[0]?.leaf))).toMatchObject({
      after: {
        protocol: 'saml',
        tenantId: TENANT_ID,
        issuer: ISSUER,
        certificates: [
          { sha256: sha256Of(present.certificate), expiresAt: plusMs(START, 45 * DAY_MS) },
          { sha256: sha256Of(next.certificate), expiresAt: plusMs(START, 365 * DAY_MS) },
        ],
      },
    });
  });

  it('is read from the tenant at the login host, once', async () => {
    answer = { status: 200, body: honest() };
    expect((await configure({ metadataUrl: metadataUrl() })).status).toBe(201);
    expect(asked).toEqual([metadataUrl().slice(login.url.length)]);
  });

  it('leaves out certificates that are over, which Entra goes on listing', async () => {
    const over = [1, 2].map((days) => signer(plusMs(START, -9 * DAY_MS), plusMs(START, -days * DAY_MS)));
    const { body } = await configure({ metadata: metadataOf(login.url, [...over, present, next]) });
    expect(body['fingerprint']).toBe((await configure({ metadata: honest() })).body['fingerprint']);
  });

  it('takes the keys of the SAML provider alone: Entra describes its other roles in the same document', async () => {
    const [key = ''] = /<KeyDescriptor.*?<\/KeyDescriptor>/.exec(metadataOf(login.url, [signer(START)])) ?? [];
    const role = `<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">${key}<fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></RoleDescriptor>`;
    const { body } = await configure({ metadata: honest().replace('<IDPSSODescriptor', () => `${role}<IDPSSODescriptor`) });
    expect(body['fingerprint']).toBe((await configure({ metadata: honest() })).body['fingerprint']);
  });

  it('has another fingerprint for each thing that it consists of', async () => {
    const fingerprint = async (metadata: string) => (await configure({ metadata })).body['fingerprint'];
    const all = [
      await fingerprint(honest()),
      await fingerprint(metadataOf(login.url, [present])),
      await fingerprint(metadataOf(login.url, [next])),
      await fingerprint(metadataOf(login.url, [next, present])),
      await fingerprint(honest().replace('/saml2', '/saml2/other')),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(await fingerprint(honest())).toBe(all[0]);
  });

  it.each<{ name: string; change: (xml: string) => string; because: RegExp }>([
    { name: 'is no XML', change: () => '<html>', because: /cannot be used/ },
    { name: 'has a document type', change: (xml) => `<!DOCTYPE x>${xml}`, because: /document type/ },
    { name: 'describes many entities', change: (xml) => xml.replaceAll('EntityDescriptor', 'EntitiesDescriptor'), because: /one entity/ },
    {
      name: 'describes an application',
      change: (xml) => xml.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
      because: /no identity provider/,
    },
    { name: 'names no one', change: (xml) => xml.replace(/entityID="[^"]*"/, ''), because: /no entity id/ },
    { name: 'has no address for a redirect', change: (xml) => xml.replace('HTTP-Redirect', 'SOAP'), because: /no address/ },
    {
      name: 'has no certificate',
      change: (xml) => xml.replaceAll(/<KeyDescriptor.*?<\/KeyDescriptor>/g, ''),
      because: /no signing certificate/,
    },
    {
      name: 'has certificates for encryption alone',
      change: (xml) => xml.replaceAll('use="signing"', 'use="encryption"'),
      because: /no signing certificate/,
    },
    {
      name: 'has a certificate that is none',
      change: (xml) => xml.replace(/<X509Certificate>[^<]*/, '<X509Certificate>AAAA'),
      because: /cannot be read/,
    },
    {
      name: 'has bytes behind a certificate',
      change: (xml) =>
        xml.replace(present.certificate.toString('base64'), Buffer.concat([present.certificate, Buffer.of(0)]).toString('base64')),
      because: /cannot be read/,
    },
    { name: 'has a short key', change: () => metadataOf(login.url, [signer(START, plusMs(START, DAY_MS), 1024)]), because: /2048 bits/ },
    { name: 'has a key of another kind', change: () => metadataOf(login.url, [ellipticSigner()]), because: /RSA/ },
    { name: 'has three certificates', change: () => metadataOf(login.url, [present, next, signer(START)]), because: /more than 2/ },
    { name: 'has expired', change: () => metadataOf(login.url, [signer(plusMs(START, -2 * DAY_MS), START)]), because: /valid at present/ },
    {
      name: 'is of another tenant',
      change: (xml) => xml.replaceAll(TENANT_ID, '7f3c1e52-0000-4000-8000-00000000dddd'),
      because: /not that of the tenant/,
    },
    {
      name: 'signs people in elsewhere',
      change: (xml) => xml.replace(login.url, 'https://login.example'),
      because: /not that of the tenant/,
    },
    {
      name: 'is by an issuer of another kind',
      change: (xml) => xml.replace('sts.windows.net', 'sts.example'),
      because: /not that of the tenant/,
    },
  ])('is refused when its metadata $name', async ({ because, change }) => {
    expect(await configure({ metadata: change(honest()) })).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(because) },
    });
  });

  it.each([
    { name: 'neither metadata nor an address', body: {} },
    { name: 'both', body: { metadata: '<a/>', metadataUrl: 'https://login.example' } },
    { name: 'an address at another host', body: { metadataUrl: 'https://login.example/metadata.xml' } },
    { name: 'an address at another port', body: { metadataUrl: 'http://127.0.0.1:1/metadata.xml' } },
    { name: 'an address that is none', body: { metadataUrl: 'metadata.xml' } },
    { name: 'a client id', body: { metadata: '<a/>', clientId: TENANT_ID } },
  ])('is refused when it has $name', async ({ body }) => {
    expect((await configure(body)).status).toBe(400);
  });

  it.each([
    { name: 'of another tenant', address: () => metadataUrl().replace(TENANT_ID, '7f3c1e52-0000-4000-8000-00000000dddd') },
    { name: 'that climbs out of the tenant', address: () => `${login.url}/${TENANT_ID}/../other/metadata.xml` },
    { name: 'with another host behind an @', address: () => `${login.url}@login.example/${TENANT_ID}/` },
  ])('is not read from an address $name', async ({ address }) => {
    expect((await configure({ metadataUrl: address() })).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it.each<{ name: string; said: typeof answer; status: number }>([
    { name: 'answers HTML', said: { status: 200, body: '<html>Please sign in to the guest network</html>' }, status: 400 },
    { name: 'has none', said: { status: 404, body: '' }, status: 502 },
    { name: 'sends elsewhere', said: { status: 302, body: '' }, status: 502 },
    { name: 'breaks', said: { status: 500, body: '' }, status: 502 },
    { name: 'never ends', said: { status: 200, body: 'x'.repeat(2 * 1024 * 1024) }, status: 502 },
    { name: 'hangs', said: 'nothing', status: 502 },
  ])('is refused when the login host $name', async ({ said, status }) => {
    answer = said;
    expect((await configure({ metadataUrl: metadataUrl() })).status).toBe(status);
    expect(asked).toHaveLength(1);
  });
});

function ellipticSigner() {
  const { publicKey } = freshEcKeys();
  const { privateKey } = present;
  return {
    certificate: selfSignedCertificate({ commonName: 'test', publicKey, privateKey, validFrom: START, expiresAt: plusMs(START, DAY_MS) }),
  };
}
