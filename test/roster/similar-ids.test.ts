import { describe, expect, it } from '@jest/globals';
import { eachRoster } from './each-roster.ts';
import { rosterServer } from './roster-server.ts';

const given = eachRoster();

const row = (id: string) => `${id},p${id}@contoso.example,P,2020-01-01,,,`;
const seen = async (ids: readonly string[], mode = 'dry-run') => (await given.at.post(`mode=${mode}`, ids.map(row))).body['similarIds'];

describe('employee ids that differ in what a spreadsheet changes alone', () => {
  it.each([
    { differ: 'case', ids: ['e123', 'E123'] },
    { differ: 'leading zeros', ids: ['007', '7'] },
    { differ: 'a decimal zero', ids: ['1234', '1234.0'] },
  ])('are two people, and shown as they differ in $differ', async ({ ids: [one = '', other = ''] }) => {
    expect(await seen([one, 'x1', other])).toEqual({ total: 1, ids: [{ line: 4, employeeId: other, likeEmployeeId: one, likeLine: 2 }] });
    await given.at.post('mode=import', [row(one), row('x1')]);
    for (const mode of ['dry-run', 'import']) {
      expect((await given.at.post(`mode=${mode}&partial=true`, [row(other)])).body).toMatchObject({
        added: 1,
        similarIds: { total: 1, ids: [{ line: 2, employeeId: other, likeEmployeeId: one, likeLine: null }] },
      });
    }
    expect((await given.at.get('/people'))['people']).toHaveLength(3);
  });

  it('are not shown where they differ in more, nor anew once both are known and only one is named', async () => {
    expect(await seen(['e123', 'e124', '70', '7', '10', '1.0.1'])).toEqual({ total: 0, ids: [] });
    await given.at.post('mode=import', [row('e123'), row('E123')]);
    expect((await given.at.post('mode=dry-run&partial=true', [row('E123')])).body).toMatchObject({ similarIds: { total: 0 } });
  });

  it('are a hundred at most, and counted in all', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => [`a${n}`, `A${n}`]).flat();
    const similar = (await seen(ids)) as { total: number; ids: readonly unknown[] };
    expect([similar.total, similar.ids.length]).toEqual([120, 100]);
  });

  it('of another workspace are nobody’s concern (I12)', async () => {
    const other = await rosterServer(given.db, given.clock);
    await other.post('mode=import', [row('e123')]);
    await other.close();
    expect(await seen(['E123'])).toEqual({ total: 0, ids: [] });
  });
});
