import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plusMs } from '../../src/kernel/index.ts';
import { type ScimClient, type ScimServer, startScim, tenantUrl } from './scim-server.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const deactivation = { op: 'Replace', path: 'active', value: 'False' };

let server: ScimServer;
let client: ScimClient;

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
});
afterAll(() => server.close());

async function lastExchange(workspaceId = client.workspaceId) {
  const { rows } = await server.owner.query<Record<string, unknown>>(
    'select * from scim_exchange where workspace_id = $1 order by id desc limit 1',
    [workspaceId],
  );
  return rows[0];
}

async function recordTypes(id: string) {
  const { rows } = await server.owner.query<{ type: string }>('select type from ledger_record where subject_id = $1 order by ord', [id]);
  return rows.map((row) => row.type);
}

async function states(id: string) {
  const { rows } = await server.owner.query(
    'select version, active, deleted, record_id is not null as recorded from scim_user_state where scim_user_id = $1 order by version',
    [id],
  );
  return rows;
}

describe('users over SCIM', () => {
  it('creates, shows, finds and deletes a user as Entra does', async () => {
    const sent = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENT],
      externalId: 'ada-1',
      userName: 'Ada@Contoso.example',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Ada@Contoso.example' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Ada L', familyName: 'L', givenName: 'Ada' },
      roles: [],
      [EXT]: { rbac_role_id: 'no-such-role' },
    };
    const created = await client.send('POST', '/Users', sent);
    expect(created.status).toBe(201);
    const { id, meta } = created.body;
    const location = `${tenantUrl(client.workspaceId)}/Users/${id}`;
    expect(created.headers.get('location')).toBe(location);
    expect(created.headers.get('content-type')).toBe('application/scim+json');
    expect(meta).toMatchObject({ resourceType: 'User', location, created: server.clock.now(), lastModified: server.clock.now() });
    const shown = await client.send('GET', `/Users/${id}`);
    expect(shown.body).toEqual(created.body);
    const { roles: _roles, schemas: _schemas, meta: _meta, ...echoed } = sent;
    expect(shown.body).toMatchObject(echoed);
    expect(shown.body.schemas).toContain(EXT);
    expect(await lastExchange()).toMatchObject({
      status: 201,
      user_id: id,
      tolerated: [{ quirk: 'unknown-role', path: 'rbac_role_id' }],
      ignored: [],
    });

    for (const filter of [
      'userName eq "ADA@contoso.EXAMPLE"',
      'externalId eq "ada-1"',
      'externalId eq ada-1',
      `id eq "${id}"`,
      'emails[type eq "work"].value eq "ada@contoso.example"',
      'emails.value eq "ADA@contoso.example"',
      'userName eq "ada@contoso.example" and active eq true',
      `${EXT}:rbac_role_id eq "no-such-role"`,
    ]) {
      const found = await client.send('GET', `/Users?aadOptscim062020&filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`);
      expect([filter, found.status, found.body.totalResults, found.body.Resources[0]?.id]).toEqual([filter, 200, 1, id]);
    }
    for (const filter of [
      'externalId eq "ADA-1"',
      'id eq "no-uuid"',
      'emails[type eq "home"].value eq "ada@contoso.example"',
      'userName eq "\\u0000"',
      'active eq false',
    ]) {
      const missed = await client.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, missed.status, missed.body]).toEqual([
        filter,
        200,
        { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] },
      ]);
    }

    expect((await client.send('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await client.send('GET', `/Users/${id}`)).status).toBe(404);
    expect((await client.send('DELETE', `/Users/${id}`)).status).toBe(404);
    expect((await client.patch(`/Users/${id}`, [deactivation])).status).toBe(404);
    expect(await recordTypes(id)).toEqual(['scim.user.created', 'scim.user.deleted']);
    expect(await states(id)).toEqual([
      { version: 1, active: true, deleted: false, recorded: true },
      { version: 2, active: false, deleted: true, recorded: true },
    ]);
    const again = await client.send('POST', '/Users', sent);
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(id);
  });

  it('keeps the name of an inactive user, whatever its case', async () => {
    const id = await client.addUser('Taken@contoso.example', { active: 'False' });
    expect((await client.send('GET', `/Users/${id}`)).body.active).toBe(false);
    const refused = await client.send('POST', '/Users', { userName: 'taken@CONTOSO.example' });
    expect(refused).toMatchObject({ status: 409, body: { status: '409', scimType: 'uniqueness' } });
    expect(await lastExchange()).toMatchObject({ method: 'POST', status: 409, scim_type: 'uniqueness' });
    const other = await client.addUser('other@contoso.example');
    const renamed = await client.patch(`/Users/${other}`, [{ op: 'Replace', path: 'userName', value: 'TAKEN@contoso.example' }]);
    expect(renamed).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  });

  it('knows a name however its letters are cased and its accents composed (RFC 7643 §2.2: userName is not caseExact)', async () => {
    const id = await client.addUser('Jose\u0301.\u0130nci@contoso.example', { emails: [{ value: 'JOSE\u0301@home.example' }] });
    for (const filter of [
      'userName eq "jos\u00c9.i\u0307NCI@contoso.example"',
      'emails.value eq "Jos\u00e9@home.example"',
      'userName sw "jos\u00e9"',
    ]) {
      const { body } = await client.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(body.Resources.map((user: { id: string }) => user.id)).toEqual([id]);
    }
    const refused = await client.send('POST', '/Users', { userName: 'jos\u00e9.\u0130nci@contoso.example' });
    expect(refused).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await client.send('GET', `/Users/${id}`)).body.userName).toBe('Jose\u0301.\u0130nci@contoso.example');
  });

  it('records each aspect of a change apart, and no change at all for the same again', async () => {
    const id = await client.addUser('aspects@contoso.example');
    server.clock.advance(1000);
    const operations = [
      { op: 'replace', value: { active: false, displayName: 'A', 'name.givenName': 'B', [`${EXT}:rbac_role_id`]: 'auditor' } },
    ];
    const changed = await client.patch(`/Users/${id}`, operations);
    expect(changed).toMatchObject({
      status: 200,
      body: { id, active: false, displayName: 'A', name: { givenName: 'B' }, [EXT]: { rbac_role_id: 'auditor' } },
    });
    const lastModified = server.clock.now();
    server.clock.advance(1000);
    const again = await client.patch(`/Users/${id}`, operations);
    expect(again).toMatchObject({ status: 200, body: { meta: { lastModified } } });
    expect(await lastExchange()).toMatchObject({ method: 'PATCH', status: 200, user_id: id });
    expect(await recordTypes(id)).toEqual(['scim.user.created', 'scim.user.deactivated', 'scim.role.changed', 'scim.user.updated']);
    const { rows } = await server.owner.query<{ path: string; value: unknown }>(
      `select d.path, d.value from ledger_disclosure d join ledger_record r on r.workspace_id = d.workspace_id and r.id = d.record_id
       where r.subject_id = $1 order by r.ord, d.path`,
      [id],
    );
    expect(rows).toEqual([
      { path: 'user', value: { userName: 'aspects@contoso.example' } },
      { path: 'after.roleClaims', value: [{ source: 'extension', value: 'auditor' }] },
      { path: 'displayName', value: 'A' },
    ]);
    const { rows: leaves } = await server.owner.query<{ leaf: Buffer }>(
      "select leaf from ledger_record where subject_id = $1 and type = 'scim.user.deactivated'",
      [id],
    );
    const leaf = JSON.parse(String(leaves[0]?.leaf));
    expect(leaf).toMatchObject({ before: { active: true }, after: { active: false }, detail: { version: 2 } });
    expect(leaf.raw).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(String(leaves[0]?.leaf)).not.toContain('contoso');
  });

  it('deactivates beside an operation that it ignores, and records that (I1)', async () => {
    const id = await client.addUser('leaver@contoso.example');
    const answer = await client.patch(`/Users/${id}`, [deactivation, { op: 'Add', path: 'no.such[thing eq 1].x', value: 1 }]);
    expect(answer).toMatchObject({ status: 200, body: { active: false } });
    expect((await client.send('GET', `/Users/${id}`)).body.active).toBe(false);
    expect(await lastExchange()).toMatchObject({
      status: 200,
      user_id: id,
      ignored: [{ op: 'add', path: 'no.such[thing eq 1].x', reason: 'unknown-attribute' }],
    });
  });

  it('deactivates beside a rename to a name that another user has, and records that (I1)', async () => {
    await client.addUser('owner-of-the-name@contoso.example');
    const id = await client.addUser('renamed-leaver@contoso.example');
    const rename = { op: 'Replace', path: 'userName', value: 'owner-of-the-name@contoso.example' };
    const answer = await client.patch(`/Users/${id}`, [rename, deactivation, { op: 'Replace', path: 'title', value: 'Gone' }]);
    expect(answer).toMatchObject({ status: 200, body: { active: false, title: 'Gone', userName: 'renamed-leaver@contoso.example' } });
    expect(await lastExchange()).toMatchObject({ ignored: [{ op: 'replace', path: 'userName', reason: 'user-name-taken' }] });
  });

  it('answers 409 for a name that another user has, whatever else the request chooses by a filter', async () => {
    await client.addUser('first-of-the-name@contoso.example');
    const id = await client.addUser('second@contoso.example', { emails: [{ value: 'second@contoso.example' }] });
    const rename = { op: 'Replace', path: 'userName', value: 'first-of-the-name@contoso.example' };
    const chosen = { op: 'Replace', path: 'emails[value eq "second@contoso.example"].display', value: 'Second' };
    expect(await client.patch(`/Users/${id}`, [rename, chosen])).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    const landed = await client.patch(`/Users/${id}`, [rename, chosen, deactivation]);
    expect(landed).toMatchObject({ status: 200, body: { active: false, emails: [{ display: 'Second' }] } });
  });

  it('ends with the user inactive whatever junk stands beside a deactivation (I1)', async () => {
    const path = fc.oneof(
      fc.constantFrom(
        'active',
        'emails',
        'emails[type eq "work"].value',
        'name',
        'userName',
        'manager',
        'roles',
        ENT,
        `${EXT}:rbac_role_id`,
        'id',
        'meta',
        'a.b.c',
        '__proto__',
        'emails[primary eq "x"].value',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.jsonValue(),
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('True', true, '\u0000', '\ud800'),
      fc.dictionary(fc.constantFrom('active', 'emails', 'value', 'x', ENT), fc.jsonValue()),
    );
    const operation = fc.record(
      { op: fc.oneof(fc.constantFrom('add', 'Replace', 'remove'), fc.string({ maxLength: 5 })), path, value },
      { requiredKeys: [] },
    );
    const junk = fc.array(fc.oneof(operation, fc.jsonValue()), { maxLength: 4 });
    const deactivate = fc.constantFrom<unknown>(
      deactivation,
      { op: 'replace', path: 'active', value: false },
      { op: 'Add', path: 'active', value: 'false' },
      { op: 'replace', value: { active: 'False' } },
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(junk, deactivate, junk, async (before, deactivating, after) => {
        const id = await client.addUser(`junk-${n++}@contoso.example`, { emails: [{ type: 'work', value: 'j@contoso.example' }] });
        const answer = await client.patch(`/Users/${id}`, [...before, deactivating, ...after]);
        expect([answer.status, answer.body.active]).toEqual([200, false]);
        const { rows } = await server.owner.query("select active, resource ->> 'active' as shown from scim_user where id = $1", [id]);
        expect(rows).toEqual([{ active: false, shown: 'false' }]);
      }),
      { numRuns: 150 },
    );
  });

  it('lands each of 100 parallel PATCHes of one user (I2)', async () => {
    const id = await client.addUser('contended@contoso.example');
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        client.patch(`/Users/${id}`, [{ op: 'add', path: 'phoneNumbers', value: [{ type: 'work', value: `+${n}` }] }]),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { body } = await client.send('GET', `/Users/${id}`);
    expect(new Set(body.phoneNumbers.map((number: { value: string }) => number.value)).size).toBe(100);
    const { rows } = await server.owner.query('select version from scim_user where id = $1', [id]);
    expect(rows).toEqual([{ version: 101 }]);
    expect(await recordTypes(id)).toHaveLength(101);
  });

  it('begins no state before the one that it ends, however the requests overtook one another', async () => {
    const id = await client.addUser('overtaken@contoso.example');
    const early = server.clock.now();
    server.clock.advance(60_000);
    await client.patch(`/Users/${id}`, [deactivation]);
    server.clock.set(early);
    await client.patch(`/Users/${id}`, [{ op: 'Add', path: 'active', value: 'True' }]);
    await client.send('DELETE', `/Users/${id}`);
    const { rows } = await server.owner.query<{ at: string }>('select at from scim_user_state where scim_user_id = $1 order by version', [
      id,
    ]);
    const instants = rows.map(({ at }) => at);
    expect(instants).toHaveLength(4);
    expect(instants).toEqual(instants.toSorted());
  });

  it('dates a change when it was asked for whole, not when a slow client began to ask (I9)', async () => {
    const id = await client.addUser('slow@contoso.example');
    const minute = 60_000;
    const asked = server.clock.now();
    const answer = await server.scim.handle({
      method: 'PATCH',
      url: `/workspaces/${client.workspaceId}/scim/v2/Users/${id}`,
      headers: { authorization: `Bearer ${client.token}` },
      readBody: () => {
        server.clock.advance(minute);
        return Promise.resolve(Buffer.from(JSON.stringify({ Operations: [deactivation] })));
      },
    });
    expect(answer.status).toBe(200);
    const { rows } = await server.owner.query(
      `select state.at, record.recorded_at as "recordedAt" from scim_user_state as state
       join ledger_record as record on record.workspace_id = state.workspace_id and record.id = state.record_id
       where state.scim_user_id = $1 and not state.active`,
      [id],
    );
    expect(rows).toEqual([{ at: plusMs(asked, minute), recordedAt: plusMs(asked, minute) }]);
  });

  it('shows what was sent, so that a second cycle finds nothing to change (I13)', async () => {
    const sent = {
      displayName: '  Zoë  "Q"  ',
      phoneNumbers: [{ type: 'mobile', value: '+49 (0)151 / 23 45' }],
      emails: [{ type: 'work', value: 'MiXed@Contoso.EXAMPLE' }],
      addresses: [{ type: 'work', formatted: 'Street 1\r\nTown', country: 'de' }],
      roles: [{ value: '{"id":"06b0","value":"25"}', primary: true }],
    };
    const id = await client.addUser('Echo@contoso.example', sent);
    await client.patch(`/Users/${id}`, [{ op: 'Add', path: `${ENT}:manager`, value: 'manager-id' }]);
    const { body } = await client.send('GET', `/Users/${id}`);
    expect(body).toMatchObject({ userName: 'Echo@contoso.example', ...sent, [ENT]: { manager: { value: 'manager-id' } } });
    const found = await client.send(
      'GET',
      `/Users?filter=${encodeURIComponent(`id eq "${id}" and manager eq "manager-id"`)}&attributes=id`,
    );
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id, schemas: body.schemas }] });
    expect(Object.keys(found.body.Resources[0])).toEqual(['schemas', 'id']);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: `${ENT}:manager`, value: '' }]);
    expect((await client.send('GET', `/Users/${id}`)).body[ENT]).toBeUndefined();
  });

  it('pages with right edges', async () => {
    const paged = await server.client();
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await paged.addUser(`p${n}@contoso.example`));
    ids.sort();
    const page = async (query: string) => (await paged.send('GET', `/Users${query}`)).body;
    const shown = (body: { Resources: { id: string }[] }) => body.Resources.map(({ id }) => id);
    expect(shown(await page('?startIndex=6&count=5'))).toEqual(ids.slice(5));
    expect(await page('?startIndex=6&count=5')).toMatchObject({ totalResults: 7, startIndex: 6, itemsPerPage: 2 });
    expect(await page('?startIndex=8&count=5')).toMatchObject({ totalResults: 7, startIndex: 8, itemsPerPage: 0, Resources: [] });
    expect(await page('?count=0')).toMatchObject({ totalResults: 7, itemsPerPage: 0, Resources: [] });
    expect(await page('?startIndex=-3&count=-1')).toMatchObject({ startIndex: 1, itemsPerPage: 0 });
    expect(shown(await page('?startIndex=x&count=100000'))).toEqual(ids);
    expect(shown(await page(`?filter=${encodeURIComponent('active eq true')}&startIndex=2&count=2`))).toEqual(ids.slice(1, 3));
  });
});

describe('a change and its evidence (I3)', () => {
  it('commit together or not at all', async () => {
    const id = await client.addUser('evidence@contoso.example');
    const group = await client.addGroup('evidence');
    await server.owner.query(
      `create function refuse_record() returns trigger language plpgsql as $$ begin raise exception 'no room for evidence'; end $$`,
    );
    await server.owner.query('create trigger refuse_record before insert on ledger_record for each row execute function refuse_record()');
    try {
      expect(await client.patch(`/Users/${id}`, [deactivation])).toMatchObject({ status: 500, body: { status: '500' } });
      expect((await client.send('POST', '/Users', { userName: 'unseen@contoso.example' })).status).toBe(500);
      expect((await client.send('DELETE', `/Users/${id}`)).status).toBe(500);
      expect((await client.patch(`/Groups/${group}`, [{ op: 'Add', path: 'members', value: [{ value: id }] }])).status).toBe(500);
    } finally {
      await server.owner.query('drop trigger refuse_record on ledger_record');
    }
    expect((await client.send('GET', `/Users/${id}`)).body.active).toBe(true);
    expect((await client.send('GET', `/Groups/${group}`)).body.members).toBeUndefined();
    expect(
      (await client.send('GET', `/Users?filter=${encodeURIComponent('userName eq "unseen@contoso.example"')}`)).body.totalResults,
    ).toBe(0);
    expect(await states(id)).toHaveLength(1);
  });
});
