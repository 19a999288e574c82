import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, newId, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { hasLiveCredential } from '../../src/scim/index.ts';
import { rowsOf } from '../activation/rows.ts';
import { type CraftedTenant, craftedTenants, SYNC_FABRIC, secondsOf, type TokenCraft } from './crafted-tenant.ts';
import { ADMITTED, type CredentialServers, type ServerProcess, startCredentialServers, TURNED_AWAY } from './credential-servers.ts';

const TENANT = '6b5f1a52-0000-4000-8000-00000000aaaa';
const FOREIGN_TENANT = '6b5f1a52-0000-4000-8000-00000000bbbb';
const SOMEBODY = '6b5f1a52-0000-4000-8000-00000000ffff';

let servers: CredentialServers;
let tenant: CraftedTenant;
let foreign: CraftedTenant;
let one: ServerProcess;
let other: ServerProcess;
let workspaceId: WorkspaceId;
let id: string;

beforeAll(async () => {
  [tenant, foreign] = (await craftedTenants(TENANT, FOREIGN_TENANT)) as [CraftedTenant, CraftedTenant];
  servers = await startCredentialServers(tenant.url);
  [one, other] = servers.processes;
});
afterAll(async () => {
  await servers.close();
  await tenant.close();
});

/** Each case has the tenant in a workspace of its own, and a minute of its own for the keys. */
beforeEach(async () => {
  servers.clock.advance(MINUTE_MS);
  tenant.answerKeys('keys');
  await servers.owner.query('update scim_credential set revoked_at = $1 where revoked_at is null', [servers.clock.now()]);
  workspaceId = await servers.workspace();
  id = (await enrol(SYNC_FABRIC)).body.id;
});

const enrol = (body: Readonly<Record<string, unknown>> = {}, where: WorkspaceId = workspaceId) =>
  one.administer(where, 'POST', '/scim/credentials', {
    kind: 'entra-jwt',
    label: 'Entra, secret left blank',
    cloud: 'commercial',
    tenantId: TENANT,
    ...body,
  });
const enrolWithoutCaller = async () => {
  await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
  return (await enrol()).body.id as string;
};
const listed = async (credentialId: string) => {
  const { body } = await other.administer(workspaceId, 'GET', '/scim/credentials');
  return body.credentials.find((credential: { readonly id: string }) => credential.id === credentialId);
};
const token = (craft?: TokenCraft) => tenant.token(servers.clock.now(), craft);
const seconds = (ms: number) => secondsOf(plusMs(servers.clock.now(), ms));
const statusOf = async (text: string, at: ServerProcess = one) => (await at.read(workspaceId, text)).status;

describe("a token of Entra's", () => {
  it('is taken of the enrolled tenant and caller, and ends at once and everywhere with the enrolment', async () => {
    for (const process of servers.processes) expect(await process.knock(workspaceId, token())).toEqual(ADMITTED);
    await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    for (const process of servers.processes) expect(await process.knock(workspaceId, token())).toEqual(TURNED_AWAY);
  });

  it('is nothing to a workspace that enrolled no tenant, which asks nobody about it', async () => {
    servers.clock.advance(DAY_MS); // whoever asked for keys would have to ask anew
    const before = tenant.asked.length;
    const elsewhere = await servers.workspace();
    expect(await one.knock(elsewhere, token())).toEqual(TURNED_AWAY);
    expect(tenant.asked.length).toBe(before);
    expect((await one.administer(elsewhere, 'GET', '/scim/exchanges')).body.exchanges).toEqual([]);
  });

  it.each([
    { name: 'the audience of older applications', craft: () => ({ claims: { aud: '00000002-0000-0000-c000-000000000000' } }) },
    { name: 'the optional claim that says it is an application', craft: () => ({ claims: { idtyp: 'app' } }) },
    { name: 'ids in capitals', craft: () => ({ claims: { tid: TENANT.toUpperCase(), oid: SYNC_FABRIC.objectId.toUpperCase() } }) },
    { name: 'a clock that is 59 s behind', craft: () => ({ claims: { exp: seconds(-59 * SECOND_MS) } }) },
    { name: 'a clock that is a minute ahead', craft: () => ({ claims: { nbf: seconds(MINUTE_MS) } }) },
  ])('is taken with $name', async ({ craft }) => {
    expect(await statusOf(token(craft()))).toBe(200);
  });

  it.each<{ readonly name: string; readonly craft: () => TokenCraft }>([
    { name: 'no signature', craft: () => ({ signature: 'none' }) },
    { name: 'an empty signature', craft: () => ({ signature: 'empty' }) },
    { name: 'the public key as a secret (HS256)', craft: () => ({ signature: 'hs256-with-public-key' }) },
    { name: 'another algorithm of the same key (RS512)', craft: () => ({ signature: 'rs512' }) },
    { name: "somebody else's signature under a key of the tenant", craft: () => ({ signature: 'foreign-key' }) },
    { name: 'a key that the tenant does not have', craft: () => ({ header: { kid: 'unknown' } }) },
    { name: 'no key', craft: () => ({ header: { kid: undefined } }) },
    { name: 'an extension that has to be understood', craft: () => ({ header: { crit: ['exp'] } }) },
    { name: 'the issuer of another tenant', craft: () => ({ claims: { iss: `https://sts.windows.net/${FOREIGN_TENANT}/` } }) },
    { name: 'an issuer without its slash', craft: () => ({ claims: { iss: `https://sts.windows.net/${TENANT}` } }) },
    { name: 'the issuer of a newer token', craft: () => ({ claims: { iss: `https://login.microsoftonline.com/${TENANT}/v2.0` } }) },
    { name: 'another audience', craft: () => ({ claims: { aud: 'https://graph.microsoft.com' } }) },
    { name: 'no audience', craft: () => ({ claims: { aud: undefined } }) },
    { name: 'another tenant', craft: () => ({ claims: { tid: FOREIGN_TENANT } }) },
    { name: 'no tenant', craft: () => ({ claims: { tid: undefined } }) },
    { name: 'another application', craft: () => ({ claims: { appid: SOMEBODY } }) },
    { name: 'no application', craft: () => ({ claims: { appid: undefined } }) },
    { name: 'another service principal', craft: () => ({ claims: { oid: SOMEBODY } }) },
    { name: 'no service principal', craft: () => ({ claims: { oid: undefined } }) },
    { name: 'delegated permissions', craft: () => ({ claims: { scp: 'user_impersonation' } }) },
    { name: 'no delegated permission, but the claim for them', craft: () => ({ claims: { scp: '' } }) },
    { name: 'the word that it is of a user', craft: () => ({ claims: { idtyp: 'user' } }) },
    { name: 'the name of a user', craft: () => ({ claims: { upn: 'ada@contoso.example' } }) },
    { name: 'the unique name of a user', craft: () => ({ claims: { unique_name: 'ada@contoso.example' } }) },
    { name: 'an end of a minute ago', craft: () => ({ claims: { exp: seconds(-MINUTE_MS) } }) },
    { name: 'no end', craft: () => ({ claims: { exp: undefined } }) },
    { name: 'a start that lies ahead', craft: () => ({ claims: { nbf: seconds(MINUTE_MS + SECOND_MS) } }) },
  ])('is refused with $name', async ({ craft }) => {
    expect(await one.knock(workspaceId, token(craft()))).toEqual(TURNED_AWAY);
    expect(await statusOf(token())).toBe(200);
  });

  it('ends when it said it would, on a process that has taken it before', async () => {
    const text = token({ claims: { exp: seconds(10 * SECOND_MS) } });
    expect(await one.knock(workspaceId, text)).toEqual(ADMITTED);
    servers.clock.advance(10 * SECOND_MS + MINUTE_MS);
    expect(await one.knock(workspaceId, text)).toEqual(TURNED_AWAY);
  });

  it('of tenant A is nothing in the workspace of tenant B (entra-scim-client §9 #32, I12)', async () => {
    const elsewhere = await servers.workspace();
    expect((await enrol({ ...SYNC_FABRIC, tenantId: FOREIGN_TENANT }, elsewhere)).status).toBe(201);
    const theirs = foreign.token(servers.clock.now());
    expect(await one.knock(elsewhere, theirs)).toEqual(ADMITTED);
    expect(await one.knock(elsewhere, token())).toEqual(TURNED_AWAY);
    expect(await one.knock(workspaceId, theirs)).toEqual(TURNED_AWAY);
    const disguised = foreign.token(servers.clock.now(), { claims: { tid: TENANT, iss: `https://sts.windows.net/${TENANT}/` } });
    expect(await one.knock(workspaceId, disguised)).toEqual(TURNED_AWAY);
  });

  it('is refused with the reason in the log, and neither it nor who is in it', async () => {
    await statusOf(token({ claims: { upn: 'ada@contoso.example' } }));
    expect(servers.log.events.at(-1)).toEqual({
      level: 'info',
      event: 'scim.entra_token.refused',
      fields: { workspaceId, because: 'user-token' },
    });
    expect(JSON.stringify(servers.log.events)).not.toMatch(/eyJ|contoso/);
  });

  it.each(['html', 'error', 'nothing', 'not-json', 'redirect'] as const)(
    'is answered 503 while the keys are %s: an outage must not quarantine the job (I8)',
    async (answer) => {
      servers.clock.advance(DAY_MS);
      tenant.answerKeys(answer);
      const { status, headers } = await one.read(workspaceId, token());
      expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '5' });
      tenant.answerKeys('keys');
      expect(await statusOf(token())).toBe(200);
    },
  );

  it('is checked by keys that are read anew when its key is unknown, three times a minute at most', async () => {
    expect(await statusOf(token())).toBe(200);
    tenant.rotate();
    expect(await statusOf(token())).toBe(200);
    const before = tenant.asked.length;
    for (let time = 0; time < 6; time += 1) expect(await statusOf(token({ header: { kid: `unknown ${time}` } }))).toBe(401);
    expect(tenant.asked.slice(before).every((path) => path === `/${TENANT}/discovery/keys`)).toBe(true);
    expect(tenant.asked.length - before).toBeLessThanOrEqual(3);
  });

  it('leaves a row in the wire log when its enrolment has ended, and none when it is nobody’s', async () => {
    const rows = async () => {
      const { body } = await one.administer(workspaceId, 'GET', '/scim/exchanges');
      return body.exchanges.map(({ credentialId, status }: { credentialId: string; status: number }) => ({ credentialId, status }));
    };
    await statusOf(token({ signature: 'foreign-key' }));
    expect(await rows()).toEqual([]);
    await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    await statusOf(token());
    expect(await rows()).toEqual([{ credentialId: id, status: 401 }]);
  });
});

describe('a tenant that is connected to another workspace too', () => {
  const connections = {
    'reads it': `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
      values ($1, $2, 'commercial', $3, $2, $4, 'system')`,
    'signs its people in': `insert into sso_connection (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed,
      fingerprint, state, created_at, created_by)
      values ($1, $2, 'oidc', $3, 'client', 'https://issuer.example', '\\x00', decode(repeat('00', 32), 'hex'), 'active', $4, 'system')`,
    'takes its tokens': `insert into scim_credential (workspace_id, id, kind, label, cloud, tenant_id, issuer, audiences, created_at, created_by)
      values ($1, $2, 'entra-jwt', 'x', 'commercial', $3, 'https://sts.windows.net/', '{x}', $4, 'system')`,
  };
  const endings = [
    'delete from directory_connection',
    "delete from sso_connection where client_id = 'client' and tenant_id = '6b5f1a52-0000-4000-8000-00000000aaaa'",
    "delete from scim_credential where label = 'x'",
  ];

  it.each(Object.entries(connections))('which %s is refused at once, and not enrolled either', async (_name, statement) => {
    expect(await one.knock(workspaceId, token())).toEqual(ADMITTED);
    const elsewhere = await servers.workspace('off');
    const { now } = servers.clock;
    await servers.owner.query(statement, [elsewhere, newId(now()), TENANT, now()]);
    for (const process of servers.processes) expect(await process.knock(workspaceId, token())).toEqual(TURNED_AWAY);
    expect(servers.log.events.at(-1)).toMatchObject({ fields: { workspaceId, because: 'tenant-shared' } });
    const third = await servers.workspace('off');
    expect((await enrol({}, third)).status).toBe(409);
    for (const ending of endings) await servers.owner.query(ending);
    expect(await one.knock(workspaceId, token())).toEqual(ADMITTED);
  });

  it('is not one because the workspace itself is connected to it', async () => {
    const { now } = servers.clock;
    await servers.owner.query(connections['reads it'], [workspaceId, newId(now()), TENANT, now()]);
    expect(await one.knock(workspaceId, token())).toEqual(ADMITTED);
    await servers.owner.query('delete from directory_connection');
  });
});

describe('the enrolment of a tenant', () => {
  it('offers the first caller who is seen, admits nothing until that caller is confirmed, and then nobody else', async () => {
    const pending = await enrolWithoutCaller();
    expect(await hasLiveCredential(servers.database, workspaceId, servers.clock.now())).toBe(false);
    expect(await one.knock(workspaceId, token())).toEqual(TURNED_AWAY);
    const late = token({ claims: { oid: SOMEBODY } });
    expect(await one.knock(workspaceId, late)).toEqual(TURNED_AWAY);
    expect(await listed(pending)).toMatchObject({ caller: null, seenCaller: SYNC_FABRIC });

    const confirm = (caller: object) => other.administer(workspaceId, 'POST', `/scim/credentials/${pending}/confirm`, caller);
    expect((await confirm({ ...SYNC_FABRIC, objectId: SOMEBODY })).status).toBe(409);
    expect((await confirm({ ...SYNC_FABRIC, appId: SOMEBODY })).status).toBe(409);
    expect((await confirm({})).status).toBe(400);
    expect(await one.knock(workspaceId, token())).toEqual(TURNED_AWAY);
    expect(await confirm(SYNC_FABRIC)).toMatchObject({ status: 200, body: { id: pending, caller: SYNC_FABRIC } });
    expect((await confirm(SYNC_FABRIC)).status).toBe(409);
    for (const process of servers.processes) expect(await process.knock(workspaceId, token())).toEqual(ADMITTED);
    expect(await one.knock(workspaceId, late)).toEqual(TURNED_AWAY);
    expect(await hasLiveCredential(servers.database, workspaceId, servers.clock.now())).toBe(true);

    const { rows } = await servers.owner.query<{ type: string }>('select type from ledger_record where subject_id = $1 order by ord', [
      pending,
    ]);
    expect(rows.map(({ type }) => type)).toEqual(['scim.credential.enrolled', 'scim.credential.confirmed']);
  });

  it.each<{ readonly name: string; readonly craft: TokenCraft }>([
    { name: 'a forged token', craft: { signature: 'foreign-key' } },
    { name: 'a token of a user', craft: { claims: { scp: 'user_impersonation' } } },
    { name: 'a token that has expired', craft: { claims: { exp: 1 } } },
    { name: 'a token for another audience', craft: { claims: { aud: 'https://graph.microsoft.com' } } },
  ])('does not offer the caller of $name', async ({ craft }) => {
    const pending = await enrolWithoutCaller();
    await statusOf(token(craft));
    expect(await listed(pending)).toMatchObject({ caller: null, seenCaller: null });
    expect((await one.administer(workspaceId, 'POST', `/scim/credentials/${pending}/confirm`, SYNC_FABRIC)).status).toBe(409);
  });

  it('does not open the gate of the switch while its caller is unconfirmed (I4)', async () => {
    const gated = await servers.workspace('off');
    const { now } = servers.clock;
    const rows = rowsOf(servers.owner, gated, now());
    const connectionId = await rows.ssoConnection();
    await rows.verification(connectionId);
    const turnOn = () =>
      servers.owner.query("update scim_switch set state = 'on', sso_connection_id = $2, changed_at = $3 where workspace_id = $1", [
        gated,
        connectionId,
        now(),
      ]);
    const { body } = await enrol({ tenantId: FOREIGN_TENANT }, gated);
    await expect(turnOn()).rejects.toMatchObject({ constraint: 'scim_switch_needs_credential' });
    await one.read(gated, foreign.token(now()));
    await one.administer(gated, 'POST', `/scim/credentials/${body.id}/confirm`, SYNC_FABRIC);
    await expect(turnOn()).rejects.toMatchObject({ constraint: 'scim_switch_needs_proven_owner' });
  });

  it('is one at a time, and can be made anew after a revocation', async () => {
    expect((await enrol()).status).toBe(409);
    await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    expect((await enrol({ expiresAt: plusMs(servers.clock.now(), HOUR_MS) })).status).toBe(201);
  });

  it('can end by itself, and has nothing to be confirmed then', async () => {
    await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    const { body } = await enrol({ expiresAt: plusMs(servers.clock.now(), MINUTE_MS) });
    await statusOf(token());
    servers.clock.advance(MINUTE_MS);
    expect((await one.administer(workspaceId, 'POST', `/scim/credentials/${body.id}/confirm`, SYNC_FABRIC)).status).toBe(409);
    expect(await one.knock(workspaceId, token())).toEqual(TURNED_AWAY);
  });

  it.each([
    { name: 'half a caller', body: { appId: SOMEBODY } },
    { name: 'no audience', body: { audiences: [] } },
    { name: 'an issuer of its own choice', body: { issuer: 'https://issuer.example' } },
    { name: 'no cloud', body: { cloud: undefined } },
  ])('is not made with $name', async ({ body }) => {
    await one.administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    expect((await enrol(body)).status).toBe(400);
  });

  it('belongs to its workspace (I12), and is the only kind with something to confirm', async () => {
    const elsewhere = await servers.workspace();
    expect((await one.administer(elsewhere, 'POST', `/scim/credentials/${id}/confirm`, SYNC_FABRIC)).status).toBe(404);
    const { body } = await one.administer(workspaceId, 'POST', '/scim/credentials', { label: 'a bearer' });
    expect((await one.administer(workspaceId, 'POST', `/scim/credentials/${body.id}/confirm`, SYNC_FABRIC)).status).toBe(409);
  });
});
