import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordingLog } from '../support/log.ts';
import { recovered } from '../support/recovered.ts';
import { type ScimClient, type ScimServer, startScim, tenantUrl } from './scim-server.ts';
import { strictClient } from './strict-client.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const NOBODY = '00000000-0000-7000-8000-000000000000';
const log = recordingLog();

let server: ScimServer;
let client: ScimClient;
let strict: ScimClient;
let n = 0;

beforeAll(async () => {
  server = await startScim({ log });
  client = await server.client();
  strict = await strictClient(server, client);
});
afterAll(() => server.close());

const newName = () => `bulk-${(n += 1)}@contoso.example`;
const post = (bulkId: string, data: Readonly<Record<string, unknown>> = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: newName(), ...data },
});
const deactivate = (id: string) => ({
  method: 'PATCH',
  path: `/Users/${id}`,
  data: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
});
const missing = { method: 'DELETE', path: `/Users/${NOBODY}` };
const manager = (value: string) => ({ [ENT]: { manager: { value } } });

/** Sends a bulk request; `Operations` of the answer. */
async function bulk(by: ScimClient, operations: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  const answer = await by.send('POST', '/Bulk', { schemas, Operations: operations, ...more });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.Operations;
}

const idOf = ({ location }: { location: string }) => location.slice(location.lastIndexOf('/') + 1);
const statusesOf = (results: readonly { status: string }[]) => results.map(({ status }) => status);
const show = async (by: ScimClient, id: string) => (await by.send('GET', `/Users/${id}`)).body;

async function exchangesOf(by: ScimClient) {
  const { rows } = await server.owner.query<Record<string, unknown>>(
    'select method, path, status, request_id, user_id, ignored, tolerated from scim_exchange where workspace_id = $1 order by at, id',
    [by.workspaceId],
  );
  return rows;
}

describe('a bulk request (RFC 7644 §3.7)', () => {
  it('carries out POST, PUT, PATCH and DELETE, and answers each as a request of its own would be (§3.7.3)', async () => {
    const [a, b, c] = [await client.addUser(newName()), await client.addUser(newName()), await client.addUser(newName())];
    const created = post('qwerty');
    const results = await bulk(client, [
      created,
      { method: 'PUT', path: `/Users/${a}`, bulkId: 'echoed', version: 'W/"1"', data: { userName: newName(), title: 'put' } },
      { method: 'PATCH', path: `/Users/${b}`, version: 'W/"1"', data: { Operations: [{ op: 'add', path: 'title', value: 'patched' }] } },
      { method: 'DELETE', path: `/Users/${c}`, version: 'W/"1"' },
    ]);
    const at = (id: string) => `${tenantUrl(client.workspaceId)}/Users/${id}`;
    const id = idOf(results[0]);
    expect(results).toEqual([
      { location: at(id), method: 'POST', bulkId: 'qwerty', version: 'W/"1"', status: '201' },
      { location: at(a), method: 'PUT', bulkId: 'echoed', version: 'W/"2"', status: '200' },
      { location: at(b), method: 'PATCH', version: 'W/"2"', status: '200' },
      { location: at(c), method: 'DELETE', status: '204' },
    ]);
    expect(await show(client, id)).toMatchObject({ userName: created.data.userName });
    expect(await show(client, a)).toMatchObject({ title: 'put' });
    expect(await show(client, b)).toMatchObject({ title: 'patched' });
    expect((await client.send('GET', `/Users/${c}`)).status).toBe(404);
  });

  it('answers with the error of each operation that failed, and carries out the others', async () => {
    const taken = await client.addUser('taken@contoso.example');
    const results = await bulk(client, [
      { method: 'POST', path: '/Users', bulkId: 'x', data: { userName: 'TAKEN@contoso.example' } },
      missing,
      { method: 'PATCH', path: `/Users/${taken}`, version: 'W/"7"', data: { Operations: [] } },
      { method: 'GET', path: `/Users/${taken}` },
      { method: 'POST', path: '/.search', data: {} },
      { method: 'POST', path: '/Bulk', data: { Operations: [] } },
      { method: 'POST', path: '/Schemas', data: {} },
      { method: 'POST', path: '/Shoes', data: {} },
      'no operation at all',
      { method: 'POST', path: '/Users', data: { userName: newName(), title: { a: 1 } } },
      post('last'),
    ]);
    expect(
      results.map((result: { status: string; response?: { scimType?: string } }) => [result.status, result.response?.scimType]),
    ).toEqual([
      ['409', 'uniqueness'],
      ['404', undefined],
      ['412', undefined],
      ['400', 'invalidSyntax'],
      ['400', 'invalidSyntax'],
      ['400', 'invalidSyntax'],
      ['405', undefined],
      ['404', undefined],
      ['404', undefined],
      ['400', 'invalidValue'],
      ['201', undefined],
    ]);
    expect(results[0]).toEqual({
      method: 'POST',
      bulkId: 'x',
      status: '409',
      response: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '409',
        scimType: 'uniqueness',
        detail: expect.any(String),
      },
    });
    expect(results[1].location).toBe(`${tenantUrl(client.workspaceId)}/Users/${NOBODY}`);
  });

  it.each([
    { name: 'no object', body: [], status: 400, scimType: 'invalidSyntax' },
    { name: 'without Operations', body: {}, status: 400, scimType: 'invalidSyntax' },
    { name: 'of more operations than maxOperations', body: { Operations: Array.from({ length: 1001 }, () => missing) }, status: 413 },
    { name: 'of more bytes than maxPayloadSize', body: { Operations: [], x: 'x'.repeat(2 * 1024 * 1024) }, status: 413 },
  ])('is refused whole when it is $name (§3.7.4)', async ({ body, status, scimType }) => {
    const answer = await client.send('POST', '/Bulk', body);
    expect(answer.status).toBe(status);
    expect(answer.body.scimType).toBe(scimType);
  });

  it('says in the service provider configuration what it takes', async () => {
    const { body } = await client.send('GET', '/ServiceProviderConfig');
    expect(body.bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 2 * 1024 * 1024 });
    expect(
      (
        await bulk(
          client,
          Array.from({ length: 1000 }, () => missing),
        )
      ).length,
    ).toBe(1000);
  });

  it('is refused while the switch is off', async () => {
    expect((await (await server.client('off')).send('POST', '/Bulk', { Operations: [] })).status).toBe(403);
  });
});

describe('a bulkId', () => {
  it('stands for the user in the members of a new group (§3.7.2)', async () => {
    const [user, group] = await bulk(client, [
      post('qwerty'),
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'ytrewq',
        data: { displayName: newName(), members: [{ type: 'User', value: 'bulkId:qwerty' }] },
      },
    ]);
    const { body } = await client.send('GET', `/Groups/${idOf(group)}`);
    expect(body.members).toEqual([expect.objectContaining({ value: idOf(user) })]);
  });

  it('may be referred to before it is created', async () => {
    const group = await client.addGroup(newName());
    const [report, patched, boss] = await bulk(client, [
      post('report', manager('bulkId:boss')),
      {
        method: 'PATCH',
        path: `/Groups/${group}`,
        data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:boss' }] }] },
      },
      post('boss'),
    ]);
    expect(statusesOf([report, patched, boss])).toEqual(['201', '204', '201']);
    expect(await show(client, idOf(report))).toMatchObject(manager(idOf(boss)));
    expect((await client.send('GET', `/Groups/${group}`)).body.members).toEqual([expect.objectContaining({ value: idOf(boss) })]);
  });

  it('may be one of two that refer to one another, and of one that refers to itself (§3.7.1)', async () => {
    const results = await bulk(client, [
      post('a', manager('bulkId:b')),
      post('b', manager('bulkId:a')),
      post('own', manager('bulkId:own')),
    ]);
    const [a, b, own] = results.map(idOf);
    expect(await show(client, a)).toMatchObject(manager(b));
    expect(await show(client, b)).toMatchObject(manager(a));
    expect(await show(client, own)).toMatchObject(manager(own));
  });

  it('stands in the path of an operation, and in the filter of a PATCH', async () => {
    const group = await client.addGroup(newName());
    const results = await bulk(client, [
      { ...deactivate('bulkId:new') },
      post('new'),
      post('gone'),
      { method: 'DELETE', path: '/Users/bulkId:gone' },
      {
        method: 'PATCH',
        path: `/Groups/${group}`,
        data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:new' }] }] },
      },
      { method: 'PATCH', path: `/Groups/${group}`, data: { Operations: [{ op: 'remove', path: 'members[value eq "bulkId:new"]' }] } },
    ]);
    expect(statusesOf(results)).toEqual(['200', '201', '201', '204', '204', '204']);
    expect(await show(client, idOf(results[1]))).toMatchObject({ active: false });
    expect((await client.send('GET', `/Groups/${group}`)).body.members).toBeUndefined();
  });

  it.each([
    { name: 'is not there', operations: () => [post('a', manager('bulkId:b'))], failed: 0 },
    { name: 'failed', operations: () => [{ ...post('b'), data: {} }, post('a', manager('bulkId:b'))], failed: 1 },
    {
      name: 'is an operation that creates nothing',
      operations: () => [{ ...missing, bulkId: 'b' }, post('a', manager('bulkId:b'))],
      failed: 1,
    },
    {
      name: 'is not there for a member',
      operations: () => [{ method: 'POST', path: '/Groups', data: { displayName: newName(), members: [{ value: 'bulkId:b' }] } }],
      failed: 0,
    },
  ])('is refused where what it refers to $name', async ({ operations, failed }) => {
    const results = await bulk(client, operations());
    expect(results[failed]).toMatchObject({
      status: '400',
      response: { scimType: 'invalidValue', detail: expect.stringContaining('bulkId') },
    });
  });

  it('belongs to the first operation that has it', async () => {
    const results = await bulk(client, [post('a'), post('a'), post('c', manager('bulkId:a'))]);
    expect(statusesOf(results)).toEqual(['201', '400', '201']);
    expect(await show(client, idOf(results[2]))).toMatchObject(manager(idOf(results[0])));
  });

  it('outside a bulk request is the id of nobody', async () => {
    const { status, body } = await client.send('POST', '/Users', { userName: newName(), ...manager('bulkId:a') });
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('a deactivation in a bulk request (I1)', () => {
  it('is carried out although as many operations failed as failOnErrors allows', async () => {
    const ids = [await client.addUser(newName()), await client.addUser(newName()), await client.addUser(newName())];
    const [patched = '', put = '', deleted = ''] = ids;
    const kept = await client.addUser(newName());
    const operations = [
      missing,
      missing,
      post('not-created'),
      deactivate(patched),
      { method: 'PUT', path: `/Users/${put}`, data: { userName: newName(), active: 'False' } },
      { method: 'DELETE', path: `/Users/${deleted}` },
      { method: 'PATCH', path: `/Users/${kept}`, data: { Operations: [{ op: 'add', path: 'title', value: 'not set' }] } },
    ];
    const results = await bulk(client, operations, { failOnErrors: 2 });
    expect(results.map(({ method, status }: { method: string; status: string }) => `${method} ${status}`)).toEqual([
      'DELETE 404',
      'DELETE 404',
      'PATCH 200',
      'PUT 200',
      'DELETE 204',
    ]);
    expect([(await show(client, patched)).active, (await show(client, put)).active]).toEqual([false, false]);
    expect((await client.send('GET', `/Users/${deleted}`)).status).toBe(404);
    expect(await show(client, kept)).not.toHaveProperty('title');
  });

  it('in strict mode is refused beyond failOnErrors, recorded, and raises the alarm', async () => {
    const id = await client.addUser(newName());
    expect(statusesOf(await bulk(strict, [missing, deactivate(id), deactivate(NOBODY)], { failOnErrors: 1 }))).toEqual(['404']);
    expect(await show(client, id)).toMatchObject({ active: true });
    const { rows } = await server.owner.query<{ type: string }>('select type from ledger_record where subject_id = $1 order by ord', [id]);
    expect(rows.map(({ type }) => type)).toEqual(['scim.user.created', 'scim.request.refused']);
    const alarms = log.events.filter(({ event }) => event === 'scim.deactivation.refused');
    expect(alarms.map(({ fields }) => fields['userId'])).toEqual([id]);
  });

  it('is carried out whatever its operation carries: a bulkId of nothing, a path that nobody knows', async () => {
    const id = await client.addUser(newName());
    const operations = [
      { op: 'replace', path: `${ENT}:manager`, value: 'bulkId:nobody' },
      { op: 'replace', path: 'shoeSize', value: '42' },
      { op: 'Replace', path: 'active', value: 'False' },
    ];
    const results = await bulk(client, [{ method: 'PATCH', path: `/Users/${id}`, data: { Operations: operations } }]);
    expect(statusesOf(results)).toEqual(['200']);
    expect(await show(client, id)).toMatchObject({ active: false });
    expect(await show(client, id)).not.toHaveProperty(ENT);
  });

  it.each(['x', 0, -1, 1.5, {}, true])('is carried out although failOnErrors is %j, which is noted', async (failOnErrors) => {
    const own = await server.client();
    const id = await own.addUser(newName());
    expect(statusesOf(await bulk(own, [missing, missing, deactivate(id)], { failOnErrors }))).toEqual(['404', '404', '200']);
    const noted = (await exchangesOf(own)).filter(({ path }) => String(path).endsWith('/Bulk'));
    expect(noted).toEqual([expect.objectContaining({ status: 200, ignored: [{ op: '', path: 'failOnErrors', reason: 'invalid-value' }] })]);
  });
});

describe('the evidence of a bulk request', () => {
  it('is a row of the wire log and the records for each operation, by one request id (I3)', async () => {
    const own = await server.client();
    const id = await own.addUser(newName());
    await bulk(own, [post('a'), deactivate(id), missing]);
    const rows = (await exchangesOf(own)).slice(1);
    const base = `/workspaces/${own.workspaceId}/scim/v2`;
    // Those of one instant stand in no order.
    expect(new Set(rows.map((row) => ['method', 'path', 'status'].map((name) => row[name]).join(' ')))).toEqual(
      new Set([`POST ${base}/Users 201`, `PATCH ${base}/Users/${id} 200`, `DELETE ${base}/Users/${NOBODY} 404`]),
    );
    expect(new Set(rows.map((row) => row['request_id'])).size).toBe(1);
    const { rows: records } = await server.owner.query<{ type: string; leaf: Buffer }>(
      `select type, leaf from ledger_record where workspace_id = $1 and type like 'scim.user.%' order by ord`,
      [own.workspaceId],
    );
    expect(records.map(({ type }) => type)).toEqual(['scim.user.created', 'scim.user.created', 'scim.user.deactivated']);
    const raws = records.slice(1).map(({ leaf }) => JSON.parse(String(leaf)).raw);
    expect(raws[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(new Set(raws).size).toBe(1);
  });

  it('has a row of its own for a bulk request without operations', async () => {
    const own = await server.client();
    expect(await bulk(own, [])).toEqual([]);
    expect(await exchangesOf(own)).toEqual([expect.objectContaining({ tolerated: [{ quirk: 'empty-operations' }], status: 200 })]);
  });
});

describe('what ends a bulk request', () => {
  it('is an outage: what was done is answered so, what was not is 503, and all 503 when nothing was (I8)', async () => {
    const [held, second] = [await client.addUser(newName()), await client.addUser(newName())];
    const cutAt = async (operations: readonly unknown[]) =>
      server.owner.transaction(async (tx) => {
        await tx.query('select 1 from scim_user where scim_user.id = $1 for update', [held]);
        const answer = client.send('POST', '/Bulk', { Operations: operations });
        await server.waiting(1);
        await server.cutConnections();
        return answer;
      });
    const partly = await cutAt([deactivate(second), deactivate(held), missing]);
    expect([partly.status, statusesOf(partly.body.Operations)]).toEqual([200, ['200', '503', '503']]);
    expect(await recovered(() => client.send('GET', `/Users/${second}`))).toMatchObject({ body: { active: false } });
    const wholly = await cutAt([deactivate(held), missing]);
    expect(wholly).toMatchObject({ status: 503, body: { status: '503' } });
    expect(wholly.headers.get('retry-after')).toMatch(/^\d+$/);
    await recovered(() => client.send('GET', `/Users/${held}`));
  });
});
