import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { admitAdministrator, createOwner, createWorkspace, type Entry, openSession } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { type Administration, administration } from './administration.ts';

const clock = steppingClock();
const tenantId = '11111111-1111-4111-8111-111111111111';
const objectId = '22222222-2222-4222-8222-222222222222';
let db: TestDatabase;
let workspaceId: WorkspaceId;
let owner: { readonly id: string; readonly credential: string };
let api: Administration;
let log: ReturnType<typeof recordingLog>;
let entry: Entry;
let made = 0;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  made += 1;
  const named = { slug: `acme-${made}`, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive Owner' };
  ({ workspaceId, owner } = await createWorkspace({ database: db.database, clock }, named));
  log = recordingLog();
  entry = { kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null };
  api = await administration({ database: db.database, clock, workspaceId, log, mayEnter: () => Promise.resolve(entry) });
});
afterEach(() => api.close());

function name(body: unknown, token = owner.credential, id = owner.id) {
  return api.ask('PUT', `/owners/${id}/person`, { token, body });
}

async function shown(): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await api.ask('GET', '/owners', { token: owner.credential });
  return body.owners[0];
}

interface Leaf {
  readonly text: string;
  readonly record: Readonly<Record<string, unknown>>;
}

async function records(type: string): Promise<readonly Leaf[]> {
  const { rows } = await db.owner.query<{ leaf: Buffer }>(
    'select leaf from ledger_record where workspace_id = $1 and type = $2 order by txid, ord',
    [workspaceId, type],
  );
  return rows.map(({ leaf }) => ({ text: leaf.toString('utf8'), record: JSON.parse(leaf.toString('utf8')) as Leaf['record'] }));
}

/** As a roster import leaves one. */
async function insertPerson(of = workspaceId): Promise<string> {
  const id = randomUUID();
  await db.owner.query(
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
     values ($1, $2::uuid, $2::uuid::text, 'olive@contoso.example', 'olive@contoso.example', $3, $3)`,
    [of, id, clock.now()],
  );
  return id;
}

describe('the person behind an owner', () => {
  it('is nobody until they are named, and that is said beside the owner', async () => {
    expect(await shown()).toMatchObject({ person: null, hint: expect.stringContaining('nobody will be told') });
  });

  it('is named as an identity of a tenant, with its record, its reason disclosed and the object id nowhere in the clear (I11)', async () => {
    expect((await name({ tenantId, objectId, reason: 'Olive keeps the envelope' })).status).toBe(204);
    expect(await shown()).toMatchObject({
      person: {
        tenantId,
        objectId,
        personId: null,
        namedAt: clock.now(),
        namedBy: `owner:${owner.id}`,
        reason: 'Olive keeps the envelope',
      },
      lastUsedAt: clock.now(),
      hint: null,
    });
    const [leaf] = await records('owner.person.named');
    expect(leaf?.record).toMatchObject({
      actor: `owner:${owner.id}`,
      subject: { kind: 'owner', id: owner.id },
      after: { tenantId, person: null },
      disclosures: { objectId: expect.stringMatching(/^d:/), reason: expect.stringMatching(/^d:/) },
    });
    expect(leaf?.text).not.toContain(objectId);
    expect(leaf?.text).not.toContain('envelope');
  });

  it('changes hands, which keeps who it was, and does not touch the credential (I5)', async () => {
    const personId = await insertPerson();
    await name({ tenantId, objectId, reason: 'first' });
    clock.advance(1000);
    await name({ personId, reason: 'Otto took it over' });
    await name({ personId, reason: 'said twice is no change' });
    expect(await shown()).toMatchObject({ person: { tenantId: null, personId, reason: 'Otto took it over' } });
    expect((await records('owner.person.named')).map(({ record }) => [record['before'], record['after']])).toEqual([
      [undefined, { tenantId, person: null }],
      [
        { tenantId, person: null },
        { tenantId: null, person: personId },
      ],
    ]);
    const { rows } = await db.owner.query('select 1 from owner_person where workspace_id = $1', [workspaceId]);
    expect(rows).toHaveLength(2);
    expect((await api.ask('GET', '/owners', { token: owner.credential })).status).toBe(200);
  });

  it('is named at once by two, and is one of them', async () => {
    const others = [randomUUID(), randomUUID(), randomUUID()];
    const answers = await Promise.all(others.map((other) => name({ tenantId, objectId: other, reason: 'at once' })));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await records('owner.person.named')).toHaveLength(3);
  });

  it('may be named when the owner is made', async () => {
    const { id } = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto', person: { tenantId, objectId } });
    const { body } = await api.ask('GET', '/owners', { token: owner.credential });
    expect(body.owners.find((one: { id: string }) => one.id === id)).toMatchObject({
      person: { tenantId, objectId, namedBy: 'system', reason: null },
    });
    const stranger = createOwner({ database: db.database, clock }, workspaceId, { name: 'Rita', person: { personId: randomUUID() } });
    await expect(stranger).rejects.toMatchObject({ code: 'not-found' });
    expect((await api.ask('GET', '/owners', { token: owner.credential })).body.owners).toHaveLength(2);
  });

  it.each([
    { story: 'nobody', body: { reason: 'x' }, status: 400 },
    { story: 'half an identity', body: { objectId, reason: 'x' }, status: 400 },
    { story: 'no reason', body: { tenantId, objectId }, status: 400 },
    { story: 'an id that is none', body: { tenantId, objectId: 'olive', reason: 'x' }, status: 400 },
    { story: 'a person whom no roster knows', body: { personId: randomUUID(), reason: 'x' }, status: 404 },
  ])('refuses $story', async ({ body, status }) => {
    expect((await name(body)).status).toBe(status);
    expect(await shown()).toMatchObject({ person: null });
  });

  it('refuses a person of another workspace (I12), and an owner who is none', async () => {
    const other = await createWorkspace(
      { database: db.database, clock },
      { slug: `other-${made}`, name: 'Other', timeZone: 'UTC', ownerName: 'X' },
    );
    expect((await name({ personId: await insertPerson(other.workspaceId), reason: 'x' })).status).toBe(404);
    for (const id of [other.owner.id, randomUUID(), 'x']) {
      expect((await name({ tenantId, objectId, reason: 'x' }, owner.credential, id)).status).toBe(404);
    }
  });

  it.each([
    { story: 'half an identity', columns: 'tenant_id', value: `'${tenantId}'` },
    { story: 'nobody', columns: 'reason', value: `'why'` },
  ])("refuses $story to the server's own role in SQL", async ({ columns, value }) => {
    const sql = `insert into owner_person (workspace_id, id, owner_id, named_at, named_by, record_id, ${columns})
       values ($1, gen_random_uuid(), $2, $3, 'system', gen_random_uuid(), ${value})`;
    await expect(db.database.query(sql, [workspaceId, owner.id, clock.now()])).rejects.toMatchObject({
      constraint: 'owner_person_names_somebody',
    });
  });
});

/** Somebody who was invited to a role, and signed in. */
async function invited(roleId: string): Promise<string> {
  const email = `${randomUUID()}@contoso.example`;
  await api.ask('POST', '/administrators', { token: owner.credential, body: { email, roleId } });
  return db.database.transaction(async (tx) => {
    const identity = { tenantId, objectId: randomUUID(), userPrincipalName: email };
    const administrator = await admitAdministrator(tx, workspaceId, { identity, at: clock.now() });
    if (administrator === undefined) throw new Error('nobody was invited');
    const session = await openSession(tx, workspaceId, { holder: { administratorId: administrator.id }, at: clock.now() });
    return `rollcall=${session.token}`;
  });
}

async function person(): Promise<string> {
  return db.database.transaction(async (tx) => {
    const holder = { administratorId: null, tenantId, objectId } as const;
    return `rollcall=${(await openSession(tx, workspaceId, { holder, at: clock.now() })).token}`;
  });
}

/** What SCIM grants from now on. */
function push(roleId: string | null): void {
  entry = { kind: 'yes', roleId, graceEndsAt: null, scimUser: { id: '33333333-3333-4333-8333-333333333333', linkedBy: null } };
}

describe('a role that the directory pushed (I5)', () => {
  it.each([
    { story: 'a person whom nobody invited', cookieOf: person, actor: /^scim-user:/ },
    { story: 'an administrator who was invited to less', cookieOf: () => invited('auditor'), actor: /^administrator:/ },
  ])('lets $story administer, and reaches no owner: refused, recorded, an alarm', async ({ cookieOf, actor }) => {
    const second = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    const cookie = await cookieOf();
    push('admin');
    expect((await api.ask('POST', '/roles', { cookie, body: { id: 'clerk', name: 'Clerk', rank: 1 } })).status).toBe(201);
    expect((await api.ask('DELETE', `/owners/${second.id}`, { cookie })).status).toBe(403);
    expect((await api.ask('PUT', `/owners/${second.id}/person`, { cookie, body: { tenantId, objectId, reason: 'mine' } })).status).toBe(
      403,
    );
    expect((await records('owner.attempted')).map(({ record }) => record)).toMatchObject([
      {
        actor: expect.stringMatching(actor),
        subject: { kind: 'owner', id: second.id },
        detail: { attempt: 'directory-role', asked: 'end' },
      },
      { detail: { attempt: 'directory-role', asked: 'name-person' } },
    ]);
    expect(log.events.filter(({ event }) => event === 'owner.attempted')).toMatchObject([
      { level: 'error', fields: { workspaceId, attempt: 'directory-role', subject: `owner:${second.id}` } },
      { level: 'error' },
    ]);
    expect((await api.ask('GET', '/owners', { token: second.credential })).body.owners).toMatchObject([
      { endedAt: null, person: null },
      { endedAt: null, person: null },
    ]);
  });

  it('keeps no record about an id that is no owner', async () => {
    const cookie = await person();
    push('admin');
    expect((await api.ask('DELETE', `/owners/${randomUUID()}`, { cookie })).status).toBe(403);
    expect(await records('owner.attempted')).toEqual([]);
  });

  it('makes nobody else reach them by an invitation', async () => {
    const cookie = await person();
    push('admin');
    const invite = (roleId: string) => api.ask('POST', '/administrators', { cookie, body: { email: `${roleId}@contoso.example`, roleId } });
    expect([(await invite('admin')).status, (await invite('auditor')).status]).toEqual([403, 201]);
  });

  it('gets no API token that would reach them', async () => {
    const cookie = await invited('auditor');
    push('admin');
    expect((await api.ask('POST', '/api-tokens', { cookie, body: { scopes: ['read', 'workspace'] } })).status).toBe(403);
  });

  it('takes nothing from an administrator whom people of the workspace made one', async () => {
    const second = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Otto' });
    const cookie = await invited('admin');
    push('admin');
    expect((await api.ask('DELETE', `/owners/${second.id}`, { cookie })).status).toBe(204);
    expect(await records('owner.attempted')).toEqual([]);
  });
});

describe("the owner's role", () => {
  it.each(['owner', 'Owner', 'OWNER'])('is none of the catalogue: %s', async (id) => {
    const { status, body } = await api.ask('POST', '/roles', { token: owner.credential, body: { id, name: 'Owner', rank: 1000 } });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('command line')]);
  });

  it('stays out of the reach of the directory where a catalogue has it from before, in SQL too', async () => {
    const insert = (mayGrant: boolean) =>
      db.database.query(
        `insert into role (workspace_id, id, name, rank, created_at, directory_may_grant) values ($1, 'Owner', 'Owner', 1, $2, $3)`,
        [workspaceId, clock.now(), mayGrant],
      );
    await expect(insert(true)).rejects.toMatchObject({ constraint: 'role_owner_out_of_reach' });
    await insert(false);
    const grant = 'update role set directory_may_grant = true where workspace_id = $1';
    await expect(db.database.query(grant, [workspaceId])).rejects.toMatchObject({ constraint: 'role_owner_out_of_reach' });
  });
});
