import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createOwner } from '../../src/workspace/index.ts';
import { recordingLog } from '../support/log.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';

let server: ScimServer;
let log: ReturnType<typeof recordingLog>;
let client: ScimClient;
let owner: { readonly id: string; readonly credential: string };
let before: string;

beforeAll(async () => {
  log = recordingLog();
  server = await startScim({ log });
});
afterAll(() => server.close());
beforeEach(async () => {
  client = await server.client();
  owner = await createOwner({ database: server.database, clock: server.clock }, client.workspaceId, { name: 'Olive Owner' });
  before = await ownerRows();
});

/** Everything that there is about owners, as text. */
async function ownerRows(): Promise<string> {
  const { rows } = await server.owner.query('select owner::text from owner where workspace_id = $1', [client.workspaceId]);
  return JSON.stringify(rows);
}

interface Leaf {
  readonly actor: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
}

async function attempts(): Promise<readonly Leaf[]> {
  const { rows } = await server.owner.query<{ leaf: Buffer }>(
    `select leaf from ledger_record where workspace_id = $1 and type = 'owner.attempted' order by ord`,
    [client.workspaceId],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as Leaf);
}

async function lastExchange() {
  const { rows } = await server.owner.query<{ status: number; tolerated: unknown; ignored: unknown }>(
    'select status, tolerated, ignored from scim_exchange where workspace_id = $1 order by id desc limit 1',
    [client.workspaceId],
  );
  return rows[0];
}

const alarms = () => log.events.filter(({ event, fields }) => event === 'owner.attempted' && fields['workspaceId'] === client.workspaceId);

describe("a SCIM user that claims the owner's role", () => {
  const claims = [
    { source: 'extension', body: { [EXT]: { rbac_role_id: 'owner' } }, path: `${EXT}:rbac_role_id` },
    { source: 'userType', body: { userType: 'Owner' }, path: 'userType' },
    { source: 'roles', body: { roles: [{ primary: true, value: ' OWNER ' }] }, path: 'roles' },
    { source: 'roles', body: { roles: [{ value: JSON.stringify({ id: '1', value: 'owner', displayName: 'Owner' }) }] }, path: 'roles' },
    { source: 'core', body: { [CORE]: { role: 'owner' } }, path: `${CORE}:role` },
  ];

  it.each(claims)('by $source: gets nothing, and ledger, wire log and log tell it (I5)', async ({ body, path, source }) => {
    const id = await client.addUser('olive@contoso.example', body);
    expect(await attempts()).toMatchObject([
      {
        actor: expect.stringMatching(/^scim-credential:/),
        subject: { kind: 'scim-user', id },
        detail: { attempt: 'role-claim', sources: [source] },
      },
    ]);
    expect((await lastExchange())?.tolerated).toContainEqual({ quirk: 'owner-role', path });
    expect(alarms()).toMatchObject([{ level: 'error', fields: { attempt: 'role-claim', subject: `scim-user:${id}` } }]);
    const { rows } = await server.database.query<{ because: string; roleId: string | null }>(
      `select decided.because, decided.role_id as "roleId" from scim_user
       cross join lateral decide_role(scim_user.workspace_id, scim_user.role_claims) as decided where scim_user.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ because: expect.not.stringMatching('granted'), roleId: null }]);
    expect(await ownerRows()).toBe(before);
  });

  it('later, by a PATCH in either dialect or a PUT: each new claim once, in the transaction of the change (I3)', async () => {
    const id = await client.addUser('olive@contoso.example');
    await client.patch(`/Users/${id}`, [{ op: 'Add', path: `${EXT}:rbac_role_id`, value: 'owner' }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', value: { userType: 'owner' } }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userType', value: 'owner' }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'Olive' }]);
    expect((await attempts()).map(({ detail }) => detail['sources'])).toEqual([['extension'], ['userType']]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userType', value: 'auditor' }]);
    await client.send('PUT', `/Users/${id}`, { userName: 'olive@contoso.example', userType: 'owner' });
    expect(await attempts()).toHaveLength(3);
    const { rows } = await server.owner.query<{ txids: string }>(
      `select count(distinct txid)::text as txids from ledger_record
       where workspace_id = $1 and type in ('owner.attempted', 'scim.role.changed') group by txid having count(*) = 2`,
      [client.workspaceId],
    );
    expect(rows).toHaveLength(3);
  });

  it('echoes what was sent, so that a second cycle sends nothing (I13)', async () => {
    const id = await client.addUser('olive@contoso.example', { [EXT]: { rbac_role_id: 'owner' } });
    expect((await client.send('GET', `/Users/${id}`)).body).toMatchObject({ [EXT]: { rbac_role_id: 'owner' } });
  });

  it('keeps nobody from being deactivated with it (I1)', async () => {
    const id = await client.addUser('olive@contoso.example');
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'userType', value: 'owner' },
      { op: 'replace', path: 'active', value: 'False' },
    ]);
    expect((await client.send('GET', `/Users/${id}`)).body).toMatchObject({ active: false });
    expect(await attempts()).toHaveLength(1);
  });

  it.each([
    { name: 'a role of that beginning', body: { userType: 'owners' } },
    { name: 'a title', body: { title: 'owner' } },
    { name: 'a name', body: { displayName: 'owner' } },
    { name: 'no role', body: {} },
  ])('is not one with $name', async ({ body }) => {
    await client.addUser('olive@contoso.example', body);
    expect(await attempts()).toEqual([]);
  });

  it('is recorded with a user that is made, and not with one whose name was taken (I3)', async () => {
    await client.addUser('olive@contoso.example');
    const refused = await client.send('POST', '/Users', { userName: 'olive@contoso.example', userType: 'owner' });
    expect([refused.status, await attempts(), alarms()]).toEqual([409, [], []]);
  });
});

describe("a SCIM write to an owner's id", () => {
  it.each([
    { name: 'DELETE of a user', method: 'DELETE', path: (id: string) => `/Users/${id}` },
    { name: 'PUT of a user', method: 'PUT', path: (id: string) => `/Users/${id.toUpperCase()}`, body: { userName: 'x' } },
    {
      name: 'PATCH of a user',
      method: 'PATCH',
      path: (id: string) => `/Users/${id}`,
      body: { Operations: [{ op: 'replace', path: 'active', value: false }] },
    },
    { name: 'DELETE of a group', method: 'DELETE', path: (id: string) => `/Groups/${id}` },
    { name: 'DELETE at an address that is none', method: 'DELETE', path: (id: string) => `/Owners/${id}` },
  ])('finds nothing and changes nothing, and is told: $name (I5)', async ({ body, method, path }) => {
    expect((await client.send(method, path(owner.id), body)).status).toBe(404);
    expect(await attempts()).toMatchObject([{ subject: { kind: 'owner', id: owner.id }, detail: { attempt: 'scim-target', method } }]);
    expect(await lastExchange()).toMatchObject({ status: 404, ignored: [{ op: method, path: '', reason: 'owner-out-of-reach' }] });
    expect(alarms()).toMatchObject([{ fields: { attempt: 'scim-target', subject: `owner:${owner.id}` } }]);
    expect(await ownerRows()).toBe(before);
  });

  it('is told within a bulk request too', async () => {
    const { body } = await client.send('POST', '/Bulk', { Operations: [{ method: 'DELETE', path: `/Users/${owner.id}` }] });
    expect(body.Operations).toMatchObject([{ status: '404' }]);
    expect(await attempts()).toMatchObject([{ subject: { id: owner.id } }]);
  });

  it('is told while the switch is off, when nobody looks what is there', async () => {
    const off = await server.client('off');
    const other = await createOwner({ database: server.database, clock: server.clock }, off.workspaceId, { name: 'Otto' });
    expect((await off.send('DELETE', `/Users/${other.id}`)).status).toBe(403);
    expect((await off.send('DELETE', `/Users/${randomUUID()}`)).status).toBe(403);
    const asked = `select subject_id as id from ledger_record where workspace_id = $1 and type = 'owner.attempted'`;
    expect((await server.owner.query(asked, [off.workspaceId])).rows).toEqual([{ id: other.id }]);
  });

  it('is told where no owner is named', async () => {
    expect((await client.send('POST', '/Owners', { userName: 'x' })).status).toBe(404);
    expect(await attempts()).toMatchObject([{ subject: { kind: 'workspace', id: client.workspaceId } }]);
  });

  it.each([
    { name: 'an id that is nobody', method: 'DELETE', path: () => `/Users/${randomUUID()}` },
    { name: 'a look', method: 'GET', path: (id: string) => `/Users/${id}` },
    { name: 'an address that is none', method: 'POST', path: () => '/Landlords' },
  ])('is none with $name', async ({ method, path }) => {
    expect((await client.send(method, path(owner.id))).status).toBe(404);
    expect(await attempts()).toEqual([]);
  });

  it('is none with the owner of another workspace (I12)', async () => {
    const other = await server.client();
    expect((await other.send('DELETE', `/Users/${owner.id}`)).status).toBe(404);
    expect(await attempts()).toEqual([]);
  });
});
