import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seedUsers } from '../../src/scim/index.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { startSecond } from './second-server.ts';

let server: ScimServer;
let client: ScimClient;
let userIds: readonly string[];

const titles = ['b', undefined, 'a', 'B', undefined, 'c', 'a', 'x'.repeat(200), `${'x'.repeat(200)}y`];

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
  const ids: string[] = [];
  for (const [n, title] of titles.entries()) {
    const id = await client.addUser(`c${n}@contoso.example`, { active: n % 3 !== 0, ...(title === undefined ? {} : { title }) });
    ids.push(id);
  }
  userIds = ids;
  for (const n of [1, 2, 3]) await client.addGroup(`g${n}`, ids.slice(0, n));
});
afterAll(() => server.close());

type Parameters = Readonly<Record<string, string>>;

const get = (by: ScimClient, path: string, parameters: Parameters) => by.send('GET', `${path}?${String(new URLSearchParams(parameters))}`);
const search = (by: ScimClient, parameters: object) => by.send('POST', '/.search', parameters);

interface ListAnswer {
  readonly Resources: readonly { readonly id: string }[];
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
}

/** All pages of a list, by the cursors that it answers. */
async function walk(ask: (cursor: string) => Promise<{ readonly body: ListAnswer }>) {
  const pages: { ids: string[]; total: number; itemsPerPage: number }[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const { body } = await ask(cursor);
    const ids = body.Resources.map(({ id }) => id);
    pages.push({ ids, total: body.totalResults, itemsPerPage: body.itemsPerPage });
    cursor = body.nextCursor;
    if (pages.length > 100) throw new Error('the list has no end');
  }
  return pages;
}

describe('paging by cursor (RFC 9865)', () => {
  it.each([
    { name: 'everybody', parameters: {} },
    { name: 'a filter that no index serves', parameters: { filter: 'title pr' } },
    { name: 'a filter that an index serves', parameters: { filter: 'displayName eq "nobody" or title pr' } },
    { name: 'a filter by userName', parameters: { filter: 'userName eq "C1@contoso.example"' } },
    { name: 'a filter that finds nothing', parameters: { filter: 'title eq "nothing"' } },
    { name: 'sorted by a text that some do not have', parameters: { sortBy: 'title' } },
    { name: 'sorted by it the other way', parameters: { sortBy: 'title', sortOrder: 'descending' } },
    { name: 'sorted by userName', parameters: { sortBy: 'userName', sortOrder: 'descending', filter: 'active eq true' } },
    { name: 'sorted by a boolean', parameters: { sortBy: 'active' } },
    { name: 'sorted by a time', parameters: { sortBy: 'meta.lastModified', sortOrder: 'descending' } },
    { name: 'sorted by id', parameters: { sortBy: 'id' } },
    { name: 'sorted by what nobody has', parameters: { sortBy: 'emails', sortOrder: 'descending' } },
  ])('shows what paging by index shows, page by page: $name', async ({ parameters }) => {
    const whole = (await get(client, '/Users', parameters)).body;
    const all: string[] = whole.Resources.map(({ id }: { id: string }) => id);
    for (const count of [1, 2, 4, 9, 100]) {
      const pages = await walk((cursor) => get(client, '/Users', { ...parameters, count: String(count), cursor }));
      expect(pages.flatMap(({ ids }) => ids)).toEqual(all);
      expect(pages.map(({ ids }) => ids.length)).toEqual(pages.map(({ itemsPerPage }) => itemsPerPage));
      expect(pages.length).toBe(Math.max(1, Math.ceil(all.length / count)));
      expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([whole.totalResults]));
    }
  });

  it.each([1, 2, 3, 9, 10, 11, 12, 100])('goes through users and then groups in a search at the root, %i at a time', async (count) => {
    const whole = (await search(client, {})).body;
    const pages = await walk((cursor) => search(client, { cursor, count, attributes: ['id'] }));
    expect(pages.flatMap(({ ids }) => ids)).toEqual(whole.Resources.map(({ id }: { id: string }) => id));
    expect(pages.length).toBe(Math.ceil(12 / count));
    expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([12]));
  });

  it('goes on from texts that no cursor could hold', async () => {
    const own = await server.client();
    const ids: string[] = [];
    for (const end of ['z', 'y', 'x']) ids.push(await own.addUser(`long-${end}@contoso.example`, { title: `${'ü'.repeat(8000)}${end}` }));
    const pages = await walk((cursor) => get(own, '/Users', { cursor, count: '1', sortBy: 'title' }));
    // Alike for as long as they are compared: the older one comes first.
    expect(pages.map(({ ids: [id] }) => id)).toEqual(ids);
  });

  it('shows groups with their members', async () => {
    const { body } = await get(client, '/Groups', { cursor: '', count: '2' });
    expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 2, Resources: [{ displayName: 'g1' }, { members: [{}, {}] }] });
    const next = (await get(client, '/Groups', { cursor: body.nextCursor, count: '2' })).body;
    expect(next).toMatchObject({ totalResults: 3, itemsPerPage: 1, Resources: [{ displayName: 'g3', members: [{}, {}, {}] }] });
    expect(next).not.toHaveProperty('nextCursor');
    expect(next).not.toHaveProperty('startIndex');
  });

  it('neither skips nor repeats anybody who stays, whoever comes or goes between pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (gone, count) => {
          const own = await server.client();
          const ids: string[] = [];
          for (let n = 0; n < 12; n += 1) ids.push(await own.addUser(`w${n}@contoso.example`));
          const leaving = new Set(gone.map((at) => ids[at % ids.length]));
          const seen: string[] = [];
          let asked = 0;
          await walk(async (cursor) => {
            const answer = await get(own, '/Users', { cursor, count: String(count) });
            seen.push(...answer.body.Resources.map(({ id }: { id: string }) => id));
            const leaver = [...leaving][asked];
            if (leaver !== undefined) await own.send('DELETE', `/Users/${leaver}`);
            if (asked < 3) await own.addUser(`new-${asked}@contoso.example`);
            asked += 1;
            return answer;
          });
          expect(new Set(seen).size).toBe(seen.length);
          for (const id of ids) if (!leaving.has(id)) expect(seen).toContain(id);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on at another process of the database', async () => {
    const second = await startSecond(server);
    const { body } = await get(client, '/Users', { cursor: '', count: '4' });
    const next = await get(second.twin(client), '/Users', { cursor: body.nextCursor, count: '4' });
    expect(next.body.Resources.map(({ id }: { id: string }) => id)).toEqual(userIds.slice(4, 8));
    await second.close();
  });

  it('answers pages of 100 of thousands, and no more than 100 however many are asked for', async () => {
    const own = await server.client();
    await server.database.transaction((tx) => seedUsers(tx, own.workspaceId, 2050, server.clock.now()));
    const pages = await walk((cursor) => get(own, '/Users', { cursor, count: '5000', attributes: 'id' }));
    expect(pages.map(({ itemsPerPage }) => itemsPerPage)).toEqual([...Array.from({ length: 20 }, () => 100), 50]);
    expect(new Set(pages.flatMap(({ ids }) => ids)).size).toBe(2050);
  });

  const other = { filter: 'title eq "other"' };
  it.each([
    { name: 'a text that is no cursor', scimType: 'invalidCursor', parameters: () => ({ cursor: 'x' }) },
    { name: 'a cursor with a letter changed', scimType: 'invalidCursor', parameters: (cursor: string) => ({ cursor: flipped(cursor) }) },
    { name: 'the cursor of another filter', scimType: 'invalidCursor', parameters: (cursor: string) => ({ cursor, ...other }) },
    { name: 'the cursor of another order', scimType: 'invalidCursor', parameters: (cursor: string) => ({ cursor, sortBy: 'userName' }) },
    { name: 'a cursor beside a startIndex', scimType: 'invalidCursor', parameters: (cursor: string) => ({ cursor, startIndex: '1' }) },
    { name: 'a page of no resources', scimType: 'invalidCount', parameters: () => ({ cursor: '', count: '0' }) },
    { name: 'a count below zero', scimType: 'invalidCount', parameters: () => ({ cursor: '', count: '-5' }) },
    { name: 'a count that is none', scimType: 'invalidCount', parameters: () => ({ cursor: '', count: 'x' }) },
  ])('refuses $name', async ({ scimType, parameters }) => {
    const { body } = await get(client, '/Users', { cursor: '', count: '2' });
    expect(body.nextCursor).toMatch(/^[\w-]+$/);
    const answer = await get(client, '/Users', { count: '2', ...parameters(body.nextCursor) });
    expect(answer).toMatchObject({ status: 400, body: { scimType, status: '400', detail: expect.any(String) } });
  });

  it('refuses the cursor of a filter with half a character in it as any other', async () => {
    const { body } = await search(client, { cursor: '', count: 1 });
    const answer = await search(client, { cursor: body.nextCursor, filter: 'title eq "x\udfff"' });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidCursor' } });
  });

  it('takes no cursor of another workspace (I12), and says nothing of whom the list is sorted by', async () => {
    const { body } = await get(client, '/Users', { cursor: '', count: '2', sortBy: 'userName' });
    expect(Buffer.from(body.nextCursor, 'base64url').toString('latin1')).not.toContain('contoso');
    const stranger = await server.client();
    const answer = await get(stranger, '/Users', { cursor: body.nextCursor, count: '2', sortBy: 'userName' });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidCursor' } });
  });

  it('hides no list while the switch is off (I8)', async () => {
    const off = await server.client('off');
    expect((await get(off, '/Users', { cursor: '' })).status).toBe(403);
    expect(await get(off, '/Users', { cursor: '', filter: 'userName eq "nobody"' })).toMatchObject({
      status: 200,
      body: { totalResults: 0 },
    });
  });
});

function flipped(cursor: string): string {
  return `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`;
}
