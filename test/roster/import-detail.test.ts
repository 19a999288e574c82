import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { DAY_MS, newId } from '../../src/kernel/index.ts';
import type { Database, Queryable } from '../../src/platform/index.ts';
import { decideHeldImport } from '../../src/roster/decide-held-import.ts';
import { eraseRosterFiles } from '../../src/roster/index.ts';
import { administrationServer } from '../support/loopback.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, HEADER, rosterServer, routesOf, secretBox } from './roster-server.ts';

const given = eachRoster();

const fileOf = (rows: readonly string[]) => [HEADER, ...rows].join('\n');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const company = (people: number, end: string, name = 'P') =>
  Array.from({ length: people }, (_, n) => `${n},p${n}@x.example,${name},2020-01-01,${end},,`);

async function take(rows: readonly string[], query = 'mode=import'): Promise<string> {
  return String((await given.at.post(query, rows)).body['id']);
}

const download = (id: string, url = given.at.url) => fetch(`${url}/roster/imports/${id}/file`);

async function records(type: string): Promise<readonly Record<string, unknown>[]> {
  return (await given.at.leaves()).map((leaf) => JSON.parse(leaf) as Record<string, unknown>).filter((record) => record['type'] === type);
}

async function hold(rows: readonly string[] = company(20, '2026-02-28')): Promise<string> {
  await take(company(rows.length, ''));
  given.clock.advance(DAY_MS);
  return take(rows);
}

const release = (id: string, database: Database = given.db.database) =>
  decideHeldImport({ database, clock: given.clock, secretBox }, given.at.workspaceId, {
    id: id as never,
    decision: 'released',
    reason: 'so it is',
    actor: 'administrator:second',
  });

describe('one import', () => {
  it('is shown with the mapping that it was read by, and the record by which that was set', async () => {
    const before = await take([ANN]);
    expect(await given.at.get(`/roster/imports/${before}`)).toMatchObject({
      mapping: { preset: 'canonical' },
      mappingRecordId: null,
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
      held: null,
    });
    await given.at.send('PUT', '/roster/mapping', {
      preset: 'personio',
      columns: { employee_id: ['employee_id'], start_date: ['start_date'], end_date: ['end_date'], work_email: ['work_email'] },
    });
    const [set] = await records('hr.mapping.set');
    const id = await take([ANN, '2,ben,Ben,2021-05-01,,,'], 'mode=import&allowRejected=true');
    const completed = (await records('hr.import.completed')).at(-1);
    expect(completed?.['detail']).toMatchObject({ mapping_record: set?.['id'] });
    expect(await given.at.get(`/roster/imports/${id}`)).toMatchObject({
      id,
      importedBy: expect.stringMatching(/^owner:/),
      toldAt: given.clock.now(),
      fileSha256: sha256(fileOf([ANN, '2,ben,Ben,2021-05-01,,,'])),
      rows: 2,
      unchanged: 1,
      rejected: 1,
      rejectedOpen: 1,
      mapping: { preset: 'personio' },
      mappingRecordId: set?.['id'],
      recordId: completed?.['id'],
      fileErasedAt: null,
      held: null,
    });
  });

  it('that was held says since when, and who released it', async () => {
    const id = await hold();
    expect((await given.at.send('GET', `/roster/imports/${id}`, undefined)).status).toBe(404);
    const heldAt = given.clock.now();
    given.clock.advance(DAY_MS);
    await release(id);
    const ids = [...(await records('hr.import.held')), ...(await records('hr.import.released'))].map((record) => record['id']);
    expect(await given.at.get(`/roster/imports/${id}`)).toMatchObject({
      toldAt: heldAt,
      importedAt: given.clock.now(),
      held: {
        heldAt,
        releasedAt: given.clock.now(),
        releasedBy: 'administrator:second',
        requestedBy: expect.stringMatching(/^owner:/),
        recordIds: ids,
      },
    });
  });
});

describe('how the file of an import is called', () => {
  const named = async (name: string, rows: readonly string[]) => {
    const headers = { 'content-type': 'text/csv', 'rollcall-file-name': name };
    const answer = await fetch(`${given.at.url}/roster/imports?mode=import`, { method: 'POST', headers, body: fileOf(rows) });
    return ((await answer.json()) as { id: string }).id;
  };
  const erase = (id: string) => given.at.send('POST', `/roster/imports/${id}/erasure`, {});
  const namesIn = async (path: string, list: string) =>
    ((await given.at.get(path))[list] as { fileName: string | null }[]).map(({ fileName }) => fileName);

  it('is shown in the list as by itself, held or taken, until it is erased', async () => {
    await named('of Ann.csv', company(20, ''));
    const id = await named('leavers.csv', company(20, '2026-02-28'));
    expect(await namesIn('/roster/held-imports', 'heldImports')).toEqual(['leavers.csv']);
    await release(id);
    expect(await namesIn('/roster/imports', 'imports')).toEqual(['leavers.csv', 'of Ann.csv']);
    expect(await given.at.get(`/roster/imports/${id}`)).toMatchObject({ fileName: 'leavers.csv' });
    expect((await erase(id)).status).toBe(200);
    expect(await namesIn('/roster/imports', 'imports')).toEqual([null, 'of Ann.csv']);
    expect(await namesIn('/roster/held-imports', 'heldImports')).toEqual([null]);
  });

  it('does not come back with a release that is under way while it is erased', async () => {
    await take(company(20, ''));
    const id = await named('leavers.csv', company(20, '2026-02-28'));
    let erasing: Promise<unknown> | undefined;
    const transaction: Database['transaction'] = (work) =>
      given.db.database.transaction(async (tx) => {
        const done = await work(tx);
        erasing = erase(id);
        await untilSomebodyWaits();
        return done;
      });
    await release(id, { ...given.db.database, transaction });
    expect(await erasing).toMatchObject({ status: 200 });
    const { rows } = await given.db.owner.query(
      "select value from ledger_disclosure where workspace_id = $1 and path = 'file_name' and erased_at is null",
      [given.at.workspaceId],
    );
    expect(rows).toEqual([]);
  });
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = `select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
  for (let looks = 0; (await given.db.owner.query(waiting)).rows.length === 0; looks += 1)
    if (looks > 10_000) throw new Error('nobody waits');
}

describe('the file of an import', () => {
  it.each(['taken', 'held', 'released'])('comes as it was sent where it is %s, and each download is a record', async (state) => {
    const rows = state === 'taken' ? [ANN, BEN] : company(20, '2026-02-28');
    const id = state === 'taken' ? await take(rows) : await hold(rows);
    if (state === 'released') await release(id);
    const answer = await download(id);
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([200, `attachment; filename=roster-${id}.csv`]);
    expect(await answer.text()).toBe(fileOf(rows));
    await download(id);
    expect(await records('hr.file.downloaded')).toMatchObject([
      { subject: { kind: 'roster-import', id }, actor: expect.stringMatching(/^owner:/), raw: `sha256:${sha256(fileOf(rows))}` },
      {},
    ]);
  });

  it('is handed to nobody who sends rosters and reads people, and may not hand out evidence', async () => {
    const id = await take([ANN]);
    const scopes = ['read', 'roster'] as const;
    const principal = { kind: 'administrator' as const, id: newId<'administrator'>(given.clock.now()), actor: 'api-token:hr', scopes };
    const { workspaceId } = given.at;
    const hr = await administrationServer({ clock: given.clock, workspaceId, routers: [routesOf(given.db, given.clock)], principal });
    const { status } = await download(id, hr.url);
    await hr.close();
    expect([status, await records('hr.file.downloaded')]).toEqual([403, []]);
  });

  it('is handed to nobody of another workspace, nor once it is erased (I12)', async () => {
    const id = await take([ANN]);
    const other = await rosterServer(given.db, given.clock);
    expect((await download(id, other.url)).status).toBe(404);
    await other.close();
    given.clock.advance(DAY_MS);
    const now = given.clock.now();
    await given.db.database.transaction((tx) => eraseRosterFiles(tx, given.at.workspaceId, { before: now, at: now }));
    expect((await download(id)).status).toBe(404);
    expect(await given.at.get(`/roster/imports/${id}`)).toMatchObject({ fileErasedAt: now });
    expect(await records('hr.file.downloaded')).toEqual([]);
  });

  it('breaks off where a byte of it was changed', async () => {
    const id = await take([ANN]);
    await given.db.owner.query(
      'update roster_import set sealed_file = set_byte(sealed_file, 40, 1 + get_byte(sealed_file, 40) % 255) where id = $1',
      [id],
    );
    await expect(download(id).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  });
});

describe('the release of a large held roster', () => {
  /** The most bytes that a statement has brought. */
  function weighing(): { readonly database: Database; readonly most: () => number } {
    let most = 0;
    const weigh = (rows: readonly unknown[]) => {
      for (const row of rows as object[])
        for (const value of Object.values(row)) if (Buffer.isBuffer(value)) most = Math.max(most, value.length);
    };
    const weighed =
      (q: Queryable): Queryable['query'] =>
      async (sql, values) => {
        const answer = await q.query(sql, values);
        weigh(answer.rows);
        return answer as never;
      };
    const transaction: Database['transaction'] = (work) =>
      given.db.database.transaction((tx) => work({ query: weighed(tx), copyIn: (text, chunks) => tx.copyIn(text, chunks) }));
    return { database: { ...given.db.database, transaction }, most: () => most };
  }

  it('takes its file out of the database a megabyte at a time, and takes all of it', async () => {
    const notes = 'x'.repeat(180_000); // in a column that nothing reads
    const file = [`${HEADER},notes`, ...company(20, '2026-02-28').map((row) => `${row},${notes}`)].join('\n');
    expect(file.length).toBeGreaterThan(3 << 20);
    await take(company(20, ''));
    given.clock.advance(DAY_MS);
    const sent = await fetch(`${given.at.url}/roster/imports?mode=import`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: file,
    });
    const { id } = (await sent.json()) as { id: string };
    const { database, most } = weighing();
    expect(await release(id, database)).toMatchObject({ state: 'released', ends: 20 });
    expect(most()).toBe(1 << 20);
    expect(await given.at.get(`/roster/imports/${id}`)).toMatchObject({
      rows: 20,
      ended: 20,
      fileBytes: file.length,
      fileSha256: sha256(file),
    });
    expect(sha256(await (await download(id)).text())).toBe(sha256(file));
  });

  it('takes nothing where a byte of it was changed', async () => {
    const id = await hold();
    await given.db.owner.query(
      'update roster_held_import set sealed_file = set_byte(sealed_file, 900, 1 + get_byte(sealed_file, 900) % 255) where id = $1',
      [id],
    );
    await expect(release(id)).rejects.toThrow();
    expect(await given.at.get(`/roster/held-imports/${id}`)).toMatchObject({ state: 'held' });
    expect(new Set((await given.at.periods()).map(({ endDate }) => endDate))).toEqual(new Set([null]));
  });
});
