import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { issueCredential } from '../../src/scim/index.ts';
import { type WireLogReader, WIRE_LOG_DAYS, wireLogReader } from './exchange-administration.ts';
import { createClient, type ScimClient, type ScimServer, startScim } from './scim-server.ts';

const NOBODY = '00000000-0000-4000-8000-00000000dead';

let server: ScimServer;
let entra: ScimClient;
let rotated: ScimClient;
let reader: WireLogReader;
/** What the rows may name in braces. */
const named: Record<string, string> = {};

beforeAll(async () => {
  server = await startScim();
  entra = await server.client();
  reader = await wireLogReader(server, entra.workspaceId);
  const { id, token } = await issueCredential(server.database, {
    workspaceId: entra.workspaceId,
    at: server.clock.now(),
    actor: 'system',
    label: 'the next secret',
    expiresAt: null,
  });
  rotated = createClient(`${server.url}/workspaces/${entra.workspaceId}/scim/v2`, entra.workspaceId, token, () => server.clock.advance(1));
  named['rotated'] = id;
  await write();
});
afterAll(async () => {
  await reader.close();
  await server.close();
});

/** One request of every kind, a millisecond apart, in the order of `said`. */
async function write(): Promise<void> {
  const ada = await entra.addUser('ada@contoso.example');
  const bob = await entra.addUser('bob@contoso.example');
  const crew = await entra.addGroup('Crew', [ada]);
  await entra.patch(`/Users/${ada}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
  await entra.patch(`/Users/${ada}`, [{ op: 'Replace', path: 'active', value: true }]);
  await entra.patch(`/Users/${ada}`, [{ op: 'Replace', path: 'noSuchAttribute', value: 'x' }]);
  await entra.patch(`/Users/${ada}`, [{ op: 'Replace', path: 'displayName', value: {} }]);
  await entra.send('POST', '/Users', { userName: 'ADA@contoso.example' });
  named['noon'] = server.clock.advance(DAY_MS);
  await entra.patch(`/Groups/${crew}`, [{ op: 'Add', path: 'members', value: [{ value: bob }] }]);
  await entra.send('DELETE', `/Users/${bob}`);
  named['later'] = server.clock.advance(DAY_MS);
  await rotated.addUser('cy@contoso.example');
  Object.assign(named, { ada, bob, crew });
}

const said: Readonly<Record<string, object>> = {
  rotated: { method: 'POST', status: 201 },
  deleted: { method: 'DELETE', status: 204, effect: null },
  joined: { method: 'PATCH', status: 204, effect: { changed: ['members'], added: 1, removed: 0 } },
  taken: { method: 'POST', status: 409, scimType: 'uniqueness', detail: expect.stringContaining('userName'), userId: null },
  refused: { method: 'PATCH', status: 400, scimType: 'invalidValue', effect: null },
  ignored: {
    method: 'PATCH',
    status: 200,
    effect: null,
    ignored: [{ op: 'replace', path: 'noSuchAttribute', reason: 'unknown-attribute' }],
  },
  restored: { method: 'PATCH', status: 200, effect: { changed: ['active'], active: true }, tolerated: [] },
  disabled: {
    method: 'PATCH',
    status: 200,
    effect: { changed: ['active'], active: false },
    tolerated: [{ quirk: 'boolean-as-string', path: 'active' }],
  },
  grouped: { method: 'POST', status: 201, userId: null },
  bob: { method: 'POST', status: 201, groupId: null },
  ada: { method: 'POST', status: 201, groupId: null, bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
};

function filled(query: string): string {
  return query.replaceAll(/\{(\w+)\}/g, (_match, name: string) => named[name] ?? '');
}

describe('the wire log', () => {
  it.each([
    { of: 'everything', query: '', expected: Object.keys(said) },
    {
      of: 'a user, refusals too, back to its creation',
      query: 'userId={ada}',
      expected: ['refused', 'ignored', 'restored', 'disabled', 'ada'],
    },
    { of: 'a user who is gone', query: 'userId={bob}', expected: ['deleted', 'bob'] },
    { of: 'a group', query: 'groupId={crew}', expected: ['joined', 'grouped'] },
    { of: 'a credential', query: 'credentialId={rotated}', expected: ['rotated'] },
    { of: 'a method', query: 'method=DELETE', expected: ['deleted'] },
    { of: 'success', query: 'status=2xx&method=POST', expected: ['rotated', 'grouped', 'bob', 'ada'] },
    { of: 'refusals', query: 'status=4xx', expected: ['taken', 'refused'] },
    { of: 'our own failures', query: 'status=5xx', expected: [] },
    { of: 'oddities: tolerated, ignored, refused', query: 'onlyOddities=true', expected: ['taken', 'refused', 'ignored', 'disabled'] },
    { of: "a user's oddities", query: 'onlyOddities=true&userId={ada}', expected: ['refused', 'ignored', 'disabled'] },
    { of: 'a time on', query: 'from={noon}', expected: ['rotated', 'deleted', 'joined'] },
    { of: 'a time back', query: 'to={later}&method=PATCH', expected: ['joined', 'refused', 'ignored', 'restored', 'disabled'] },
    { of: 'a stretch of time', query: 'from={noon}&to={later}', expected: ['deleted', 'joined'] },
    { of: 'all of time', query: 'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&method=DELETE', expected: ['deleted'] },
    { of: 'the time before computers', query: 'to=0001-01-01T00:00:00Z', expected: [] },
    { of: 'somebody who is not there', query: `userId=${NOBODY}`, expected: [] },
  ])('lists the exchanges of $of, newest first', async ({ query, expected }) => {
    const rows = await reader.walk(`/scim/exchanges?limit=1000&${filled(query)}`, 'exchanges');
    expect(rows).toMatchObject(expected.map((name) => said[name]));
  });

  it('gives the same in pages, and says when there are no more', async () => {
    const { body } = await reader.get('/scim/exchanges');
    expect(body).toMatchObject({ next: null, keptFrom: plusMs(server.clock.now(), -WIRE_LOG_DAYS * DAY_MS) });
    expect(await reader.walk('/scim/exchanges?limit=3', 'exchanges')).toEqual(body.exchanges);
    const full = await reader.get(`/scim/exchanges?limit=${body.exchanges.length}`);
    expect(full.body).toEqual(body);
  });

  it('goes on where a page ended, whatever was written meanwhile', async () => {
    const { body: first } = await reader.get('/scim/exchanges?limit=2');
    const { body: rest } = await reader.get(`/scim/exchanges?after=${first.next}`);
    await rotated.send('POST', '/Users', { userName: 'ada@contoso.example' });
    expect((await reader.get(`/scim/exchanges?after=${first.next}`)).body.exchanges).toEqual(rest.exchanges);
    expect((await reader.get('/scim/exchanges?limit=1')).body.exchanges).toMatchObject([{ status: 409 }]);
  });

  it("shows nothing of another workspace's, by whatever it is asked for (I12)", async () => {
    const { workspaceId } = await server.client();
    const stranger = await wireLogReader(server, workspaceId);
    const queries = ['', 'userId={ada}', 'groupId={crew}', 'credentialId={rotated}', 'onlyOddities=true', 'status=4xx', 'method=POST'];
    for (const query of queries) expect((await stranger.get(`/scim/exchanges?${filled(query)}`)).body.exchanges).toEqual([]);
    await stranger.close();
  });

  it.each([
    'userId=ada',
    'groupId=x',
    'credentialId=1',
    'method=BREW',
    'status=3xx',
    'onlyOddities=yes',
    'from=yesterday',
    'to=2026',
    'after=1',
    'limit=1001',
    `cycle=${NOBODY}`,
    'cycle=x',
    'cycle=ffffffff-ffff-4000-8000-000000000000',
  ])('refuses %s', async (query) => {
    expect(await reader.get(`/scim/exchanges?${query}`)).toMatchObject({
      status: 400,
      body: { type: expect.stringMatching(/invalid-request$/) },
    });
  });
});
