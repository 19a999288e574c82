import { beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant } from '../../src/kernel/index.ts';
import { eachRoster } from './each-roster.ts';

const given = eachRoster('2026-03-02T08:00:00.000Z' as Instant);
let told: Instant;
let now: Instant;

const row = (id: string, end: string, site = 'Austin') => ({
  employee_id: id,
  work_email: `${id}@contoso.example`,
  start_date: '2020-01-01',
  end_date: end,
  site,
});
const AUSTIN = '2026-02-28T06:00:00.000Z';

beforeEach(async () => {
  told = given.clock.now();
  await map('America/Chicago');
  await push('import', [row('left', '2026-02-27'), row('stays', '')]);
  now = given.clock.advance(DAY_MS);
});

const map = (zone: string) => given.at.send('PUT', '/roster/mapping', { timeZones: { Austin: zone } });
const push = async (mode: string, rows: readonly object[], query = '') =>
  (await given.at.send('POST', `/roster/imports?mode=${mode}${query}`, { rows })).body;
const moved = async (rows: readonly object[]) => ((await push('dry-run', rows))['people'] as Record<string, unknown>)['endsMoved'];
const nobody = { total: 0, people: [] };
const instant = (text: string, toldAt: Instant) => ({ from: text, to: text, toldAt });

describe('ends that HR had told, and that a roster moves, are shown by both clocks', () => {
  it('by another zone of the same day, that somebody has set in the mapping', async () => {
    await map('Europe/Berlin');
    expect(await moved([row('left', '2026-02-27'), row('stays', '')])).toMatchObject({
      total: 1,
      people: [
        {
          employeeId: 'left',
          changes: [{ field: 'time_zone', before: 'America/Chicago', after: 'Europe/Berlin' }],
          end: { before: instant(AUSTIN, told), after: instant('2026-02-27T23:00:00.000Z', now) },
        },
      ],
    });
  });

  it('by a zone that is not known any more: as a range', async () => {
    await given.at.send('PUT', '/roster/mapping', { timeZones: { Bonn: 'Europe/Berlin' } });
    expect(await moved([row('left', '2026-02-27')])).toMatchObject({
      people: [
        {
          end: { before: instant(AUSTIN, told), after: { from: '2026-02-27T10:00:00.000Z', to: '2026-02-28T12:00:00.000Z', toldAt: now } },
        },
      ],
    });
  });

  it('by another day, and where it is taken back', async () => {
    expect(await moved([row('left', '2026-02-26')])).toMatchObject({
      total: 1,
      people: [{ end: { after: instant('2026-02-27T06:00:00.000Z', now) } }],
    });
    expect(await moved([row('left', '')])).toMatchObject({ total: 1, people: [{ end: { before: instant(AUSTIN, told), after: null } }] });
  });

  it.each([
    { story: 'another zone has the same midnight', zone: 'America/Winnipeg', rows: [row('left', '2026-02-27')] },
    { story: 'nothing of the end is said', zone: 'America/Chicago', rows: [{ ...row('left', '2026-02-27'), display_name: 'Lee' }] },
    { story: 'no end had been told', zone: 'Europe/Berlin', rows: [row('stays', '')] },
  ])('but not where $story', async ({ zone, rows }) => {
    await map(zone);
    expect(await moved(rows)).toEqual(nobody);
  });

  it('beside the end that is told first, which has no clock before', async () => {
    const { people } = await push('dry-run', [row('stays', '2026-02-27'), row('new', '2026-02-27')]);
    const end = { before: null, after: instant(AUSTIN, now) };
    expect(people).toMatchObject({ ended: { people: [{ end }] }, added: { people: [{ end }] }, endsMoved: nobody });
  });

  it('where a roster had left them out: from the range in which they ended', async () => {
    const others = [row('left', '2026-02-27'), row('stays', ''), row('third', ''), row('fourth', '')];
    await push('import', others);
    const to = given.clock.advance(DAY_MS);
    await push('import', others.toSpliced(1, 1), '&full=true');
    given.clock.advance(DAY_MS);
    expect(await moved([row('stays', '')])).toMatchObject({
      total: 1,
      people: [{ end: { before: { from: told, to, toldAt: to }, after: null } }],
    });
  });
});
