import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seedUsers } from '../../src/scim/index.ts';
import { foldTally } from '../../src/scim/tally-store.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

/** Small blocks, so that few users make many. */
const BLOCK_USERS = 4;

let server: ScimServer;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

const fold = (client: ScimClient) => server.database.transaction((tx) => foldTally(tx, client.workspaceId, BLOCK_USERS));
const page = async (client: ScimClient, startIndex: number, count: number) =>
  (await client.send('GET', `/Users?startIndex=${startIndex}&count=${count}&attributes=id`)).body;
const idsOf = (body: { Resources: readonly { id: string }[] }) => body.Resources.map(({ id }) => id);

/** The tally's sum and the live users, counted in one snapshot. */
async function counted(client: ScimClient) {
  const { rows } = await server.owner.query<{ tally: number; users: number }>(
    `select (select coalesce(sum(n), 0)::int from scim_user_tally where workspace_id = $1) as tally,
       (select count(*)::int from scim_user where workspace_id = $1 and deleted_at is null) as users`,
    [client.workspaceId],
  );
  return rows[0];
}

describe('pages of everybody', () => {
  it.each([
    { query: '', startIndex: 1, shown: [0, 7] },
    { query: '?startIndex=6&count=5', startIndex: 6, shown: [5, 7] },
    { query: '?startIndex=8&count=5', startIndex: 8, shown: [7, 7] },
    { query: '?startIndex=1000000&count=5', startIndex: 1_000_000, shown: [7, 7] },
    { query: '?count=0', startIndex: 1, shown: [0, 0] },
    { query: '?startIndex=-3&count=-1', startIndex: 1, shown: [0, 0] },
    { query: '?startIndex=0&count=2', startIndex: 1, shown: [0, 2] },
    { query: '?startIndex=x&count=100000', startIndex: 1, shown: [0, 7] },
  ])('have right edges: $query (RFC 7644 §3.4.2.4)', async ({ query, startIndex, shown: [from = 0, to = 0] }) => {
    const client = await server.client();
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await client.addUser(`p${n}@contoso.example`));
    for (const isFolded of [false, true]) {
      if (isFolded) await fold(client);
      const { body } = await client.send('GET', `/Users${query}`);
      expect(body).toMatchObject({ totalResults: 7, startIndex, itemsPerPage: to - from });
      expect(idsOf(body)).toEqual(ids.slice(from, to));
    }
  });

  it('are those of the sorted list after any comings, goings and folds', async () => {
    const step = fc.oneof(
      fc.constant({ kind: 'add' as const }),
      fc.nat().map((at) => ({ kind: 'delete' as const, at })),
      fc.constant({ kind: 'fold' as const }),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.nat(20),
        fc.integer({ min: 1, max: 10 }),
        async (steps, start, count) => {
          const client = await server.client();
          const ids: string[] = [];
          for (const { kind, ...rest } of steps) {
            if (kind === 'add') ids.push(await client.addUser(`t${n++}@contoso.example`));
            else if (kind === 'fold') await fold(client);
            else if (ids.length > 0 && 'at' in rest) await client.send('DELETE', `/Users/${ids.splice(rest.at % ids.length, 1)[0]}`);
          }
          const body = await page(client, start + 1, count);
          expect([body.totalResults, idsOf(body)]).toEqual([ids.length, ids.slice(start, start + count)]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('count exactly in every snapshot while users come, go and are folded in parallel', async () => {
    const client = await server.client();
    const ids = await Promise.all(Array.from({ length: 60 }, (_, n) => client.addUser(`c${n}@contoso.example`)));
    const looks: unknown[] = [];
    const look = async () => {
      for (let n = 0; n < 20; n += 1) looks.push(await counted(client));
    };
    await Promise.all([
      ...ids.slice(0, 30).map((id) => client.send('DELETE', `/Users/${id}`)),
      ...Array.from({ length: 30 }, (_, n) => client.addUser(`d${n}@contoso.example`)),
      ...Array.from({ length: 10 }, () => fold(client)),
      look(),
    ]);
    for (const seen of looks as { tally: number; users: number }[]) expect(seen.tally).toBe(seen.users);
    await fold(client);
    expect(await counted(client)).toEqual({ tally: 60, users: 60 });
    const walked: string[] = [];
    for (let start = 1; start <= 60; start += 7) walked.push(...idsOf(await page(client, start, 7)));
    expect(walked).toEqual(walked.toSorted());
    expect(new Set(walked).size).toBe(60);
  });

  it('are right for users that were seeded', async () => {
    const client = await server.client();
    await server.database.transaction((tx) => seedUsers(tx, client.workspaceId, 2500, server.clock.now()));
    const { rows } = await server.owner.query<{ id: string }>('select id from scim_user where workspace_id = $1 order by id', [
      client.workspaceId,
    ]);
    const ids = rows.map(({ id }) => id);
    const blocks = await server.owner.query('select 1 from scim_user_tally where workspace_id = $1', [client.workspaceId]);
    expect(blocks.count).toBe(3);
    for (const start of [1, 950, 1001, 2401, 2451]) {
      const body = await page(client, start, 100);
      expect([start, body.totalResults, idsOf(body)]).toEqual([start, 2500, ids.slice(start - 1, start + 99)]);
    }
  });
});
