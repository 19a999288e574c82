import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { admitAdministrator, createOwner, createWorkspace, openSession, readSwitch, sessionCookie } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Administration, administration } from './administration.ts';

const clock = steppingClock();
let db: TestDatabase;
let workspaceId: WorkspaceId;
let owner: { readonly id: string; readonly credential: string };
let api: Administration;
let made = 0;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});
beforeEach(async () => {
  made += 1;
  ({ workspaceId, owner } = await create(`acme-${made}`));
  api = await administration({ database: db.database, clock, workspaceId });
});
afterEach(async () => {
  await api.close();
});

function create(slug: string) {
  return createWorkspace({ database: db.database, clock }, { slug, name: 'Acme', timeZone: 'Europe/Berlin', ownerName: 'Olive Owner' });
}

async function recordTypes(): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ type: string }>('select type from ledger_record where workspace_id = $1 order by txid, ord', [
    workspaceId,
  ]);
  return rows.map(({ type }) => type);
}

async function invite(email: string, roleId = 'admin') {
  const { body } = await api.ask('POST', '/administrators', { token: owner.credential, body: { email, roleId } });
  return body as { id: string; invitation: { token: string; expiresAt: string } };
}

const tenantId = '11111111-1111-4111-8111-111111111111';

function signIn(email: string, objectId: string) {
  const identity = { tenantId, objectId, userPrincipalName: email };
  return db.database.transaction(async (tx) => {
    const administrator = await admitAdministrator(tx, workspaceId, { identity, at: clock.now() });
    if (administrator === undefined) return undefined;
    const session = await openSession(tx, workspaceId, { holder: { administratorId: administrator.id }, at: clock.now() });
    return { ...administrator, cookie: `rollcall=${session.token}` };
  });
}

describe('a new workspace', () => {
  it('has a ledger, a switch that is off, the built-in roles and one owner', async () => {
    expect(await readSwitch(db.database, workspaceId)).toMatchObject({ state: 'off', ssoConnectionId: null });
    const { body } = await api.ask('GET', '/roles', { token: owner.credential });
    expect(body.roles.map(({ id }: { id: string }) => id)).toEqual(['admin', 'auditor']);
    expect(await recordTypes()).toEqual(['ledger.genesis', 'workspace.created', 'owner.created', 'owner.credential.used']);
  });

  it('says what it is, and how its switch stands', async () => {
    const { status, body } = await api.ask('GET', '/', { token: owner.credential });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: workspaceId, name: 'Acme', timeZone: 'Europe/Berlin', switch: { state: 'off', changedBy: 'system' } });
  });

  it('stores the owner credential only as a hash', async () => {
    const { rows } = await db.owner.query<{ text: string }>('select owner::text as text from owner where workspace_id = $1', [workspaceId]);
    expect(rows[0]?.text).not.toContain(owner.credential);
  });

  it('refuses a slug that is in use', async () => {
    await expect(create(`acme-${made}`)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    { name: 'a slug with a capital', given: { slug: 'Acme' } },
    { name: 'an unknown time zone', given: { timeZone: 'Mars/Olympus' } },
    { name: 'an offset as a time zone', given: { timeZone: '+02:00' } },
    { name: 'an offset by its name', given: { timeZone: 'EST' } },
    { name: 'an empty name', given: { name: ' ' } },
    { name: 'an empty owner name', given: { ownerName: '' } },
  ])('refuses $name', async ({ given }) => {
    const input = { slug: 'fine', name: 'Fine', timeZone: 'UTC', ownerName: 'Olive', ...given };
    await expect(createWorkspace({ database: db.database, clock }, input)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('credentials', () => {
  it.each([
    { name: 'no credential', options: {} },
    { name: 'an unknown owner credential', options: { token: `rco_${'A'.repeat(43)}` } },
    { name: 'an unknown kind of token', options: { token: 'abc' } },
    { name: 'an unknown session', options: { cookie: 'rollcall=rcw_x' } },
  ])('refuses $name with 401', async ({ options }) => {
    expect((await api.ask('GET', '/', options)).status).toBe(401);
  });

  it('refuses a credential of another workspace (I12)', async () => {
    const other = await create(`other-${made}`);
    expect((await api.ask('GET', '/', { token: other.owner.credential })).status).toBe(401);
  });

  it('does not fall back to the cookie when the bearer token is no good', async () => {
    await invite('ada@contoso.example');
    const ada = await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222');
    const cookie = ada?.cookie ?? '';
    expect((await api.ask('GET', '/', { cookie })).status).toBe(200);
    expect((await api.ask('GET', '/', { cookie, token: 'rca_x' })).status).toBe(401);
  });

  it('records the use of an owner credential at most once a minute, and proves it the first time', async () => {
    const firstUse = clock.now();
    await Promise.all([1, 2, 3, 4].map(() => api.ask('GET', '/', { token: owner.credential })));
    expect((await recordTypes()).filter((type) => type === 'owner.credential.used')).toHaveLength(1);
    const secondUse = clock.advance(60_000);
    const { body } = await api.ask('GET', '/owners', { token: owner.credential });
    expect(body.owners).toMatchObject([{ id: owner.id, credentialProvenAt: firstUse, lastUsedAt: secondUse, endedAt: null }]);
    expect((await recordTypes()).filter((type) => type === 'owner.credential.used')).toHaveLength(2);
  });
});

describe('owners', () => {
  it('keeps the last owner (I5)', async () => {
    const { status, body } = await api.ask('DELETE', `/owners/${owner.id}`, { token: owner.credential });
    expect(status).toBe(409);
    expect(body.type).toMatch(/last-owner$/);
  });

  it('ends an owner when another remains, and their credential opens nothing any more', async () => {
    const second = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    expect((await api.ask('DELETE', `/owners/${owner.id}`, { token: second.credential })).status).toBe(204);
    expect((await api.ask('GET', '/', { token: owner.credential })).status).toBe(401);
    expect((await api.ask('DELETE', `/owners/${second.id}`, { token: second.credential })).status).toBe(409);
  });

  it('adds an owner for an owner, whose credential is shown once and works', async () => {
    const { status, body } = await api.ask('POST', '/owners', { token: owner.credential, body: { name: 'Otto' } });
    expect(status).toBe(201);
    expect((await api.ask('GET', '/session', { token: body.credential })).body).toMatchObject({ kind: 'owner', id: body.id });
    const { rows } = await db.owner.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = 'owner.created' and subject_id = $2`,
      [workspaceId, body.id],
    );
    expect(JSON.parse(rows[0]?.leaf ?? '{}')).toMatchObject({ actor: `owner:${owner.id}` });
    expect(rows[0]?.leaf).not.toContain(body.credential);
  });

  it('adds no owner for an administrator, whatever they may (I5)', async () => {
    const { invitation } = await invite('ada@contoso.example');
    const answer = await api.ask('POST', '/owners', { token: invitation.token, body: { name: 'Otto' } });
    expect(answer).toMatchObject({ status: 403, body: { detail: 'Only an owner adds an owner.' } });
    expect(await recordTypes()).not.toContain('owner.attempted');
  });

  it('keeps one of two owners who end each other at the same time (I5)', async () => {
    const second = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    const answers = await Promise.all([
      api.ask('DELETE', `/owners/${owner.id}`, { token: second.credential }),
      api.ask('DELETE', `/owners/${second.id}`, { token: owner.credential }),
    ]);
    const { rows } = await db.owner.query('select 1 from owner where workspace_id = $1 and ended_at is null', [workspaceId]);
    expect(rows).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  it.each([
    { name: 'ending the last', sql: 'update owner set ended_at = $2 where workspace_id = $1', expected: '23514' },
    { name: 'deleting', sql: 'delete from owner where workspace_id = $1 and created_at = $2', expected: '42501' },
    {
      name: 'replacing a credential',
      sql: 'update owner set credential_hash = sha256($2::text::bytea) where workspace_id = $1',
      expected: '42501',
    },
  ])("refuses $name to the server's own role in SQL (I5)", async ({ sql, expected }) => {
    await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    await expect(db.database.query(sql, [workspaceId, clock.now()])).rejects.toMatchObject({ code: expected });
  });

  it('refuses the last deletion even to the owner of the tables (I5)', async () => {
    await expect(db.owner.query('delete from owner where workspace_id = $1', [workspaceId])).rejects.toMatchObject({
      constraint: 'owner_last_kept',
    });
  });

  it('keeps one owner of two SQL transactions that each end another one (I5)', async () => {
    const second = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    const end = (id: string) =>
      db.database.query('update owner set ended_at = $3 where workspace_id = $1 and id = $2', [workspaceId, id, clock.now()]);
    await Promise.allSettled([end(owner.id), end(second.id)]);
    const { rows } = await db.owner.query('select 1 from owner where workspace_id = $1 and ended_at is null', [workspaceId]);
    expect(rows).toHaveLength(1);
  });
});

describe('administrators', () => {
  it('are invited with a role, and the invitation is a credential until it expires', async () => {
    const invited = await invite('ada@contoso.example');
    expect((await api.ask('GET', '/', { token: invited.invitation.token })).status).toBe(200);
    clock.advance(7 * DAY_MS);
    expect((await api.ask('GET', '/', { token: invited.invitation.token })).status).toBe(401);
    expect(await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222')).toBeUndefined();
  });

  it('are bound by the first sign-in, which ends the invitation; from then on the name means nothing', async () => {
    const invited = await invite('Ada@Contoso.example');
    const first = await signIn('ada@contoso.EXAMPLE', '22222222-2222-4222-8222-222222222222');
    expect(first?.id).toBe(invited.id);
    expect((await api.ask('GET', '/', { token: invited.invitation.token })).status).toBe(401);
    expect((await signIn('renamed@contoso.example', '22222222-2222-4222-8222-222222222222'))?.id).toBe(invited.id);
    expect(await signIn('ada@contoso.example', '33333333-3333-4333-8333-333333333333')).toBeUndefined();
  });

  it('are not admitted in another workspace (I12)', async () => {
    await invite('ada@contoso.example');
    const other = await create(`other-${made}`);
    const identity = { tenantId, objectId: '22222222-2222-4222-8222-222222222222', userPrincipalName: 'ada@contoso.example' };
    const admitted = await db.database.transaction((tx) => admitAdministrator(tx, other.workspaceId, { identity, at: clock.now() }));
    expect(admitted).toBeUndefined();
  });

  it('are known however the accents of their address are composed, at the invitation and at the sign-in', async () => {
    const invited = await invite('Jose\u0301@contoso.example');
    const again = await api.ask('POST', '/administrators', {
      token: owner.credential,
      body: { email: 'jos\u00e9@contoso.example', roleId: 'admin' },
    });
    expect(again.status).toBe(409);
    expect((await signIn('JOS\u00c9@contoso.example', '11111111-1111-4111-8111-111111111111'))?.id).toBe(invited.id);
  });

  it('cannot be invited twice, nor with a role that the catalogue does not have', async () => {
    await invite('ada@contoso.example');
    const again = await api.ask('POST', '/administrators', {
      token: owner.credential,
      body: { email: 'ADA@contoso.example', roleId: 'admin' },
    });
    expect(again.status).toBe(409);
    const unknown = await api.ask('POST', '/administrators', {
      token: owner.credential,
      body: { email: 'bo@contoso.example', roleId: 'boss' },
    });
    expect(unknown.status).toBe(400);
  });

  it.each([
    { role: 'admin', may: ['read', 'workspace'] },
    { role: 'auditor', may: ['read'] },
    { role: 'reviewer', may: ['read'] },
  ])('with the role $role may do what it gives', async ({ role, may }) => {
    await api.ask('POST', '/roles', { token: owner.credential, body: { id: 'reviewer', name: 'Reviewer', rank: 20 } });
    const { invitation } = await invite('ada@contoso.example', role);
    expect((await api.ask('GET', '/owners', { token: invitation.token })).status).toBe(200);
    const { status } = await api.ask('POST', '/roles', { token: invitation.token, body: { id: 'x', name: 'X', rank: 1 } });
    expect(status).toBe(may.includes('workspace') ? 201 : 403);
  });

  it('lose session and API tokens when they are removed', async () => {
    const { id } = await invite('ada@contoso.example');
    const ada = await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222');
    const cookie = ada?.cookie ?? '';
    const { body } = await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read'] } });
    expect((await api.ask('GET', '/', { token: body.token })).status).toBe(200);
    const other = await invite('bo@contoso.example');
    expect((await api.ask('DELETE', `/administrators/${id}`, { token: owner.credential })).status).toBe(204);
    expect((await api.ask('GET', '/', { token: body.token })).status).toBe(401);
    expect((await api.ask('GET', '/', { cookie })).status).toBe(401);
    const { administrators } = (await api.ask('GET', '/administrators', { token: owner.credential })).body;
    expect(administrators.map((one: { id: string }) => one.id)).toEqual([other.id]);
  });

  it('remain at least one, also when two are removed at the same time', async () => {
    const [one, two] = [await invite('ada@contoso.example'), await invite('bo@contoso.example')];
    const answers = await Promise.all([one, two].map(({ id }) => api.ask('DELETE', `/administrators/${id}`, { token: owner.credential })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]));
    expect(answers.find(({ status }) => status === 409)?.body.type).toMatch(/last-administrator$/);
  });
});

describe('sessions', () => {
  it('last eight hours', async () => {
    await invite('ada@contoso.example');
    const ada = await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222');
    const cookie = ada?.cookie ?? '';
    clock.advance(8 * 3_600_000 - 1);
    expect((await api.ask('GET', '/', { cookie })).status).toBe(200);
    clock.advance(1);
    expect((await api.ask('GET', '/', { cookie })).status).toBe(401);
  });

  it.each([
    {
      publicUrl: 'https://rollcall.example',
      expected: '__Host-rollcall=t; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure',
    },
    { publicUrl: 'http://127.0.0.1:8080', expected: 'rollcall=t; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax' },
  ])('are carried by a cookie that fits $publicUrl', ({ publicUrl, expected }) => {
    expect(sessionCookie(publicUrl, 't', 8 * 3_600_000)).toBe(expected);
  });

  it.each([
    { name: 'another site', origin: 'https://evil.example', status: 403 },
    { name: 'a neighbour on the same domain, whose requests bring the cookie along', origin: 'http://127.0.0.1:2', status: 403 },
    { name: 'a page without an origin', origin: 'null', status: 403 },
    { name: 'our own page', origin: 'http://127.0.0.1:1', status: 204 },
    { name: 'a program', origin: undefined, status: 204 },
  ])('change nothing at the request of a page elsewhere: $name is answered with $status', async ({ origin, status }) => {
    const eve = await invite('eve@contoso.example');
    await invite('ada@contoso.example');
    const cookie = (await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222'))?.cookie ?? '';
    const headers = origin === undefined ? {} : { origin };
    expect((await api.ask('GET', '/administrators', { cookie, headers })).status).toBe(200);
    expect((await api.ask('DELETE', `/administrators/${eve.id}`, { cookie, headers })).status).toBe(status);
  });

  it('say whose they are, and end when they are told to', async () => {
    await invite('ada@contoso.example', 'auditor');
    const ada = await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222');
    const cookie = ada?.cookie ?? '';
    const { body } = await api.ask('GET', '/session', { cookie });
    expect(body).toEqual({
      kind: 'administrator',
      id: ada?.id,
      actor: `administrator:${ada?.id}`,
      scopes: ['read', 'evidence'],
      expiresAt: null,
      graceEndsAt: null,
    });
    expect((await api.ask('DELETE', '/session', { token: owner.credential })).status).toBe(400);
    expect((await api.ask('DELETE', '/session', { cookie })).status).toBe(204);
    expect((await api.ask('GET', '/session', { cookie })).status).toBe(401);
    expect((await recordTypes()).at(-1)).toBe('session.ended');
  });

  it('are not taken from a cookie that is there twice', async () => {
    await invite('ada@contoso.example');
    const ada = await signIn('ada@contoso.example', '22222222-2222-4222-8222-222222222222');
    expect((await api.ask('GET', '/', { cookie: `rollcall=rcw_planted; ${ada?.cookie}` })).status).toBe(401);
  });
});

describe('API tokens', () => {
  const objectId = '22222222-2222-4222-8222-222222222222';

  it('carry no more than what was asked for, and what the role gives', async () => {
    await invite('ada@contoso.example');
    const ada = await signIn('ada@contoso.example', objectId);
    const { status, body } = await api.ask('POST', '/api-tokens', { cookie: ada?.cookie ?? '', body: { scopes: ['read'] } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ token: expect.stringMatching(/^rca_/), scopes: ['read'], administratorId: ada?.id });
    const excess = await api.ask('POST', '/roles', { token: body.token, body: { id: 'x', name: 'X', rank: 1 } });
    expect(excess.status).toBe(403);
    const wider = await api.ask('POST', '/api-tokens', { token: body.token, body: { scopes: ['workspace'] } });
    expect(wider.status).toBe(403);
  });

  it('invite nobody to a role that may do more than they may', async () => {
    await api.ask('POST', '/roles', { token: owner.credential, body: { id: 'reviewer', name: 'Reviewer', rank: 20 } });
    await invite('ada@contoso.example');
    const cookie = (await signIn('ada@contoso.example', objectId))?.cookie ?? '';
    const { body } = await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read', 'workspace'] } });
    const ask = (email: string, roleId: string) => api.ask('POST', '/administrators', { token: body.token, body: { email, roleId } });
    expect(await ask('eve@contoso.example', 'admin')).toMatchObject({ status: 403, body: { type: expect.stringMatching(/forbidden$/) } });
    expect((await ask('eve@contoso.example', 'auditor')).status).toBe(403);
    expect((await ask('eve@contoso.example', 'reviewer')).status).toBe(201);
  });

  it('beget no token that outlives them', async () => {
    await invite('ada@contoso.example');
    const cookie = (await signIn('ada@contoso.example', objectId))?.cookie ?? '';
    const expiresAt = plusMs(clock.now(), 60_000);
    const { body } = await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read'], expiresAt } });
    const beget = (end: object) => api.ask('POST', '/api-tokens', { token: body.token, body: { scopes: ['read'], ...end } });
    expect((await beget({})).status).toBe(403);
    expect((await beget({ expiresAt: plusMs(expiresAt, 1) })).status).toBe(403);
    expect((await beget({ expiresAt })).status).toBe(201);
  });

  it('are issued by an owner for a named administrator, who has signed in', async () => {
    const { id, invitation } = await invite('ada@contoso.example', 'auditor');
    const ask = (scopes: readonly string[], administratorId?: string) =>
      api.ask('POST', '/api-tokens', { token: owner.credential, body: { scopes, ...(administratorId && { administratorId }) } });
    expect((await ask(['read'])).status).toBe(400);
    expect((await ask(['read'], id)).status).toBe(403);
    expect((await api.ask('POST', '/api-tokens', { token: invitation.token, body: { scopes: ['read'] } })).status).toBe(403);
    await signIn('ada@contoso.example', objectId);
    expect((await ask(['read'], id)).status).toBe(201);
    expect((await ask(['workspace'], id)).status).toBe(403);
    expect((await ask(['root'], id)).status).toBe(400);
  });

  it('end when they expire or are revoked', async () => {
    await invite('ada@contoso.example');
    const cookie = (await signIn('ada@contoso.example', objectId))?.cookie ?? '';
    const expiresAt = new Date(Date.parse(clock.now()) + 1000).toISOString();
    const short = await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read'], expiresAt } });
    const long = await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read'] } });
    clock.advance(1000);
    expect((await api.ask('GET', '/', { token: short.body.token })).status).toBe(401);
    expect((await api.ask('DELETE', `/api-tokens/${long.body.id}`, { cookie })).status).toBe(204);
    expect((await api.ask('GET', '/', { token: long.body.token })).status).toBe(401);
    expect((await api.ask('DELETE', `/api-tokens/${long.body.id}`, { cookie })).status).toBe(404);
  });
});

describe('the role catalogue', () => {
  it('takes a new role with 201 and a changed one with 200', async () => {
    const ask = (rank: number) => api.ask('POST', '/roles', { token: owner.credential, body: { id: 'reviewer', name: 'Reviewer', rank } });
    expect(await ask(20)).toMatchObject({ status: 201, body: { id: 'reviewer', name: 'Reviewer', rank: 20 } });
    expect(await ask(30)).toMatchObject({ status: 200, body: { rank: 30 } });
    expect((await recordTypes()).filter((type) => type === 'role.set')).toHaveLength(2);
  });
});

describe('the access policy', () => {
  const policy = { graceDays: 3, ssoVerificationDays: 30, ownerDrillDays: 180 };
  const put = (body: object) => api.ask('PUT', '/access-policy', { token: owner.credential, body });

  it('says for how long what was proven counts, and each change of it is a record', async () => {
    const { body } = await api.ask('GET', '/access-policy', { token: owner.credential });
    expect(body).toEqual({ graceDays: 7, ssoVerificationDays: 90, ownerDrillDays: 90 });
    expect(await put(policy)).toMatchObject({ status: 200, body: policy });
    expect((await put(policy)).status).toBe(200);
    expect((await recordTypes()).filter((type) => type === 'access.policy.set')).toHaveLength(1);
    expect((await api.ask('GET', '/access-policy', { token: owner.credential })).body).toEqual(policy);
  });

  it.each([{ graceDays: 31 }, { graceDays: -1 }, { ssoVerificationDays: 0 }, { ownerDrillDays: 366 }, { graceDays: '7' }])(
    'refuses %j',
    async (given) => expect((await put({ ...policy, ...given })).status).toBe(400),
  );
});
