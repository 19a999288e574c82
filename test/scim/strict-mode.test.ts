import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordingLog } from '../support/log.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { strictClient } from './strict-client.ts';

const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const deactivation = { op: 'Replace', path: 'active', value: false };
const log = recordingLog();

let server: ScimServer;
let entra: ScimClient;
let strict: ScimClient;
let n = 0;

beforeAll(async () => {
  server = await startScim({ log });
  entra = await server.client();
  strict = await strictClient(server, entra);
});
afterAll(() => server.close());

const modes = () =>
  [
    ['entra', entra],
    ['strict', strict],
  ] as const;

const newName = () => `user-${(n += 1)}@contoso.example`;

async function recordsOf(id: string) {
  const { rows } = await server.owner.query<{ type: string; leaf: Buffer }>(
    'select type, leaf from ledger_record where workspace_id = $1 and subject_id = $2 order by ord',
    [entra.workspaceId, id],
  );
  return rows.map(({ type, leaf }) => ({ type, leaf: JSON.parse(String(leaf)) }));
}

async function typesOf(id: string) {
  return (await recordsOf(id)).map(({ type }) => type);
}

async function lastExchange() {
  const { rows } = await server.owner.query<Record<string, unknown>>(
    'select method, path, status, scim_type, detail from scim_exchange where workspace_id = $1 order by id desc limit 1',
    [entra.workspaceId],
  );
  return rows[0];
}

function alarmsFor(id: string) {
  return log.events.filter(({ event, fields }) => event === 'scim.deactivation.refused' && fields['userId'] === id);
}

describe('a request in strict mode', () => {
  it.each([
    { name: 'a path that no schema knows', operation: { op: 'add', path: 'shoeSize', value: '42' }, scimType: 'invalidPath' },
    { name: 'a malformed path', operation: { op: 'add', path: 'emails[', value: 'x' }, scimType: 'invalidPath' },
    { name: 'a value of another type', operation: { op: 'add', path: 'title', value: { a: 1 } }, scimType: 'invalidValue' },
    {
      name: 'a filter that meets nothing',
      operation: { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' },
      scimType: 'noTarget',
    },
    { name: 'an attribute of the server', operation: { op: 'replace', path: 'id', value: 'x' }, scimType: 'mutability' },
    { name: 'a member that no schema knows', operation: { op: 'replace', value: { shoeSize: '42' } }, scimType: 'invalidPath' },
    { name: 'an unknown op', operation: { op: 'move', path: 'title', value: 'x' }, scimType: 'invalidSyntax' },
  ])('is refused whole for $name, and nothing of it is applied', async ({ operation, scimType }) => {
    const id = await entra.addUser(newName(), { title: 'before' });
    const before = (await entra.send('GET', `/Users/${id}`)).body;
    const good = { op: 'replace', path: 'title', value: 'after' };
    for (const operations of [
      [good, operation],
      [operation, good],
    ]) {
      expect(await strict.patch(`/Users/${id}`, operations)).toMatchObject({ status: 400, body: { status: '400', scimType } });
      expect(await lastExchange()).toMatchObject({ method: 'PATCH', path: expect.stringContaining(id), status: 400, scim_type: scimType });
    }
    expect((await entra.send('GET', `/Users/${id}`)).body).toEqual(before);
    expect(await typesOf(id)).toEqual(['scim.user.created']);
    expect(alarmsFor(id)).toEqual([]);
  });

  it('is refused whole for members that can be none, and for attributes that a group does not have', async () => {
    const [id, user] = [await entra.addGroup(newName()), await entra.addUser(newName())];
    const good = { op: 'add', path: 'members', value: [{ value: user }] };
    for (const operation of [
      { op: 'add', path: 'members', value: [{ value: 'no-id' }] },
      { op: 'add', path: 'shoeSize', value: '42' },
    ]) {
      expect((await strict.patch(`/Groups/${id}`, [good, operation])).status).toBe(400);
    }
    expect((await entra.send('GET', `/Groups/${id}`)).body).toMatchObject({ meta: { version: 'W/"1"' } });
  });

  it.each([
    {
      name: 'an operation that cannot be applied',
      others: [{ op: 'add', path: 'shoeSize', value: '42' }],
      status: 400,
      scimType: 'invalidPath',
    },
    {
      name: 'a name that another user has',
      others: [{ op: 'replace', path: 'userName', value: 'taken@contoso.example' }],
      status: 409,
      scimType: 'uniqueness',
    },
  ])(
    'that deactivates and is refused for $name leaves the user active, a record and an alarm (I1)',
    async ({ others, status, scimType }) => {
      await entra.send('POST', '/Users', { userName: 'taken@contoso.example' });
      const id = await entra.addUser(newName());
      const answer = await strict.patch(`/Users/${id}`, [deactivation, ...others]);
      expect(answer).toMatchObject({ status, body: { scimType } });
      expect((await entra.send('GET', `/Users/${id}`)).body).toMatchObject({ active: true, meta: { version: 'W/"1"' } });
      const [created, refused, ...more] = await recordsOf(id);
      expect([created?.type, refused?.type, more]).toEqual(['scim.user.created', 'scim.request.refused', []]);
      expect(refused?.leaf).toMatchObject({
        detail: { asked: { active: false }, status, scimType },
        raw: expect.stringMatching(/^sha256:/),
      });
      expect(await lastExchange()).toMatchObject({ method: 'PATCH', status, scim_type: scimType, detail: expect.any(String) });
      expect(alarmsFor(id)).toMatchObject([{ level: 'error', fields: { workspaceId: entra.workspaceId, status, scimType } }]);
      const { rows } = await server.owner.query('select active from scim_user_state where scim_user_id = $1', [id]);
      expect(rows).toEqual([{ active: true }]);
    },
  );

  it('that deactivates by PUT and is refused leaves the same (I1)', async () => {
    const userName = newName();
    const id = await entra.addUser(userName);
    expect((await strict.send('PUT', `/Users/${id}`, { userName, active: false, shoeSize: '42' })).status).toBe(400);
    expect((await entra.send('GET', `/Users/${id}`)).body.active).toBe(true);
    expect(await typesOf(id)).toEqual(['scim.user.created', 'scim.request.refused']);
    expect(alarmsFor(id)).toHaveLength(1);
  });

  it('deactivates where nothing stands against it, by the last word that it says (RFC 7644 §3.5.2)', async () => {
    const id = await entra.addUser(newName());
    expect(await strict.patch(`/Users/${id}`, [deactivation, { ...deactivation, value: true }])).toMatchObject({
      status: 200,
      body: { active: true },
    });
    expect(await strict.patch(`/Users/${id}`, [deactivation])).toMatchObject({ status: 200, body: { active: false } });
    expect(await typesOf(id)).toEqual(['scim.user.created', 'scim.user.deactivated']);
    expect(alarmsFor(id)).toEqual([]);
  });

  it('refuses a new user or group with a member that no schema knows', async () => {
    for (const [path, resource] of [
      ['/Users', { userName: newName(), shoeSize: '42' }],
      ['/Groups', { displayName: newName(), shoeSize: '42' }],
    ] as const) {
      expect(await strict.send('POST', path, resource)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    }
  });
});

describe('PUT of a user', () => {
  it('keeps the state and the role that it does not name, and unassigns the rest, in both modes', async () => {
    for (const [, client] of modes()) {
      const userName = newName();
      const id = await entra.addUser(userName, { active: false, title: 'T', displayName: 'D', [EXT]: { rbac_role_id: 'auditor' } });
      const answer = await client.send('PUT', `/Users/${id}`, { userName, displayName: 'D' });
      expect(answer).toMatchObject({ status: 200, body: { id, active: false, displayName: 'D', [EXT]: { rbac_role_id: 'auditor' } } });
      expect(answer.body.title).toBeUndefined();
      expect((await client.send('GET', `/Users/${id}`)).body).toEqual(answer.body);
      expect(await typesOf(id)).toEqual(['scim.user.created', 'scim.user.updated']);
    }
  });

  it('changes nothing when it sends back what GET answered, in both modes', async () => {
    for (const [, client] of modes()) {
      const id = await entra.addUser(newName(), {
        title: 'T',
        emails: [{ type: 'work', value: 'x@contoso.example' }],
        [EXT]: { rbac_role_id: 'auditor' },
      });
      const { body } = await client.send('GET', `/Users/${id}`);
      expect(await client.send('PUT', `/Users/${id}`, body)).toMatchObject({ status: 200, body });
      expect(await typesOf(id)).toEqual(['scim.user.created']);
    }
  });

  it('answers 409 for a name that another user has and 412 for another version, in both modes', async () => {
    for (const [, client] of modes()) {
      const [taken, userName] = [newName(), newName()];
      await entra.addUser(taken);
      const id = await entra.addUser(userName);
      expect(await client.send('PUT', `/Users/${id}`, { userName: taken.toUpperCase() })).toMatchObject({
        status: 409,
        body: { scimType: 'uniqueness' },
      });
      const stale = await client.send('PUT', `/Users/${id}`, { userName, title: 'T' }, { 'if-match': 'W/"7"' });
      expect(stale).toMatchObject({ status: 412, body: { status: '412' } });
      expect((await client.send('PUT', `/Users/${id}`, { userName, title: 'T' }, { 'if-match': 'W/"1"' })).headers.get('etag')).toBe(
        'W/"2"',
      );
      expect(await typesOf(id)).toEqual(['scim.user.created', 'scim.user.updated']);
    }
  });
});

describe('PUT of a group', () => {
  it('keeps the members that it does not name, and replaces or empties those that it does, in both modes', async () => {
    for (const [, client] of modes()) {
      const [a, b] = [await entra.addUser(newName()), await entra.addUser(newName())];
      const id = await entra.addGroup(newName(), [a]);
      const displayName = newName();
      for (const [members, expected] of [
        [undefined, [a]],
        [null, [a]],
        [[{ value: b }], [b]],
        [[], []],
      ] as const) {
        const answer = await client.send('PUT', `/Groups/${id}`, { displayName, ...(members === undefined ? {} : { members }) });
        expect(answer).toMatchObject({ status: 200, body: { id, displayName } });
        expect((answer.body.members ?? []).map(({ value }: { value: string }) => value)).toEqual(expected);
      }
      expect((await client.send('GET', `/Groups/${id}`)).headers.get('etag')).toBe('W/"4"');
    }
  });

  it('answers 409 for a group that is there already and 412 for another version, in both modes', async () => {
    for (const [, client] of modes()) {
      const [taken, displayName] = [newName(), newName()];
      await entra.addGroup(taken);
      const id = await entra.addGroup(displayName);
      expect(await client.send('PUT', `/Groups/${id}`, { displayName: taken.toUpperCase() })).toMatchObject({
        status: 409,
        body: { scimType: 'uniqueness' },
      });
      const stale = await client.send('PUT', `/Groups/${id}`, { displayName, externalId: 'x' }, { 'if-match': 'W/"7"' });
      expect(stale).toMatchObject({ status: 412, body: { status: '412' } });
      expect((await client.send('PUT', `/Groups/${id}`, { displayName, externalId: 'x' }, { 'if-match': 'W/"1"' })).status).toBe(200);
      expect((await client.send('PUT', `/Groups/${id}`, { displayName })).body.externalId).toBeUndefined();
    }
  });
});
