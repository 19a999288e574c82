import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/kernel/index.ts';
import { recovered } from '../support/recovered.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { type SecondServer, startSecond } from './second-server.ts';
import { changedBy } from './watched-database.ts';

let server: ScimServer;
/** Sets up, and looks afterwards. */
let plain: ScimClient;
/** The one whose requests are gathered, and whose statements are watched. */
let client: ScimClient;
let second: SecondServer;

/** The users of each statement that changes users, as it is sent, and how many look-ups have been answered. */
let statements: (readonly string[])[] = [];
let lookedUp = 0;
let losesAnswers = false;

beforeAll(async () => {
  server = await startScim();
  plain = await server.client();
  second = await startSecond(server, async ({ name, values }, run) => {
    const isChange = name === 'scim-update-users' || name === 'scim-insert-users';
    if (isChange) statements.push(changedBy(values));
    const answer = await run();
    if (name === 'scim-read-users') lookedUp += (values[0] as readonly unknown[]).length;
    if (isChange && losesAnswers && changedBy(values).length > 1)
      throw new DomainError('database-unavailable', { detail: 'the answer was lost' });
    return answer;
  });
  client = second.twin(plain);
});
afterAll(async () => {
  await second.close();
  await server.close();
});
beforeEach(() => {
  statements = [];
  lookedUp = 0;
  losesAnswers = false;
});

let n = 0;
const newUser = () => plain.addUser(`gathered-${(n += 1)}@contoso.example`);
const newUsers = (count: number) => Promise.all(Array.from({ length: count }, newUser));
const retitle = (id: string) => client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'After' }]);

/** Keeps the gatherer waiting for a row that is held, until all that `send` sends is gathered behind it. */
async function gatheredBehind<Answer>(count: number, send: () => readonly Promise<Answer>[]): Promise<readonly Promise<Answer>[]> {
  const blockers = await newUsers(1);
  const isLookedUp = () => lookedUp >= count;
  const held = await server.owner.transaction(async (tx) => {
    await tx.query('select 1 from scim_user where scim_user.id = any($1::uuid[]) for update', [blockers]);
    const waiting = blockers.map(retitle);
    await server.waiting(1);
    lookedUp = 0;
    const sent = send();
    while (!isLookedUp()) await turn();
    await turn();
    return { waiting, sent };
  });
  for (const answer of held.waiting) expect((await answer).status).toBe(200);
  return held.sent;
}

/** What is stored of a user's change: the value, its version, and the evidence. */
async function stored(id: string) {
  const { rows } = await server.owner.query<{ title: string | null; version: number; records: number; exchanges: number }>(
    `select scim_user.resource ->> 'title' as title, scim_user.version,
       (select count(*)::int from ledger_record where ledger_record.subject_id::text = $1 and ledger_record.type = 'scim.user.updated') as records,
       (select count(*)::int from scim_exchange
        where scim_exchange.user_id = $1::uuid and scim_exchange.method = 'PATCH' and scim_exchange.status = 200 and scim_exchange.effect is not null) as exchanges
     from scim_user where scim_user.id = $1::uuid`,
    [id],
  );
  return rows[0];
}

const untouched = { title: null, version: 1, records: 0, exchanges: 0 };
const changedOnce = { title: 'After', version: 2, records: 1, exchanges: 1 };

interface Fault {
  readonly table: string;
  readonly event: string;
  readonly condition: string;
  /** PostgreSQL's code of the error. */
  readonly code: string;
}

async function withFault({ table, event, condition, code }: Fault, work: () => Promise<void>): Promise<void> {
  await server.owner.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused' using errcode = '${code}'; end $$`,
  );
  await server.owner.query(`create trigger refuse before ${event} on ${table} for each row when (${condition}) execute function refuse()`);
  try {
    await work();
  } finally {
    await server.owner.query(`drop trigger refuse on ${table}`);
    await server.owner.query('drop function refuse()');
  }
}

describe('a statement for several requests that fails in the middle (I3)', () => {
  it.each([
    { name: "on one user's row", table: 'scim_user', event: 'update', column: 'id', code: 'P0001' },
    { name: "on one user's record", table: 'ledger_record', event: 'insert', column: 'subject_id', code: 'P0001' },
    { name: "on one user's line of the wire log", table: 'scim_exchange', event: 'insert', column: 'user_id', code: 'P0001' },
    { name: 'because a lock is not to be had', table: 'scim_user', event: 'update', column: 'id', code: '55P03' },
    { name: 'in a deadlock', table: 'scim_user', event: 'update', column: 'id', code: '40P01' },
    { name: 'because it took too long', table: 'scim_user', event: 'update', column: 'id', code: '57014' },
    { name: 'for want of room', table: 'ledger_record', event: 'insert', column: 'subject_id', code: '53100' },
  ])('lets only the request fail that is to blame: $name', async ({ table, event, column, code }) => {
    const users = await newUsers(6);
    const [blamed = ''] = users.slice(3);
    await withFault({ table, event, condition: `new.${column}::text = '${blamed}'`, code }, async () => {
      const answers = await Promise.all(await gatheredBehind(users.length, () => users.map(retitle)));
      expect(statements.find((ids) => ids.includes(blamed))?.length).toBe(users.length);
      for (const [at, id] of users.entries()) {
        expect(id === blamed ? [500, 503] : [200]).toContain(answers[at]?.status);
        expect(answers[at]?.body.title).toBe(id === blamed ? undefined : 'After');
        expect(await stored(id)).toEqual(id === blamed ? untouched : changedOnce);
      }
    });
    expect((await retitle(blamed)).status).toBe(200);
    expect(await stored(blamed)).toEqual(changedOnce);
  });

  it('makes all new users but the one to blame', async () => {
    const names = Array.from({ length: 6 }, () => `new-${(n += 1)}@contoso.example`);
    const [blamed = ''] = names.slice(3);
    const post = (userName: string) => client.send('POST', '/Users', { userName });
    await withFault({ table: 'scim_user', event: 'insert', condition: `new.user_name = '${blamed}'`, code: 'P0001' }, async () => {
      const sent = await server.owner.transaction(async (tx) => {
        // One statement waits for the tally; what comes meanwhile is gathered behind it.
        await tx.query('lock table scim_user_tally in share mode');
        const early = names.slice(0, 1).map(post);
        await server.waiting(1);
        const late = names.slice(1).map(post);
        for (let asked = 0; asked < 3; asked += 1) expect((await client.send('GET', '/Groups')).status).toBe(200);
        return [...early, ...late];
      });
      const answers = await Promise.all(sent);
      expect(answers.map(({ status }) => status)).toEqual(names.map((name) => (name === blamed ? 500 : 201)));
      expect(Math.max(...statements.map(({ length }) => length))).toBeGreaterThan(1);
    });
    for (const name of names) {
      const found = await client.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`);
      expect([name, found.body.totalResults]).toEqual([name, name === blamed ? 0 : 1]);
    }
    expect((await post(blamed)).status).toBe(201);
  });
});

describe('a connection that is cut under a statement for several requests (I8)', () => {
  it('is 503 for each of them, and none has happened', async () => {
    const users = await newUsers(5);
    const answers = await server.owner.transaction(async (tx) => {
      await tx.query('select 1 from scim_user where scim_user.id = $1 for update', [users[2]]);
      const sent = await gatheredBehind(users.length, () => users.map(retitle));
      await server.waiting(1);
      expect(statements.at(-1)?.toSorted()).toEqual(users.toSorted());
      await server.cutConnections();
      return Promise.all(sent);
    });
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, body: { status: '503' } });
    for (const id of users) {
      expect(await stored(id)).toEqual(untouched);
      expect((await recovered(() => retitle(id))).status).toBe(200);
      expect(await stored(id)).toEqual(changedOnce);
    }
  });

  it('is 503 where the change had happened and its answer was lost, and asking again finds nothing to do', async () => {
    const users = await newUsers(5);
    losesAnswers = true;
    const answers = await Promise.all(await gatheredBehind(users.length, () => users.map(retitle)));
    expect(statements.at(-1)?.toSorted()).toEqual(users.toSorted());
    for (const [at, id] of users.entries()) {
      expect(answers[at]).toMatchObject({ status: 503, body: { status: '503' } });
      expect(answers[at]?.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await stored(id)).toEqual(changedOnce);
      expect(await retitle(id)).toMatchObject({ status: 200, body: { title: 'After', meta: { version: 'W/"2"' } } });
      expect(await stored(id)).toEqual(changedOnce);
    }
  });
});
