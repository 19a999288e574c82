import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant } from '../../src/kernel/index.ts';
import { recordingLog } from '../support/log.ts';
import { type Fault, graphError, type HostileGraph, hostileGraph, type Reply } from './hostile-graph.ts';
import { type ConnectedWorkspace, connect, directoryDeps, openWorld, type World } from './simulated-tenant.ts';

const CLIENT_ID = '99999999-8888-4777-8666-555555555555';

let world: World;
let graph: HostileGraph;
let workspace: ConnectedWorkspace;
const delays: number[] = [];
const log = recordingLog();

beforeAll(async () => {
  world = await openWorld();
  graph = await hostileGraph();
  const deps = directoryDeps(world, graph.url, { onDelay: (ms) => delays.push(ms), log });
  workspace = await connect(world, deps, { tenantId: graph.tenantId, clientId: CLIENT_ID, clientSecret: 'not-in-any-log' });
  graph.setUsers([1, 2, 3, 4, 5, 6].map((n) => graphUser(n)));
  expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 6, observations: 6 } });
});
afterAll(async () => {
  await workspace.close();
  await graph.close();
  await world.close();
});
beforeEach(() => {
  delays.length = 0;
  // On a whole second, as the dates of HTTP are.
  world.clock.set(`${world.clock.advance(HOUR_MS).slice(0, 19)}.000Z` as Instant);
  graph.misbehave(() => undefined);
});

function graphUser(n: number, more: object = {}): object {
  const id = `00000000-0000-4000-8000-00000000000${n}`;
  return { id, userPrincipalName: `u${n}@contoso.example`, displayName: `User ${n}`, accountEnabled: true, ...more };
}

/** Everything that a run may change, as text. */
async function everything(): Promise<string> {
  const { rows } = await world.db.owner.query<{ all: string }>(
    `select jsonb_build_object(
       'accounts', (select jsonb_agg(to_jsonb(a) order by a.object_id) from directory_account a),
       'observations', (select jsonb_agg(to_jsonb(o) order by o.object_id, o.ordinal) from directory_observation o),
       'groups', (select jsonb_agg(to_jsonb(g) order by g.object_id) from directory_group g),
       'confirmed', (select jsonb_agg(jsonb_build_array(c.last_complete_run_id, c.last_complete_requested_at)) from directory_connection c),
       'staged', (select count(*) from directory_stage_account) + (select count(*) from directory_stage_unchanged)
     )::text as all`,
  );
  return rows[0]?.all ?? '';
}

const onPage =
  (skip: number, reply: Reply): Fault =>
  ({ path }) =>
    path.endsWith(`$skiptoken=${skip}`) ? reply : undefined;

const onUsers =
  (reply: Reply): Fault =>
  ({ path }) =>
    path.startsWith('/v1.0/users') ? reply : undefined;

const onToken =
  (status: number, error: string, code: number): Fault =>
  ({ path }) =>
    path.endsWith('/token') ? { status, body: { error, error_description: 'AADSTS', error_codes: [code] } } : undefined;

const failures: readonly { name: string; fault: Fault; code: string }[] = [
  {
    name: 'page 3 of the users is forbidden',
    fault: onPage(4, graphError(403, 'Authorization_RequestDenied')),
    code: 'permission-missing',
  },
  { name: 'page 3 of the users is broken for good', fault: onPage(4, graphError(502, 'UnknownError')), code: 'graph-unavailable' },
  { name: 'page 3 never answers', fault: onPage(4, 'hang-up'), code: 'unreachable' },
  { name: 'the listing expires on the way', fault: onPage(2, graphError(400, 'Directory_ExpiredPageToken')), code: 'page-expired' },
  { name: 'Graph keeps throttling', fault: onUsers(graphError(429, 'TooManyRequests')), code: 'throttled' },
  {
    name: 'a gateway answers 403 in HTML',
    fault: onUsers({ status: 403, raw: '<html>no</html>', contentType: 'text/html' }),
    code: 'access-denied',
  },
  {
    name: 'a gateway answers 200 in HTML',
    fault: onUsers({ status: 200, raw: '<html>sign in first</html>', contentType: 'text/html' }),
    code: 'unexpected-answer',
  },
  {
    name: 'a page is larger than any page of Graph',
    fault: onPage(2, { status: 200, raw: `{"value":[],"x":"${'x'.repeat(16 * 1024 * 1024)}"}`, contentType: 'application/json' }),
    code: 'unreachable',
  },
  {
    name: 'Graph redirects, which is not followed',
    fault: onUsers({ status: 302, body: {}, headers: { location: 'https://graph.example.net/v1.0/users' } }),
    code: 'request-refused',
  },
  {
    name: 'a body ends in the middle',
    fault: onPage(2, { status: 200, raw: '{"value":[{"id":"0', contentType: 'application/json' }),
    code: 'unexpected-answer',
  },
  { name: 'a page has no value, which is no empty page', fault: onPage(2, { status: 200, body: {} }), code: 'unexpected-answer' },
  {
    name: 'a user comes without accountEnabled',
    fault: onPage(4, { status: 200, body: { value: [graphUser(5, { accountEnabled: undefined })] } }),
    code: 'account-state-missing',
  },
  {
    name: 'an answer to a request for a token is larger than any of Entra',
    fault: ({ path }) =>
      path.endsWith('/token') ? { status: 200, raw: `{"x":"${'x'.repeat(256 * 1024)}"}`, contentType: 'application/json' } : undefined,
    code: 'unreachable',
  },
  { name: 'every token is rejected', fault: onUsers(graphError(401, 'InvalidAuthenticationToken')), code: 'token-rejected' },
  {
    name: 'the recycle bin cannot be read',
    fault: ({ path }) => (path.includes('deletedItems') ? graphError(403, 'Authorization_RequestDenied') : undefined),
    code: 'permission-missing',
  },
  {
    name: 'groups cannot be read, although users could',
    fault: ({ path }) => (path.startsWith('/v1.0/groups') ? graphError(500, 'UnknownError') : undefined),
    code: 'graph-unavailable',
  },
  { name: 'the secret has expired', fault: onToken(401, 'invalid_client', 7000222), code: 'secret-expired' },
  { name: 'the secret is wrong', fault: onToken(401, 'invalid_client', 7000215), code: 'secret-wrong' },
  { name: 'Entra uses a code that nobody knows', fault: onToken(401, 'invalid_client', 9999999), code: 'secret-wrong' },
  { name: 'the tenant is unknown', fault: onToken(400, 'invalid_request', 90002), code: 'tenant-unknown' },
  { name: 'the application is of another tenant', fault: onToken(400, 'unauthorized_client', 700016), code: 'app-not-in-tenant' },
  { name: 'the tenant is of another cloud', fault: onToken(400, 'invalid_request', 900432), code: 'wrong-cloud' },
];

describe('a run that does not finish', () => {
  // Half of the tenant is missing in what these runs get to see, and somebody else is disabled.
  beforeEach(() => graph.setUsers([graphUser(1, { accountEnabled: false }), ...[2, 3, 4, 5, 6].map((n) => graphUser(n))]));

  it.each(failures)('proves nothing and changes nothing when $name (I8)', async ({ fault, code }) => {
    const before = await everything();
    graph.misbehave(fault);
    const run = await workspace.sync();
    expect(run).toMatchObject({ state: 'failed', errorCode: code, counts: null });
    expect(run.errorDetail).not.toBe('');
    expect(await everything()).toBe(before);
    const { rows } = await world.db.owner.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from ledger_record where type = 'graph.sync.failed' and subject_id = $1`,
      [run.id],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([{ detail: { reason: code } }]);
  });

  it('leaves a gap that reaches back to the last complete look, and says why', async () => {
    graph.misbehave(onToken(401, 'invalid_client', 7000222));
    const failed = await workspace.sync();
    const { body } = await workspace.api<{ coverage: { gaps: object[]; windows: { to: string }[] }[] }>('GET', '/directory/coverage');
    const [coverage] = body.coverage;
    expect(coverage?.gaps.at(-1)).toMatchObject({ from: coverage?.windows.at(-1)?.to, to: null, reason: 'secret-expired' });
    expect(coverage?.gaps.at(-1)).toHaveProperty('failedRuns', expect.arrayContaining([failed.id]));
  });

  it('never logs the secret, the token or a name', () => {
    const logged = JSON.stringify(log.events);
    expect(logged).toContain('directory.run-failed');
    expect(logged).not.toMatch(/not-in-any-log|opaque-token|contoso\.example/);
  });
});

describe('reading Graph', () => {
  beforeEach(() => graph.setUsers([1, 2, 3, 4, 5, 6].map((n) => graphUser(n))));

  it('refuses a nextLink to another host before the token leaves (I7, microsoft-graph §10 #20)', async () => {
    const elsewhere = await hostileGraph();
    graph.misbehave(onPage(2, { status: 200, body: { value: [], '@odata.nextLink': `${elsewhere.url}/v1.0/users?$skiptoken=4` } }));
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'foreign-next-link' });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it.each([301, 302, 303, 307, 308])(
    'follows no %i to another host, with its token or without (I7, microsoft-graph §10 #20)',
    async (status) => {
      const elsewhere = await hostileGraph();
      graph.misbehave(onPage(2, { status, body: {}, headers: { location: `${elsewhere.url}/v1.0/users?$skiptoken=2` } }));
      expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'request-refused' });
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    },
  );

  it('sends nothing but GET, apart from asking for a token (I7)', async () => {
    await workspace.sync();
    const written = graph.requests.filter((request) => !request.startsWith('GET '));
    expect(written).toEqual([`POST /${graph.tenantId}/oauth2/v2.0/token`]);
    // Entries of the audit log and policies are taken whole, for the hash that is kept of them; the others come in no large size.
    const whole = /^GET \/v1\.0\/(auditLogs|identity|policies|subscribedSkus|roleManagement|oauth2PermissionGrants)\b/;
    const unselected = graph.requests.filter((request) => request.startsWith('GET /v1.0/') && !/\$(select|skiptoken)=/.test(request));
    expect(unselected.filter((request) => !whole.test(request))).toEqual([]);
  });

  it.each([
    { name: 'in seconds', header: () => '7', expected: 7_000 },
    { name: 'as a date', header: () => new Date(Date.parse(world.clock.now()) + 9_000).toUTCString(), expected: 8_000 },
  ])('waits as long as Retry-After asks, $name', async ({ header, expected }) => {
    // The double sets the date before the exchange has taken its second.
    graph.misbehave(({ path, count }) =>
      path.startsWith('/v1.0/users?$select=id,userPrincipalName') && count === 1
        ? graphError(429, 'TooManyRequests', { 'retry-after': header() })
        : undefined,
    );
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(delays).toEqual([expected]);
  });

  it('tells each time that Graph asks for fewer requests', async () => {
    const before = log.events.length;
    graph.misbehave(({ path, count }) =>
      path.startsWith('/v1.0/users?$select=id,userPrincipalName') && count <= 2
        ? graphError(429, 'TooManyRequests', { 'retry-after': '1' })
        : undefined,
    );
    await workspace.sync();
    const told = log.events.slice(before).filter(({ event }) => event === 'directory.throttled');
    expect(told.map(({ fields }) => fields['connectionId'])).toEqual([workspace.connectionId, workspace.connectionId]);
  });

  it('backs off by itself after any server error without Retry-After, longer each time (microsoft-graph §10 #15)', async () => {
    graph.misbehave(({ path, count }) => {
      const status = [500, 502, 503, 504, 500][count - 1];
      return path.startsWith('/v1.0/users?$select=id,userPrincipalName') && status !== undefined ? graphError(status, 'x') : undefined;
    });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(delays).toHaveLength(5);
    delays.forEach((ms, index) => {
      expect(ms).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(1_000 * 2 ** index);
    });
  });

  it.each(['0', 'Thu, 01 Jan 2015 00:00:00 GMT'])(
    'pauses between its tries although it is asked to wait for nothing: Retry-After %s',
    async (asked) => {
      graph.misbehave(({ path, count }) =>
        path.startsWith('/v1.0/users?$select=id,userPrincipalName') && count <= 5
          ? graphError(429, 'TooManyRequests', { 'retry-after': asked })
          : undefined,
      );
      expect(await workspace.sync()).toMatchObject({ state: 'complete' });
      expect(delays).toHaveLength(5);
      expect(delays.filter((ms) => ms < 500)).toEqual([]);
    },
  );

  it('ends at pages that lead to one another (microsoft-graph §10 #1)', async () => {
    graph.misbehave(onPage(4, { status: 200, body: { value: [], '@odata.nextLink': `${graph.url}/v1.0/users?$skiptoken=2` } }));
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'unexpected-answer' });
    expect(graph.requests.filter((request) => request.includes('$skiptoken='))).toHaveLength(2);
  });

  it('begins the members of each group anew as often as those of the first', async () => {
    const groups = [1, 2, 3, 4, 5].map((n) => ({ id: `00000000-0000-4000-8000-0000000001f${n}`, displayName: `Group ${n}` }));
    graph.misbehave(({ path, count }) => {
      if (path.startsWith('/v1.0/groups?')) return { status: 200, body: { value: groups } };
      const [, group, token] = /^\/v1\.0\/groups\/([^/]+)\/members\?(?:.*skiptoken=(2))?/.exec(path) ?? [];
      if (group === undefined) return undefined;
      if (token !== undefined) return count === 1 ? graphError(400, 'Directory_ExpiredPageToken') : { status: 200, body: { value: [] } };
      return { status: 200, body: { value: [], '@odata.nextLink': `${graph.url}/v1.0/groups/${group}/members?$skiptoken=2` } };
    });
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { groups: 5 } });
  });

  it('gets a fresh token once when one dies in the middle of a listing', async () => {
    graph.misbehave(({ path, count }) =>
      path.endsWith('$skiptoken=2') && count === 1 ? graphError(401, 'InvalidAuthenticationToken') : undefined,
    );
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 6 } });
    expect(graph.requests.filter((request) => request.startsWith('POST '))).toHaveLength(2);
  });

  it('survives an empty page with a next one, a user that comes twice, and strange characters', async () => {
    graph.setUsers([graphUser(1), graphUser(2), graphUser(1, { displayName: 'tab\t null\0 half\ud800 quote"\\' }), graphUser(3)]);
    graph.misbehave(({ path, count }) => {
      const emptyFirst = { value: [], '@odata.nextLink': `${graph.url}/v1.0/users?$skiptoken=0` };
      return path.startsWith('/v1.0/users?$select=id,userPrincipalName') && count === 1 ? { status: 200, body: emptyFirst } : undefined;
    });
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 3 } });
    const { rows } = await world.db.owner.query(`select display_name from directory_account where object_id = $1`, [
      '00000000-0000-4000-8000-000000000001',
    ]);
    expect(rows).toEqual([{ display_name: 'tab\t null\ufffd half\ufffd quote"\\' }]);
  });
});
