import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { type SecondServer, startSecond } from '../scim/second-server.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A workspace with users and a group of names that the other has too; only `department` and `nickName` say whose they are. */
interface Side {
  readonly client: ScimClient;
  readonly mark: string;
  readonly users: readonly string[];
  readonly group: string;
}

let server: ScimServer;
let mine: Side;
let theirs: Side;
let watching: SecondServer;
/** Of each statement that served several requests, how many workspaces they were of. */
const gathered: number[] = [];

beforeAll(async () => {
  server = await startScim();
  watching = await startSecond(server, ({ name, values: [first] }, run) => {
    if (name === 'scim-read-users') gathered.push(new Set(first as readonly string[]).size);
    if (name === 'scim-update-users' || name === 'scim-insert-users') gathered.push(workspacesOf(first));
    return run();
  });
  mine = await side('mine');
  theirs = await side('theirs');
});
afterAll(async () => {
  await watching.close();
  await server.close();
});

function workspacesOf(writes: unknown): number {
  return new Set((JSON.parse(String(writes)) as { workspace_id: string }[]).map(({ workspace_id }) => workspace_id)).size;
}

async function side(mark: string): Promise<Side> {
  const client = watching.twin(await server.client());
  const users: string[] = [];
  for (const name of ['ada', 'bob', 'cyd']) {
    const emails = [{ type: 'work', value: `${name}@contoso.example` }];
    users.push(
      await client.addUser(name, { externalId: `x-${name}`, displayName: name, nickName: mark, emails, [ENT]: { department: mark } }),
    );
  }
  const { body } = await client.send('POST', '/Groups', {
    displayName: 'Finance',
    externalId: 'x-finance',
    members: [{ value: users[0] }],
  });
  return { client, mark, users, group: body.id };
}

/** Everything that a workspace holds, as the database has it: rows, ledger, wire log. */
async function everythingOf({ client: { workspaceId } }: Side): Promise<unknown> {
  const tables = ['scim_user', 'scim_user_state', 'scim_group', 'scim_group_member', 'scim_user_tally', 'scim_exchange', 'ledger_record'];
  const parts = tables.map(
    (table) => `(select jsonb_agg(to_jsonb(${table}) order by to_jsonb(${table})::text) from ${table} where workspace_id = $1)`,
  );
  const { rows } = await server.owner.query(`select ${parts.map((part, at) => `${part} as "${tables[at]}"`).join(', ')}`, [workspaceId]);
  return rows[0];
}

/** Nothing of an answer is the other workspace's. */
function expectOwn(answer: { readonly status: number; readonly body: unknown }, other: Side): void {
  const text = JSON.stringify(answer.body ?? null);
  expect(answer.status).toBeLessThan(500);
  for (const foreign of [...other.users, other.group, other.client.workspaceId, `"${other.mark}"`]) {
    expect([foreign, text.includes(foreign)]).toEqual([foreign, false]);
  }
}

/** The ids of a workspace's live users or groups, as the database has them. */
async function idsOf({ client: { workspaceId } }: Side, table: 'scim_user' | 'scim_group'): Promise<readonly string[]> {
  const { rows } = await server.owner.query<{ id: string }>(
    `select id from ${table} where workspace_id = $1 and deleted_at is null order by id`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

/** What one asks for; `other` is the workspace whose ids it may have come to know. */
type Ask = (own: Side, other: Side) => readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>];

const nth = fc.nat({ max: 2 });
const filters = [
  'userName eq "ada"',
  'externalId eq "x-bob"',
  'emails.value eq "cyd@contoso.example"',
  'emails[type eq "work"].value co "contoso"',
  'displayName sw "b"',
  'nickName pr',
  'active eq true',
  'meta.created gt "2020-01-01T00:00:00Z"',
  'groups.display eq "Finance"',
  'not (userName eq "zoe")',
  'userName eq "ada" or userName eq "bob"',
];
const groupFilters = ['displayName eq "Finance"', 'externalId eq "x-finance"', 'members pr', 'id pr'];
const list = (path: string, filter: string, rest: string) => `${path}?filter=${encodeURIComponent(filter)}${rest}`;
const shape = fc.constantFrom(
  '',
  '&count=0',
  '&startIndex=2',
  '&sortBy=userName&sortOrder=descending',
  '&attributes=groups,nickName',
  '&excludedAttributes=emails',
);

const reads: fc.Arbitrary<Ask> = fc.oneof(
  fc.tuple(fc.constantFrom(...filters), shape).map(
    ([filter, rest]): Ask =>
      () => ['GET', list('/Users', filter, rest)],
  ),
  fc.tuple(fc.constantFrom(...groupFilters), shape).map(
    ([filter, rest]): Ask =>
      () => ['GET', list('/Groups', filter, rest)],
  ),
  nth.map(
    (at): Ask =>
      (_own, other) => ['GET', list('/Users', `id eq "${other.users[at]}"`, '')],
  ),
  nth.map(
    (at): Ask =>
      (_own, other) => ['GET', list('/Groups', `members.value eq "${other.users[at]}"`, '')],
  ),
  fc.constant<Ask>((_own, other) => ['GET', list('/Users', `groups.value eq "${other.group}"`, '')]),
  nth.map(
    (at): Ask =>
      (own) => ['GET', `/Users/${own.users[at]}?attributes=groups,nickName,${ENT}`],
  ),
  fc.constantFrom<Ask>(
    () => ['GET', '/Users'],
    () => ['GET', '/Groups'],
    () => ['POST', '/.search', { filter: 'displayName pr' }],
    () => ['POST', '/Users/.search', { filter: 'userName sw "a"', attributes: ['groups'] }],
    (own) => ['GET', `/Groups/${own.group}`],
  ),
);
/** Reads and changes of what is the other's, by its id, with and without the version that it has. */
const trespasses: fc.Arbitrary<Ask> = fc
  .tuple(
    fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE'),
    fc.constantFrom(0, 1, 2, 'group' as const),
    fc.constantFrom(undefined, '*', 'W/"1"'),
  )
  .map(
    ([method, at, version]): Ask =>
      (_own, other) => {
        const path = at === 'group' ? `/Groups/${other.group}` : `/Users/${other.users[at]}`;
        const body =
          method === 'PATCH'
            ? { Operations: [{ op: 'replace', path: 'displayName', value: 'stolen' }] }
            : { userName: 'stolen', displayName: 'stolen' };
        const headers: Record<string, string> = version === undefined ? {} : { 'if-match': version };
        return method === 'GET' || method === 'DELETE' ? [method, path, undefined, headers] : [method, path, body, headers];
      },
  );
const changes: fc.Arbitrary<Ask> = fc.oneof(
  fc.tuple(nth, fc.string({ maxLength: 5 })).map(
    ([at, title]): Ask =>
      (own) => ['PATCH', `/Users/${own.users[at]}`, { Operations: [{ op: 'replace', path: 'title', value: title }] }],
  ),
  fc.tuple(nth, fc.boolean()).map(
    ([at, active]): Ask =>
      (own) => ['PATCH', `/Users/${own.users[at]}`, { Operations: [{ op: 'replace', path: 'active', value: active }] }],
  ),
  fc.tuple(nth, fc.constantFrom('add', 'remove')).map(
    ([at, op]): Ask =>
      (own, other) => [
        'PATCH',
        `/Groups/${own.group}`,
        { Operations: [{ op, path: 'members', value: [{ value: own.users[at] }, { value: other.users[at] }] }] },
      ],
  ),
  fc.constantFrom('ada', 'zoe').map(
    (userName): Ask =>
      (own) => ['POST', '/Users', { userName, nickName: own.mark }],
  ),
);
const ask = fc.oneof({ weight: 4, arbitrary: reads }, { weight: 2, arbitrary: trespasses }, { weight: 3, arbitrary: changes });

describe('two workspaces of the same names (I12)', () => {
  it.each([...filters.map((filter) => ['/Users', filter]), ...groupFilters.map((filter) => ['/Groups', filter])])(
    'list and count their own alone: %s %s',
    async (path, filter) => {
      for (const own of [mine, theirs]) {
        const ids = await idsOf(own, path === '/Users' ? 'scim_user' : 'scim_group');
        const { body } = await own.client.send('GET', list(path, filter, ''));
        expect(body.totalResults).toBe(body.Resources.length);
        expect(body.totalResults).toBeGreaterThan(0);
        expect(ids).toEqual(expect.arrayContaining(body.Resources.map(({ id }: { id: string }) => id)));
        const everything = await own.client.send('GET', path);
        expect(everything.body.totalResults).toBe(ids.length);
      }
    },
  );

  it('show, count and change nothing of one another, whatever one asks for', async () => {
    const before = await everythingOf(theirs);
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 8 }), async (asks) => {
        const answers = await Promise.all(asks.map((one) => mine.client.send(...one(mine, theirs))));
        for (const answer of answers) expectOwn(answer, theirs);
      }),
      { numRuns: 150 },
    );
    expect(await everythingOf(theirs)).toEqual(before);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answer %s of what is the other one by 404, never by 412 or 403', async (method) => {
    for (const path of [...theirs.users.map((id) => `/Users/${id}`), `/Groups/${theirs.group}`]) {
      for (const version of ['*', 'W/"1"', 'W/"999"']) {
        const body = method === 'PUT' ? { userName: 'x', displayName: 'x' } : method === 'PATCH' ? { Operations: [] } : undefined;
        expect((await mine.client.send(method, path, body, { 'if-match': version })).status).toBe(404);
      }
    }
  });

  it('stay apart when both ask at once, and their requests are served by one statement', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), ask), { minLength: 8, maxLength: 24 }), async (asks) => {
        const answers = await Promise.all(
          asks.map(async ([isMine, one]) => {
            const [own, other] = isMine ? [mine, theirs] : [theirs, mine];
            return { other, answer: await own.client.send(...one(own, other)) };
          }),
        );
        for (const { other, answer } of answers) expectOwn(answer, other);
      }),
      { numRuns: 60 },
    );
    expect(Math.max(...gathered)).toBe(2);
    for (const own of [mine, theirs]) {
      const { body } = await own.client.send('GET', '/Users?attributes=nickName');
      expect(new Set(body.Resources.map(({ nickName }: { nickName: string }) => nickName))).toEqual(new Set([own.mark]));
    }
  });
});
