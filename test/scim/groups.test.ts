import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/index.ts';
import { memberIdsText } from '../../src/scim/group-member-store.ts';
import { seedUsers } from '../../src/scim/index.ts';
import { type ScimClient, type ScimServer, startScim, tenantUrl } from './scim-server.ts';

let server: ScimServer;
let client: ScimClient;
let users: readonly string[];

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
  users = await Promise.all(Array.from({ length: 100 }, (_, n) => client.addUser(`m${n}@contoso.example`)));
});
afterAll(() => server.close());

const add = (...ids: readonly string[]) => ({ op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) });
const remove = (...ids: readonly string[]) => ({ op: 'Remove', path: 'members', value: ids.map((value) => ({ value })) });

async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await client.send('GET', `/Groups/${id}`);
  return (body.members ?? []).map((member: { value: string }) => member.value);
}

async function records(id: string) {
  const { rows } = await server.owner.query<{ type: string; leaf: Buffer }>(
    'select type, leaf from ledger_record where subject_id = $1 order by ord',
    [id],
  );
  return rows.map(({ type, leaf }) => ({ type, detail: JSON.parse(String(leaf)).detail }));
}

/** Sends PATCHes of a group so that each has begun before the first is let through, and they queue in the order given. */
async function inTurn(id: string, patches: readonly (readonly unknown[])[]): Promise<void> {
  const answers = await server.owner.transaction(async (tx) => {
    await tx.query('select 1 from scim_group where scim_group.id = $1 for update', [id]);
    const sent = [];
    for (const operations of patches) {
      sent.push(client.patch(`/Groups/${id}`, operations));
      await server.waiting(sent.length);
    }
    return sent;
  });
  for (const answer of answers) expect((await answer).status).toBe(204);
}

async function versionOf(id: string) {
  const { rows } = await server.owner.query<{ version: number }>('select version from scim_group where id = $1', [id]);
  return rows[0]?.version;
}

describe('groups over SCIM', () => {
  it('creates, shows, finds, renames and deletes a group as Entra does', async () => {
    const created = await client.send('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'g-1',
      displayName: 'Finance',
      meta: { resourceType: 'Group' },
    });
    const { id } = created.body;
    const location = `${tenantUrl(client.workspaceId)}/Groups/${id}`;
    expect(created).toMatchObject({
      status: 201,
      body: { displayName: 'Finance', externalId: 'g-1', members: [], meta: { resourceType: 'Group', location } },
    });
    expect(created.headers.get('location')).toBe(location);
    expect((await client.patch(`/Groups/${id}`, [add(users[0] ?? '')])).status).toBe(204);
    const shown = await client.send('GET', `/Groups/${id}`);
    expect(shown.body.members).toEqual([{ value: users[0], $ref: `${tenantUrl(client.workspaceId)}/Users/${users[0]}`, type: 'User' }]);
    expect((await client.send('GET', `/Groups/${id}?excludedAttributes=members`)).body.members).toBeUndefined();

    const found = async (filter: string, rest = '') =>
      (await client.send('GET', `/Groups?filter=${encodeURIComponent(filter)}${rest}`)).body;
    expect(await found('displayName eq "FINANCE"', '&excludedAttributes=members')).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect(await found('externalId eq "g-1"')).toMatchObject({ totalResults: 1, Resources: [{ id, members: [{ value: users[0] }] }] });
    expect(await found(`id eq "${id}" and members eq "${users[0]}"`, '&attributes=id')).toMatchObject({ totalResults: 1 });
    expect(await found(`members[value eq "${users[1]}"] and id eq "${id}"`)).toMatchObject({ totalResults: 0 });

    expect(
      (
        await client.patch(`/Groups/${id}`, [
          { op: 'Replace', path: 'displayName', value: 'Treasury' },
          { op: 'Replace', path: 'externalId', value: 'g-2' },
        ])
      ).status,
    ).toBe(204);
    expect(await found('displayName eq "Treasury"')).toMatchObject({ totalResults: 1, Resources: [{ externalId: 'g-2' }] });
    expect((await client.send('DELETE', `/Groups/${id}`)).status).toBe(204);
    for (const answer of [
      client.send('GET', `/Groups/${id}`),
      client.send('DELETE', `/Groups/${id}`),
      client.patch(`/Groups/${id}`, [add(users[0] ?? '')]),
    ]) {
      expect((await answer).status).toBe(404);
    }
    expect((await records(id)).map(({ type }) => type)).toEqual([
      'scim.group.created',
      'scim.group.members.changed',
      'scim.group.updated',
      'scim.group.deleted',
    ]);
  });

  it('keeps all 100 members of 100 parallel single-member adds (I2)', async () => {
    const id = await client.addGroup('crowd');
    const answers = await Promise.all(users.map((user) => client.patch(`/Groups/${id}`, [add(user)])));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await membersOf(id)).toEqual([...users].sort());
    expect(await versionOf(id)).toBe(101);
    expect(await records(id)).toHaveLength(101);
  });

  it('loses neither of adds, removes and renames that run at once (I2)', async () => {
    const id = await client.addGroup('churn', users.slice(0, 50));
    await Promise.all(
      users.map((user, n) =>
        client.patch(
          `/Groups/${id}`,
          n < 50
            ? [{ op: 'remove', path: `members[value eq "${user}"]` }]
            : [add(user), { op: 'Replace', path: 'displayName', value: `churn ${n}` }],
        ),
      ),
    );
    expect(await membersOf(id)).toEqual(users.slice(50).toSorted());
    expect(await versionOf(id)).toBe(101);
  });

  it('ends with one whole list of concurrent replacements (I2)', async () => {
    const id = await client.addGroup('replaced', users.slice(0, 10));
    const lists = Array.from({ length: 10 }, (_, n) => users.slice(n * 10, n * 10 + 10).toSorted());
    await Promise.all(
      lists.map((list) => client.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: list.map((value) => ({ value })) }])),
    );
    expect(lists).toContainEqual(await membersOf(id));
  });

  it('applies changes that add and remove at once one after the other, never half and half (I2)', async () => {
    const [a = '', b = ''] = users;
    const id = await client.addGroup('swapped', [b]);
    await inTurn(id, [
      [add(a), remove(b)],
      [add(b), remove(a)],
    ]);
    expect(await membersOf(id)).toEqual([b]);
  });

  it('never renames by one request and keeps the member that the same request removed (I2)', async () => {
    const [a = ''] = users;
    const rename = (displayName: string) => ({ op: 'Replace', path: 'displayName', value: displayName });
    const id = await client.addGroup('before');
    await inTurn(id, [
      [rename('with'), add(a)],
      [rename('without'), remove(a)],
    ]);
    const { body } = await client.send('GET', `/Groups/${id}`);
    expect([body.displayName, body.members]).toEqual(['without', undefined]);
  });

  it('never lets two groups of one name get one externalId at once (entra-scim-client §2.4)', async () => {
    const pairs = Array.from({ length: 8 }, (_, n) => n);
    const statuses = await Promise.all(
      pairs.map(async (n) => {
        const post = (externalId: string) => client.send('POST', '/Groups', { displayName: `namesake ${n}`, externalId });
        const groups = [await post(`a-${n}`), await post(`b-${n}`)];
        const answers = await server.owner.transaction(async (tx) => {
          await tx.query('select 1 from scim_group where scim_group.id = any($1::uuid[]) for update', [groups.map(({ body }) => body.id)]);
          const sent = groups.map(({ body }) =>
            client.patch(`/Groups/${body.id}`, [{ op: 'Replace', path: 'externalId', value: `c-${n}` }]),
          );
          await server.waiting(2);
          return sent;
        });
        return (await Promise.all(answers)).map(({ status }) => status).toSorted((a, b) => a - b);
      }),
    );
    expect(statuses).toEqual(pairs.map(() => [204, 409]));
  });

  it('takes what is there already and what was never there, and changes nothing for it', async () => {
    const [a = '', b = ''] = users;
    const id = await client.addGroup('idempotent', [a]);
    const before = (await client.send('GET', `/Groups/${id}`)).body;
    server.clock.advance(1000);
    for (const operations of [[add(a)], [remove(b)], [], [{ op: 'Replace', path: 'displayName', value: 'idempotent' }]]) {
      expect((await client.patch(`/Groups/${id}`, operations)).status).toBe(204);
    }
    expect((await client.send('GET', `/Groups/${id}`)).body).toEqual(before);
    expect(await versionOf(id)).toBe(1);
    expect((await records(id)).map(({ type }) => type)).toEqual(['scim.group.created', 'scim.group.members.changed']);
    const { rows } = await server.owner.query("select count(*)::int as n from scim_exchange where path like '%' || $1", [id]);
    expect(rows).toEqual([{ n: 4 }]);
  });

  it('removes one member by value and never all of them', async () => {
    const [a = '', b = '', c = ''] = users;
    const id = await client.addGroup('careful', [a, b, c]);
    await client.patch(`/Groups/${id}`, [remove(b)]);
    expect(await membersOf(id)).toEqual([a, c].sort());
    await client.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members', value: [{ value: '" or value pr or value eq "x' }] }]);
    await client.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: [{ value: newId(server.clock.now()) }] }]);
    expect(await membersOf(id)).toEqual([a, c].sort());
    await client.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }]);
    expect(await membersOf(id)).toEqual([]);
  });

  it('ignores and records members that do not exist', async () => {
    const id = await client.addGroup('strangers');
    const stranger = newId(server.clock.now());
    expect((await client.patch(`/Groups/${id}`, [add(stranger, users[0] ?? '', 'not-an-id')])).status).toBe(204);
    expect(await membersOf(id)).toEqual([users[0]]);
    const { rows } = await server.owner.query<{ ignored: unknown }>(
      'select ignored from scim_exchange where workspace_id = $1 order by id desc limit 2',
      [client.workspaceId],
    );
    expect(rows.map(({ ignored }) => ignored)).toContainEqual([
      { op: 'add', path: 'members[value eq "…"]', reason: 'unknown-member' },
      { op: 'add', path: `members[value eq "${stranger}"]`, reason: 'unknown-member' },
    ]);
  });

  it('lists no more than 200 members that do not exist, and says how many more there were', async () => {
    const id = await client.addGroup('crowd of strangers');
    await client.patch(`/Groups/${id}`, [add(...Array.from({ length: 300 }, () => newId(server.clock.now())))]);
    const { rows } = await server.owner.query<{ ignored: readonly unknown[] }>(
      "select ignored from scim_exchange where method = 'PATCH' and path like '%' || $1",
      [id],
    );
    expect(rows[0]?.ignored).toHaveLength(201);
    expect(rows[0]?.ignored.at(-1)).toEqual({ op: '', path: '100 more', reason: 'not-listed' });
  });

  it('lists requested members in the record, and a digest of many', async () => {
    const [a = '', b = ''] = users;
    const id = await client.addGroup('recorded');
    await client.patch(`/Groups/${id}`, [add(b, a), remove(users[2] ?? '')]);
    const many = Array.from({ length: 501 }, () => newId(server.clock.now()));
    await client.patch(`/Groups/${id}`, [add(...many, users[3] ?? '')]);
    const [, few, digest] = await records(id);
    expect(few?.detail).toEqual({ requested: { cleared: false, add: [a, b].sort(), remove: [users[2]] } });
    expect(digest?.detail.requested.add).toMatchObject({ count: 502, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('hides members that were deleted', async () => {
    const leaver = await client.addUser('deleted-member@contoso.example');
    const id = await client.addGroup('after', [leaver, users[0] ?? '']);
    await client.send('DELETE', `/Users/${leaver}`);
    expect(await membersOf(id)).toEqual([users[0]]);
  });

  it('takes 10,000 members in one PATCH', async () => {
    const big = await server.client();
    await server.database.transaction((tx) => seedUsers(tx, big.workspaceId, 10_001, server.clock.now()));
    const { rows } = await server.owner.query<{ id: string }>('select id from scim_user where workspace_id = $1 limit 10000', [
      big.workspaceId,
    ]);
    const id = await big.addGroup('everybody');
    expect((await big.patch(`/Groups/${id}`, [add(...rows.map((row) => row.id))])).status).toBe(204);
    const { rows: counted } = await server.owner.query('select count(*)::int as n from scim_group_member where group_id = $1', [id]);
    expect(counted).toEqual([{ n: 10_000 }]);
    const shown = (await big.send('GET', `/Groups/${id}`)).body.members.map((member: { value: string }) => member.value);
    expect(shown).toEqual(rows.map((row) => row.id).toSorted());
    const groups = (await big.send('GET', '/Groups?excludedAttributes=members')).body.Resources.map(
      (group: { displayName: string }) => group.displayName,
    );
    expect(groups.toSorted()).toEqual(['everybody', ...Array.from({ length: 10 }, (_, n) => `load-cyc-${n}`), 'load-g100', 'load-g10000']);
    const seeded = await big.send('GET', `/Users?filter=${encodeURIComponent('userName eq "u0000007@load.example"')}`);
    expect(seeded.body).toMatchObject({ totalResults: 1, Resources: [{ externalId: 'x7', active: true }] });
  });

  it('reads each member through its key, also while PostgreSQL knows nothing of how many users there are', async () => {
    const fresh = await startScim();
    try {
      const { workspaceId } = await fresh.client();
      await fresh.database.transaction((tx) => seedUsers(tx, workspaceId, 10_001, fresh.clock.now()));
      const { rows } = await fresh.owner.query<{ 'QUERY PLAN': string }>(
        `explain select ${memberIdsText('scim_group')} from scim_group where scim_group.workspace_id = $1`,
        [workspaceId],
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('on scim_user');
      expect(plan).not.toContain('scim_user_name_key');
    } finally {
      await fresh.close();
    }
  });
});
