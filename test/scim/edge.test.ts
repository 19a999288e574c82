import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/platform/index.ts';
import { createScim } from '../../src/scim/index.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { recovered } from '../support/recovered.ts';
import { createClient, PUBLIC_URL, type ScimClient, type ScimServer, startScim, turnOn, secretBox } from './scim-server.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const probe = `/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22`;
const log = recordingLog();

let server: ScimServer;
let client: ScimClient;

beforeAll(async () => {
  server = await startScim({ log });
  client = await server.client();
});
afterAll(() => server.close());

async function exchanges(workspaceId = client.workspaceId) {
  const { rows } = await server.owner.query<{
    status: number;
    scim_type: string | null;
    detail: string | null;
    method: string;
    tolerated: unknown;
  }>('select method, status, scim_type, detail, tolerated from scim_exchange where workspace_id = $1 order by id', [workspaceId]);
  return rows;
}

describe('the credential', () => {
  it('is asked for before a byte of the body is read', async () => {
    const { port } = new URL(server.url);
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/workspaces/${client.workspaceId}/scim/v2/Users`,
        headers: { 'content-type': 'application/scim+json', 'content-length': 1_000_000, authorization: 'Bearer rcs_wrong' },
      });
      sending.on('response', (response) => {
        expect(response.headers['www-authenticate']).toBe('Bearer realm="rollcall"');
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.flushHeaders(); // and not one byte of the body
    });
    expect(status).toBe(401);
  });

  it.each([
    ['none', undefined],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a token that nobody was given', 'Bearer rcs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('is refused with a SCIM error when there is %s', async (_name, authorization) => {
    const response = await fetch(`${server.url}/workspaces/${client.workspaceId}/scim/v2/Users`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/scim+json');
    expect(await response.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' });
  });

  it('works in its own workspace only, and filters never see another (I12)', async () => {
    const other = await server.client();
    await other.addUser('secret@contoso.example', { externalId: 'same' });
    const strayed = createClient(`${server.url}/workspaces/${other.workspaceId}/scim/v2`, other.workspaceId, client.token);
    expect((await strayed.send('GET', '/Users')).status).toBe(401);
    expect((await strayed.send('POST', '/Users', { userName: 'x@contoso.example' })).status).toBe(401);
    expect((await client.send('GET', `/Users?filter=${encodeURIComponent('externalId eq "same"')}`)).body.totalResults).toBe(0);
    const [mine, theirs] = [await client.addUser('member@contoso.example'), await other.addUser('member@contoso.example')];
    const group = await client.addGroup('apart', [mine, theirs]);
    expect((await client.send('GET', `/Groups/${group}`)).body.members).toMatchObject([{ value: mine }]);
    expect((await client.send('GET', `/Users/${theirs}`)).status).toBe(404);
    expect((await client.send('DELETE', `/Users/${theirs}`)).status).toBe(404);
  });

  it('is checked again by the statement: what the memory still holds, a revocation ends at once', async () => {
    const revoked = await server.client();
    const id = await revoked.addUser('before@contoso.example');
    await server.owner.query('update scim_credential set revoked_at = $2 where workspace_id = $1', [
      revoked.workspaceId,
      server.clock.now(),
    ]);
    for (const answer of [
      revoked.send('GET', `/Users/${id}`),
      revoked.send('GET', '/Users'),
      revoked.send('GET', '/Groups'),
      revoked.send('POST', '/Users', { userName: 'after@contoso.example' }),
      revoked.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
      revoked.send('DELETE', `/Users/${id}`),
      revoked.send('POST', '/Groups', { displayName: 'after' }),
      revoked.send('GET', '/ServiceProviderConfig'),
    ]) {
      expect((await answer).status).toBe(401);
    }
    const { rows } = await server.owner.query('select user_name, active from scim_user where workspace_id = $1', [revoked.workspaceId]);
    expect(rows).toEqual([{ user_name: 'before@contoso.example', active: true }]);
    expect((await exchanges(revoked.workspaceId)).filter(({ status }) => status === 401)).toHaveLength(8);
  });

  it('ends when it expires', async () => {
    const expiring = await server.client();
    await expiring.addUser('early@contoso.example');
    const soon = server.clock.advance(1);
    await server.owner.query('update scim_credential set expires_at = $2 where workspace_id = $1', [expiring.workspaceId, soon]);
    expect((await expiring.send('POST', '/Users', { userName: 'late@contoso.example' })).status).toBe(401);
  });
});

describe('the SCIM switch', () => {
  it('lets Test Connection and discovery succeed while it is off, and refuses everything else with what to do', async () => {
    const early = await server.client('off');
    expect(await early.send('GET', probe)).toMatchObject({ status: 200, body: { schemas: [LIST], totalResults: 0, Resources: [] } });
    expect((await early.send('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22x%22')).status).toBe(200);
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes']) expect((await early.send('GET', path)).status).toBe(200);
    const id = '00000000-0000-7000-8000-000000000000';
    for (const answer of [
      await early.send('POST', '/Users', { userName: 'early@contoso.example' }),
      await early.patch(`/Users/${id}`, []),
      await early.send('DELETE', `/Groups/${id}`),
      await early.send('GET', `/Users/${id}`),
      await early.send('GET', '/Users'),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body.detail).toContain(`switch of this workspace is off`);
      expect(answer.body.detail).toContain(`${PUBLIC_URL}/api/v1/workspaces/${early.workspaceId}/activation`);
    }
    expect((await exchanges(early.workspaceId)).map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST 403',
      'PATCH 403',
      'DELETE 403',
      'GET 403',
      'GET 403',
    ]);
  });

  it('never answers an empty list for what is there when it was turned off again (I8)', async () => {
    const later = await server.client();
    const id = await later.addUser('there@contoso.example');
    await server.owner.query("update scim_switch set state = 'off' where workspace_id = $1", [later.workspaceId]);
    expect((await later.send('GET', `/Users?filter=${encodeURIComponent('userName eq "there@contoso.example"')}`)).status).toBe(403);
    expect((await later.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])).status).toBe(403);
    expect((await later.send('DELETE', `/Users/${id}`)).status).toBe(403);
    expect((await later.send('POST', '/Users', { userName: 'x@contoso.example' })).status).toBe(403);
    await server.owner.query('update scim_switch set sso_connection_id = null where workspace_id = $1', [later.workspaceId]);
    await turnOn(server.owner, later.workspaceId, server.clock);
    expect((await later.send('GET', `/Users/${id}`)).body.active).toBe(true);
  });
});

describe('the wire', () => {
  it.each([
    { name: 'an unknown endpoint', method: 'GET', path: '/Nothing', status: 404 },
    { name: 'an id that is none', method: 'GET', path: '/Users/7', status: 404 },
    { name: 'a path too deep', method: 'GET', path: '/Users/7/emails', status: 404 },
    { name: 'PATCH of all users', method: 'PATCH', path: '/Users', body: {}, status: 405, allow: 'GET, POST' },
    { name: 'GET of a search', method: 'GET', path: '/Users/.search', status: 405, allow: 'POST' },
    { name: 'an address beyond the limit', method: 'GET', path: `/Users?filter=${'x'.repeat(8200)}`, status: 414 },
    { name: 'DELETE of all users', method: 'DELETE', path: '/Users', status: 405, allow: 'GET, POST' },
    { name: 'POST of a schema', method: 'POST', path: '/Schemas', body: {}, status: 405, allow: 'GET' },
    { name: 'Me', method: 'GET', path: '/Me', status: 501 },
    { name: 'GET of Bulk', method: 'GET', path: '/Bulk', status: 405, allow: 'POST' },
    { name: 'a search that is no object', method: 'POST', path: '/Users/.search', body: [], status: 400, scimType: 'invalidSyntax' },
    {
      name: 'a search with a count that is none',
      method: 'POST',
      path: '/.search',
      body: { count: {} },
      status: 400,
      scimType: 'invalidValue',
    },
    { name: 'an unknown schema', method: 'GET', path: '/Schemas/urn:x', status: 404 },
    { name: 'no JSON', method: 'POST', path: '/Users', body: '{"userName":', status: 400, scimType: 'invalidSyntax' },
    { name: 'JSON that is no object', method: 'POST', path: '/Users', body: '[]', status: 400, scimType: 'invalidSyntax' },
    { name: 'no userName', method: 'POST', path: '/Users', body: {}, status: 400, scimType: 'invalidValue' },
    { name: 'text', method: 'POST', path: '/Users', body: 'x', headers: { 'content-type': 'text/plain' }, status: 415 },
    {
      name: 'another charset',
      method: 'POST',
      path: '/Users',
      body: 'x',
      headers: { 'content-type': 'application/json; charset=latin1' },
      status: 415,
    },
    {
      name: 'an order of booleans',
      method: 'GET',
      path: '/Users?filter=active+gt+true',
      status: 400,
      scimType: 'invalidFilter',
    },
    {
      name: 'a filter on what is not known',
      method: 'GET',
      path: '/Users?filter=shoeSize+eq+%22a%22',
      status: 400,
      scimType: 'invalidFilter',
    },
    {
      name: 'a body beyond the limit',
      method: 'POST',
      path: '/Users',
      body: JSON.stringify({ userName: 'x'.repeat(2_100_000) }),
      status: 413,
    },
  ])('refuses $name with a SCIM error, and records it', async ({ method, path, body, headers = {}, status, scimType, allow }) => {
    const before = (await exchanges()).length;
    const answer = await client.send(method, path, body, headers);
    expect(answer).toMatchObject({
      status,
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail: expect.any(String) },
    });
    expect(answer.body.scimType).toBe(scimType);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(answer.headers.get('allow')).toBe(allow ?? null);
    const rows = await exchanges();
    const isCounted = method === 'GET' && path === '/Users/7';
    expect(rows.length - before).toBe(isCounted ? 0 : 1);
    if (!isCounted) expect(rows.at(-1)).toMatchObject({ method, status, scim_type: scimType ?? null });
  });

  it('takes addresses with doubled and trailing slashes, and leaves other addresses to others', async () => {
    expect((await client.send('GET', '//Users/?startIndex=1')).status).toBe(200);
    expect(await (await fetch(`${server.url}/api/v1/workspaces`)).text()).toBe('not scim');
    expect((await fetch(`${server.url}/workspaces/no-uuid/scim/v2/Users`)).status).toBe(401);
  });

  it('keeps a connection whose small body it refused', async () => {
    const refused = await client.send('POST', '/Users', { userName: 'y'.repeat(50) }, { authorization: 'Bearer x' });
    expect([refused.status, refused.headers.get('connection')]).toEqual([401, 'keep-alive']);
  });

  it('records a tolerated oddity of a read, and counts plain reads by the minute', async () => {
    const counted = await server.client();
    await counted.send('GET', '/Users?filter=externalId+eq+jyoung');
    expect(await exchanges(counted.workspaceId)).toMatchObject([{ status: 200, tolerated: [{ quirk: 'unquoted-filter-value' }] }]);
    await counted.send('GET', '/Users');
    await counted.send('GET', '/Users');
    await counted.send('GET', '/Groups/00000000-0000-7000-8000-000000000000');
    await server.scim.flush();
    await counted.send('GET', '/Users');
    await server.scim.flush();
    await server.scim.flush();
    const { rows } = await server.owner.query(
      'select method, resource_type, status_class, count from scim_exchange_minute where workspace_id = $1 order by 2',
      [counted.workspaceId],
    );
    expect(rows).toEqual([
      { method: 'GET', resource_type: 'Group', status_class: '4xx', count: 1 },
      { method: 'GET', resource_type: 'User', status_class: '2xx', count: 3 },
    ]);
    expect(await exchanges(counted.workspaceId)).toHaveLength(1);
  });

  it('writes nothing for strangers', async () => {
    const { rows: before } = await server.owner.query('select count(*) as n from scim_exchange');
    await fetch(`${server.url}/workspaces/${client.workspaceId}/scim/v2/Users`, { method: 'POST', body: '{}' });
    expect((await server.owner.query('select count(*) as n from scim_exchange')).rows).toEqual(before);
  });
});

describe('an outage (I8)', () => {
  it('is 503 with Retry-After, never 404 and never an empty list', async () => {
    const nowhere = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1, applicationName: 'rollcall-test' });
    const { handle, flush } = createScim({ database: nowhere, clock: server.clock, log: silentLog, publicUrl: PUBLIC_URL, secretBox });
    const ask = (method: string, path: string) =>
      handle({
        method,
        url: `/workspaces/${client.workspaceId}/scim/v2${path}`,
        headers: { authorization: `Bearer ${client.token}` },
        readBody: () => Promise.resolve(Buffer.from('{}')),
      });
    for (const [method, path] of [
      ['GET', probe],
      ['GET', '/Users/00000000-0000-7000-8000-000000000000'],
      ['GET', '/Schemas'],
      ['POST', '/Users'],
      ['DELETE', '/Users/00000000-0000-7000-8000-000000000000'],
    ] as const) {
      const answer = await ask(method, path);
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'content-type': 'application/scim+json' },
      });
      expect(JSON.parse(answer.body as string)).toMatchObject({ status: '503' });
    }
    await expect(flush()).rejects.toMatchObject({ code: 'database-unavailable' });
    await nowhere.close();
  });

  it('loses nothing and needs no restart when its connections are cut in the middle of a change (I1, I3)', async () => {
    const id = await client.addUser('cut-off@contoso.example');
    const deactivate = () => client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    const cut = await server.owner.transaction(async (tx) => {
      await tx.query('select 1 from scim_user where scim_user.id = $1 for update', [id]);
      const answer = deactivate();
      await server.waiting(1);
      await server.cutConnections();
      return answer;
    });
    expect(cut).toMatchObject({ status: 503, body: { status: '503' } });
    expect(cut.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await recovered(() => client.send('GET', `/Users/${id}`))).body.active).toBe(true);
    expect(await recovered(deactivate)).toMatchObject({ status: 200, body: { active: false } });
    const { rows } = await server.owner.query<{ type: string }>('select type from ledger_record where subject_id = $1 order by ord', [id]);
    expect(rows.map(({ type }) => type)).toEqual(['scim.user.created', 'scim.user.deactivated']);
  });

  it('answers an unknown failure with an id and no detail, and logs no personal data', async () => {
    await server.owner.query('alter table scim_user_state rename to scim_user_state_gone');
    try {
      const answer = await client.send('POST', '/Users', { userName: 'broken@contoso.example' });
      expect(answer.status).toBe(500);
      expect(answer.body.detail).toContain(answer.headers.get('x-request-id'));
      expect(answer.body.detail).not.toContain('scim_user_state');
    } finally {
      await server.owner.query('alter table scim_user_state_gone rename to scim_user_state');
    }
    expect(log.events.map(({ event }) => event)).toContain('scim.failed');
    expect(JSON.stringify(log.events)).not.toMatch(/contoso|rcs_/);
  });
});
