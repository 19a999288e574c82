import { describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant } from '../../src/kernel/index.ts';
import { eraseRosterFiles } from '../../src/roster/index.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, rosterServer } from './roster-server.ts';

const BEN_WRONG = '2,ben@contoso.example,Ben Baker,2021-05-01,2026-02-30,,';
const NOBODY = ',dan@contoso.example,Dan Dorn,2021-05-01,2026-02-28,,';
const TAKE_GOOD = 'mode=import&allowRejected=true';

const given = eachRoster('2026-03-02T08:00:00.000Z' as Instant);

async function rejectedOf(importId: string, query = ''): Promise<readonly Record<string, unknown>[]> {
  return (await given.at.get(`/roster/imports/${importId}/rejected-rows${query}`))['rejectedRows'] as readonly Record<string, unknown>[];
}

async function send(query: string, rows: readonly string[]): Promise<string> {
  const { body, status } = await given.at.post(query, rows);
  expect(status).toBe(201);
  given.clock.advance(DAY_MS);
  return String(body['id']);
}

/** How many rows the latest import says to be in doubt. */
async function openInLedger(): Promise<unknown> {
  const last = (await given.at.leaves()).map((leaf) => JSON.parse(leaf) as { type: string; detail: Record<string, unknown> });
  return last.findLast(({ type }) => type === 'hr.import.completed')?.detail['rejected_open'];
}

describe('the rows that an import did not take', () => {
  it('are kept with line, column and reason, and whom they name, and with no other cell (I11)', async () => {
    const id = await send(TAKE_GOOD, [ANN, BEN_WRONG, NOBODY]);
    const open = { takenAt: null, takenBy: null };
    expect(await rejectedOf(id)).toEqual([
      { line: 3, column: 'end_date', reason: expect.stringContaining('is no date'), employeeId: '2', ...open },
      { line: 4, column: 'employee_id', reason: 'is missing', employeeId: null, ...open },
    ]);
    expect(JSON.stringify(await rejectedOf(id))).not.toMatch(/2026-02-30|Baker|contoso/);
    expect(await openInLedger()).toBe(2);
  });

  it('are kept, too, where they could be read and do not fit another row', async () => {
    const id = await send(TAKE_GOOD, [ANN, '2,ben@contoso.example,Ben,2021-05-01,,,', '2,ben@contoso.example,Ben,2022-05-01,2026-02-28,,']);
    expect(await rejectedOf(id)).toMatchObject([{ line: 4, column: 'start_date', employeeId: '2' }]);
    expect(await openInLedger()).toBe(1);
  });

  it('come by pages, each cell that is wrong by itself, and a row counts once', async () => {
    const id = await send(TAKE_GOOD, [ANN, '2,nobody,Ben,soon,later,,', NOBODY]);
    expect((await rejectedOf(id)).map(({ line, column }) => [line, column])).toEqual([
      [3, 'work_email'],
      [3, 'start_date'],
      [3, 'end_date'],
      [4, 'employee_id'],
    ]);
    const first = await given.at.get(`/roster/imports/${id}/rejected-rows?limit=3`);
    expect(first).toMatchObject({ rejectedRows: [{}, {}, {}], next: '3' });
    expect(await rejectedOf(id, '?after=3')).toMatchObject([{ line: 4 }]);
    expect(await openInLedger()).toBe(2);
  });

  it.each([
    { story: 'a row of theirs', query: 'mode=import&partial=true', rows: [BEN], open: [3] },
    { story: 'everybody, without a row that is wrong', query: 'mode=import', rows: [ANN], open: [] },
    { story: 'everybody, but one', query: TAKE_GOOD, rows: [ANN, '3,cem@contoso.example,Cem,2020-01-01,soon,,'], open: [3, 4] },
    { story: 'somebody else', query: 'mode=import&partial=true', rows: [ANN], open: [3, 4] },
    { story: 'them, wrong again', query: `${TAKE_GOOD}&partial=true`, rows: [ANN, BEN_WRONG], open: [3, 4] },
  ])('are settled by a later import as far as it takes $story', async ({ open, query, rows }) => {
    const id = await send(TAKE_GOOD, [ANN, NOBODY, BEN_WRONG]);
    const later = await send(query, rows);
    const kept = await rejectedOf(id);
    expect(kept.filter(({ takenAt }) => takenAt === null).map(({ line }) => line)).toEqual(open);
    for (const { takenAt, takenBy } of kept) if (takenAt !== null) expect(takenBy).toBe(later);
  });

  const CHANGES = 'mode=import&partial=true';
  const eva = (id: string, address: string, from: string, to = '') => `${id},${address}@contoso.example,Somebody,${from},${to},,`;

  it.each([
    { story: 'that of somebody else, whose employee id was mistyped in it', rows: [BEN], isOpen: true },
    {
      story: 'the same under the right employee id: one of the two was mistyped',
      rows: [eva('5', 'eva', '2021-05-01', '2026-02-28')],
      isOpen: false,
    },
    { story: 'another employment of the person under the right employee id', rows: [eva('5', 'eva', '2026-03-01')], isOpen: true },
    { story: 'the same, put right', rows: [eva('2', 'Eva', '2021-05-01', '2026-02-28')], isOpen: false },
    { story: 'another employment under that employee id and address', rows: [eva('2', 'eva', '2026-03-01')], isOpen: true },
  ])('are in doubt still where what a later import takes is not the row, but $story: $isOpen', async ({ isOpen, rows }) => {
    await send('mode=import', [ANN]);
    const id = await send(`${CHANGES}&allowRejected=true`, [eva('2', 'eva', '2021-05-01', '2026-02-30')]);
    await send(CHANGES, rows);
    expect(await rejectedOf(id)).toMatchObject([{ line: 2, employeeId: '2', takenAt: isOpen ? null : expect.any(String) }]);
    expect(await openInLedger()).toBe(isOpen ? 1 : 0);
  });

  it('are settled by the employee id where nothing else could be read', async () => {
    await send('mode=import', [ANN, BEN]);
    const id = await send(`${CHANGES}&allowRejected=true`, ['2,nobody,Ben,soon,,,']);
    await send(CHANGES, [BEN]);
    for (const { takenAt } of await rejectedOf(id)) expect(takenAt).toEqual(expect.any(String));
  });

  it('are not settled by the employee id alone where it is all that an earlier version kept of them: it may be what was wrong', async () => {
    const id = await send(TAKE_GOOD, [ANN, BEN_WRONG]);
    await given.db.owner.query('update roster_rejected_row set address_sha256 = null, start_date = null where workspace_id = $1', [
      given.at.workspaceId,
    ]);
    await send(CHANGES, [BEN]);
    expect(await rejectedOf(id)).toMatchObject([{ employeeId: '2', takenAt: null }]);
    await send('mode=import', [ANN, BEN]);
    expect(await rejectedOf(id)).toMatchObject([{ takenAt: expect.any(String) }]);
  });

  it.each([
    { story: 'of the same address is settled by the row that stays', address: 'Ben', isOpen: false },
    {
      story: 'of another address is in doubt still: it may be somebody else’s, whose employee id was mistyped',
      address: 'eva',
      isOpen: true,
    },
  ])('that has the employee id and the first day of another, and is $story', async ({ address, isOpen }) => {
    const id = await send(TAKE_GOOD, [ANN, BEN, eva('2', address, '2021-05-01', '2026-02-28')]);
    expect(await rejectedOf(id)).toMatchObject([{ line: 4, column: 'employee_id' }]);
    await send(CHANGES, [BEN]);
    expect(await rejectedOf(id)).toMatchObject([{ takenAt: isOpen ? null : expect.any(String) }]);
  });

  it('keep no employee id once their file is erased', async () => {
    const id = await send(TAKE_GOOD, [ANN, BEN_WRONG]);
    const now = given.clock.now();
    await given.db.database.transaction((tx) => eraseRosterFiles(tx, given.at.workspaceId, { before: now, at: now }));
    expect(await rejectedOf(id)).toMatchObject([{ line: 3, column: 'end_date', employeeId: null, takenAt: null }]);
    const kept = 'select address_sha256 as address, start_date as start from roster_rejected_row where workspace_id = $1';
    expect((await given.db.owner.query(kept, [given.at.workspaceId])).rows).toEqual([{ address: null, start: null }]);
  });

  it('are shown to nobody of another workspace (I12)', async () => {
    const id = await send(TAKE_GOOD, [ANN, BEN_WRONG]);
    const other = await rosterServer(given.db, given.clock);
    expect((await other.send('GET', `/roster/imports/${id}/rejected-rows`, undefined)).status).toBe(404);
    await other.close();
  });

  it('leave nothing behind of an import that was refused for them', async () => {
    expect((await given.at.post('mode=import', [ANN, BEN_WRONG])).status).toBe(400);
    const { count } = await given.db.owner.query('select from roster_rejected_row where workspace_id = $1', [given.at.workspaceId]);
    expect(count).toBe(0);
  });
});
