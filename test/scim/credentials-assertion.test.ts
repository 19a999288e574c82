import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { createEntraKeys } from '../../src/scim/index.ts';
import { peekToken } from '../../src/scim/signed-token.ts';
import { type CraftedTenant, craftedTenants, secondsOf, type TokenCraft, WORKLOAD } from './crafted-tenant.ts';
import { ADMITTED, type CredentialServers, type ServerProcess, startCredentialServers, TURNED_AWAY } from './credential-servers.ts';

const TENANT = '6b5f1a52-0000-4000-8000-00000000aaaa';
const FOREIGN_TENANT = '6b5f1a52-0000-4000-8000-00000000bbbb';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let servers: CredentialServers;
let tenant: CraftedTenant;
let foreign: CraftedTenant;
let one: ServerProcess;
let other: ServerProcess;
let workspaceId: WorkspaceId;
let clientId: string;

beforeAll(async () => {
  [tenant, foreign] = (await craftedTenants(TENANT, FOREIGN_TENANT)) as [CraftedTenant, CraftedTenant];
  servers = await startCredentialServers(tenant.url);
  [one, other] = servers.processes;
});
afterAll(async () => {
  await servers.close();
  await tenant.close();
});

/** Each case has a client of its own, so that its failures do not count for another, and a minute of its own for the keys. */
beforeEach(async () => {
  servers.clock.advance(MINUTE_MS);
  tenant.answerKeys('keys');
  workspaceId = await servers.workspace();
  clientId = (await enrol()).body.clientId;
});

const pinned = () => ({
  kind: 'workload-identity',
  label: 'Entra, federated',
  cloud: 'commercial',
  tenantId: TENANT,
  issuer: `${tenant.url}/${TENANT}/v2.0`,
  subject: WORKLOAD.subject,
  audiences: [WORKLOAD.audience, `${WORKLOAD.audience}/.default`],
});
const enrol = (body: Readonly<Record<string, unknown>> = {}) =>
  one.administer(workspaceId, 'POST', '/scim/credentials', { ...pinned(), ...body });
/** As Entra sends it (entra-scim-client §5). */
const form = (assertion: string) => ({
  grant_type: 'client_credentials',
  client_id: clientId,
  client_assertion_type: JWT_BEARER,
  client_assertion: assertion,
  scope: 'scim',
});
const exchange = (assertion: string, at: ServerProcess = one) => at.requestToken(workspaceId, form(assertion));
const assertion = (craft?: TokenCraft) => tenant.assertion(servers.clock.now(), craft);
const seconds = (ms: number) => secondsOf(plusMs(servers.clock.now(), ms));
const refused = { status: 401, body: { error: 'invalid_client' } };

describe('a workload identity', () => {
  it('is shown its client id and where to get tokens, and has no secret', async () => {
    expect(await enrol({ mode: 'strict', tokenLifeSeconds: 7_200 })).toMatchObject({
      status: 201,
      body: { kind: 'workload-identity', mode: 'strict', token: null, clientSecret: null, clientId: expect.any(String) },
    });
  });

  it('gets a token for an assertion, which works on every process until the identity is revoked, then on none', async () => {
    const { status, headers, body } = await exchange(assertion());
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600, scope: 'scim' } });
    expect(headers.get('cache-control')).toBe('no-store');
    for (const process of servers.processes) expect(await process.knock(workspaceId, body.access_token)).toEqual(ADMITTED);
    await other.administer(workspaceId, 'DELETE', `/scim/credentials/${clientId}`);
    for (const process of servers.processes) expect(await process.knock(workspaceId, body.access_token)).toEqual(TURNED_AWAY);
    expect(await exchange(assertion())).toMatchObject(refused);
  });

  it.each([
    { name: 'another of its audiences', craft: () => ({ claims: { aud: `${WORKLOAD.audience}/.default` } }) },
    { name: 'a list of audiences', craft: () => ({ claims: { aud: ['api://elsewhere', WORKLOAD.audience] } }) },
    { name: 'no tenant besides its issuer', craft: () => ({ claims: { tid: undefined } }) },
    { name: 'a clock that is 59 s behind', craft: () => ({ claims: { exp: seconds(-59 * SECOND_MS) } }) },
    { name: 'a clock that is a minute ahead', craft: () => ({ claims: { nbf: seconds(MINUTE_MS) } }) },
  ])('is taken with $name', async ({ craft }) => {
    expect((await exchange(assertion(craft()))).status).toBe(200);
  });

  it.each<{ readonly name: string; readonly craft: () => TokenCraft }>([
    { name: 'no signature', craft: () => ({ signature: 'none' }) },
    { name: 'an empty signature', craft: () => ({ signature: 'empty' }) },
    { name: 'the public key as a secret (HS256)', craft: () => ({ signature: 'hs256-with-public-key' }) },
    { name: 'another algorithm of the same key (RS512)', craft: () => ({ signature: 'rs512' }) },
    { name: "somebody else's signature under a key of the tenant", craft: () => ({ signature: 'foreign-key' }) },
    { name: 'a key that the tenant does not have', craft: () => ({ header: { kid: 'unknown' } }) },
    { name: 'no key', craft: () => ({ header: { kid: undefined } }) },
    { name: 'a key of a kind that is not taken', craft: () => ({ header: { kid: 'other' } }) },
    { name: 'an extension that has to be understood', craft: () => ({ header: { crit: ['exp'] } }) },
    { name: 'the issuer of another tenant', craft: () => ({ claims: { iss: `${tenant.url}/${FOREIGN_TENANT}/v2.0` } }) },
    { name: 'an issuer that begins like its own', craft: () => ({ claims: { iss: `${tenant.url}/${TENANT}/v2.0/` } }) },
    { name: 'no issuer', craft: () => ({ claims: { iss: undefined } }) },
    { name: 'another tenant', craft: () => ({ claims: { tid: FOREIGN_TENANT } }) },
    { name: 'a tenant that is no text', craft: () => ({ claims: { tid: [TENANT] } }) },
    { name: 'another subject', craft: () => ({ claims: { sub: WORKLOAD.audience } }) },
    { name: 'no subject', craft: () => ({ claims: { sub: undefined } }) },
    { name: 'another audience', craft: () => ({ claims: { aud: 'api://elsewhere' } }) },
    { name: 'no audience', craft: () => ({ claims: { aud: undefined } }) },
    { name: 'an end of a minute ago', craft: () => ({ claims: { exp: seconds(-MINUTE_MS) } }) },
    { name: 'no end', craft: () => ({ claims: { exp: undefined } }) },
    { name: 'an end that is no number', craft: () => ({ claims: { exp: '9999999999' } }) },
    { name: 'an end beyond a day', craft: () => ({ claims: { exp: seconds(DAY_MS + HOUR_MS) } }) },
    { name: 'an end that no calendar has', craft: () => ({ claims: { exp: 1e17 } }) },
    { name: 'a start that lies ahead', craft: () => ({ claims: { nbf: seconds(MINUTE_MS + SECOND_MS) } }) },
  ])('is refused with $name', async ({ craft }) => {
    expect(await exchange(assertion(craft()))).toMatchObject(refused);
    expect((await exchange(assertion())).status).toBe(200);
  });

  it.each([
    { name: 'no JWT', text: 'x.y.z' },
    { name: 'two parts', text: 'eyJhbGciOiJSUzI1NiJ9.e30' },
    { name: 'claims that are a list', text: 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.W10.AA' },
  ])('is refused when the assertion is $name', async ({ text }) => {
    expect(await exchange(text)).toMatchObject(refused);
  });

  it('of one tenant is refused the assertions of another, although both are at the same host', async () => {
    const theirs = foreign.assertion(servers.clock.now());
    expect(await exchange(theirs)).toMatchObject(refused);
    const claims = { iss: `${tenant.url}/${TENANT}/v2.0`, tid: TENANT };
    expect(await exchange(foreign.assertion(servers.clock.now(), { claims }))).toMatchObject(refused);
  });

  it('has no secret that could be guessed, and takes no assertion where a secret is meant', async () => {
    const bySecret = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'rcc_a-guess' };
    expect(await one.requestToken(workspaceId, bySecret)).toMatchObject(refused);
    const { body } = await one.administer(workspaceId, 'POST', '/scim/credentials', { kind: 'oauth-client', label: 'by secret' });
    expect(await one.requestToken(workspaceId, { ...form(assertion()), client_id: body.clientId })).toMatchObject(refused);
  });

  it('is nothing in another workspace (I12)', async () => {
    expect(await one.requestToken(await servers.workspace(), form(assertion()))).toMatchObject(refused);
  });

  it('cannot present an assertion to SCIM itself', async () => {
    expect(await one.knock(workspaceId, assertion())).toEqual(TURNED_AWAY);
  });

  it.each([
    { name: 'an issuer of another tenant', body: { issuer: `https://login.microsoftonline.com/${FOREIGN_TENANT}/v2.0` } },
    { name: 'no audience', body: { audiences: [] } },
    { name: 'a cloud that is none', body: { cloud: 'mars' } },
    { name: 'a tenant that is no id', body: { tenantId: 'contoso.example' } },
    { name: 'no subject', body: { subject: undefined } },
    { name: 'a secret', body: { clientSecret: 'x' } },
  ])('is not enrolled with $name', async ({ body }) => {
    expect((await enrol(body)).status).toBe(400);
  });
});

describe('an assertion', () => {
  it('counts once, on whichever process, and also when it is sent twice at the same time', async () => {
    const text = assertion();
    const answers = await Promise.all([exchange(text, one), exchange(text, other), exchange(text, one), exchange(text, other)]);
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '401', '401', '401']);
    servers.clock.advance(HOUR_MS);
    expect(await exchange(text, other)).toMatchObject(refused);
  });

  it('counts once until the last moment at which it would be taken, and is forgotten afterwards', async () => {
    const text = assertion({ claims: { exp: seconds(HOUR_MS) } });
    expect((await exchange(text)).status).toBe(200);
    servers.clock.advance(HOUR_MS + 59 * SECOND_MS);
    expect((await exchange(text)).body.error_description).toContain('used before');
    servers.clock.advance(SECOND_MS);
    expect((await exchange(text)).body.error_description).toContain('expired');
    expect((await exchange(assertion())).status).toBe(200);
    const { rows } = await servers.owner.query('select 1 from scim_assertion where credential_id = $1', [clientId]);
    expect(rows).toHaveLength(1);
  });

  it('of the same jti counts once, whatever else differs', async () => {
    expect((await exchange(assertion({ claims: { jti: 'the same' } }))).status).toBe(200);
    expect(await exchange(assertion({ claims: { jti: 'the same', exp: seconds(HOUR_MS) } }))).toMatchObject(refused);
  });

  it('without a jti counts once by what it says, however its signature is written', async () => {
    const text = assertion({ claims: { jti: undefined } });
    expect((await exchange(text)).status).toBe(200);
    expect(await exchange(text)).toMatchObject(refused);
    // The last character of 256 bytes in base64url has four bits that nobody reads.
    const last = text.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = `${text.slice(0, -1)}${alphabet[alphabet.indexOf(last) ^ 1]}`;
    expect(Buffer.from(twin.split('.')[2] ?? '', 'base64url')).toEqual(Buffer.from(text.split('.')[2] ?? '', 'base64url'));
    expect(await exchange(twin)).toMatchObject(refused);
    expect((await exchange(assertion({ claims: { jti: undefined, iat: seconds(-SECOND_MS) } }))).status).toBe(200);
  });

  it('is not used up when nothing could be issued for it', async () => {
    const text = assertion();
    await servers.owner.query('alter table scim_access_token rename to scim_access_token_gone');
    expect((await exchange(text)).status).toBe(500);
    await servers.owner.query('alter table scim_access_token_gone rename to scim_access_token');
    expect((await exchange(text)).status).toBe(200);
  });
});

describe("the tenant's keys", () => {
  it.each(['html', 'error', 'nothing', 'not-json', 'redirect'] as const)('being %s is an outage and no verdict (I8)', async (answer) => {
    servers.clock.advance(DAY_MS);
    tenant.answerKeys(answer);
    const text = assertion();
    expect(await exchange(text)).toMatchObject({ status: 502, body: { type: expect.stringContaining('identity-provider-unavailable') } });
    tenant.answerKeys('keys');
    expect((await exchange(text)).status).toBe(200);
  });

  it('are read once for all who ask for them at the same time', async () => {
    const hostsOf = () => ({ login: tenant.url, graph: tenant.url, arm: tenant.url });
    const keys = createEntraKeys({ outbound: createOutboundHttp({ allowedOrigins: [tenant.url] }), clock: servers.clock, hostsOf });
    const before = tenant.asked.length;
    const kid = peekToken(assertion())?.kid ?? '';
    const find = () => keys.find({ cloud: 'commercial', tenantId: TENANT, version: 2 }, kid);
    const found = await Promise.all([find(), find(), find(), find(), find()]);
    expect(found.map((key) => key?.asymmetricKeyType)).toEqual(['rsa', 'rsa', 'rsa', 'rsa', 'rsa']);
    expect(tenant.asked.slice(before)).toEqual([`/${TENANT}/discovery/v2.0/keys`]);
  });

  it('are remembered for a day', async () => {
    servers.clock.advance(DAY_MS);
    const before = tenant.asked.length;
    expect((await exchange(assertion())).status).toBe(200);
    servers.clock.advance(DAY_MS - 1);
    expect((await exchange(assertion())).status).toBe(200);
    expect(tenant.asked.slice(before)).toEqual([`/${TENANT}/discovery/v2.0/keys`]);
    servers.clock.advance(1);
    expect((await exchange(assertion())).status).toBe(200);
    expect(tenant.asked.length - before).toBe(2);
  });

  it('are read anew for a key that is unknown, three times a minute at most', async () => {
    await exchange(assertion());
    tenant.rotate();
    expect((await exchange(assertion())).status).toBe(200);
    const before = tenant.asked.length;
    for (let time = 0; time < 6; time += 1) {
      expect(await exchange(assertion({ header: { kid: `unknown ${time}` } }))).toMatchObject(refused);
    }
    expect(tenant.asked.length - before).toBeLessThanOrEqual(3);
    expect((await exchange(assertion())).status).toBe(200);
  });

  it('that the tenant has taken back are trusted for a day at most', async () => {
    const { now } = servers.clock;
    const old = tenant.assertion(plusMs(now(), DAY_MS), { claims: { nbf: undefined } });
    await exchange(assertion());
    tenant.rotate();
    servers.clock.advance(DAY_MS);
    expect(await exchange(old)).toMatchObject(refused);
  });
});
