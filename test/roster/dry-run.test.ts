import { beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, newId } from '../../src/kernel/index.ts';
import { administrationServer } from '../support/loopback.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, CEM, HEADER, routesOf } from './roster-server.ts';

const DAN_LEFT = '4,dan@contoso.example,Dan Dorn,2019-01-01,2020-12-31,,';

const given = eachRoster('2026-03-02T08:00:00.000Z' as Instant);

beforeEach(async () => {
  await given.at.post('mode=import', [ANN, BEN, CEM, DAN_LEFT]);
  given.clock.advance(DAY_MS);
});

type People = Readonly<Record<string, { readonly total: number; readonly people: readonly object[] }>>;

async function concerned(rows: readonly string[], query = ''): Promise<People> {
  const { body, status } = await given.at.post(`mode=dry-run${query}`, rows);
  expect(status).toBe(200);
  return body['people'] as People;
}

const nobody = { total: 0, people: [] };

describe('whom a dry run concerns', () => {
  it('is said by name and line, with what each row changes', async () => {
    expect(
      await concerned([
        '1,Ann@contoso.example,Ann Adler-Kim,2020-01-01,,,',
        BEN.replace('2021-05-01,,', '2021-05-01,2026-03-31,2026-03-27'),
        `${CEM}Europe/Berlin`,
        DAN_LEFT,
        '4,dan@contoso.example,Dan Dorn,2026-04-01,,,',
        '5,eve@contoso.example,Eve Ek,2026-04-01,,,',
      ]),
    ).toEqual({
      ended: {
        total: 1,
        people: [
          {
            employeeId: '2',
            displayName: 'Ben Baker',
            line: 3,
            startDate: '2021-05-01',
            changes: [
              { field: 'end_date', before: null, after: '2026-03-31' },
              { field: 'last_day_worked', before: null, after: '2026-03-27' },
            ],
            end: { before: null, after: { from: '2026-03-27T23:00:00.000Z', to: '2026-03-27T23:00:00.000Z', toldAt: given.clock.now() } },
          },
        ],
      },
      changed: {
        total: 2,
        people: [
          expect.objectContaining({ employeeId: '1', changes: [{ field: 'display_name', before: 'Ann Adler', after: 'Ann Adler-Kim' }] }),
          expect.objectContaining({ employeeId: '3', changes: [{ field: 'time_zone', before: null, after: 'Europe/Berlin' }] }),
        ],
      },
      rehired: {
        total: 1,
        people: [
          expect.objectContaining({
            employeeId: '4',
            line: 6,
            startDate: '2026-04-01',
            changes: [
              { field: 'start_date', before: null, after: '2026-04-01' },
              { field: 'status', before: null, after: 'active' },
              { field: 'worker_type', before: null, after: 'employee' },
            ],
          }),
        ],
      },
      added: {
        total: 1,
        people: [
          expect.objectContaining({
            employeeId: '5',
            displayName: 'Eve Ek',
            changes: expect.arrayContaining([{ field: 'work_email', before: null, after: 'eve@contoso.example' }]),
          }),
        ],
      },
      endsMoved: nobody,
      dropped: nobody,
      endedByOmission: nobody,
    });
  });

  it.each([
    { query: '', left: 'dropped', changes: [{ field: 'listing', before: 'listed', after: 'dropped' }] },
    {
      query: '&full=true',
      left: 'endedByOmission',
      changes: [{ field: 'listing', before: 'employed', after: 'ended, since the roster leaves them out' }],
    },
  ])('is said of those whom it leaves out, too, as they are $left', async ({ query, left, changes }) => {
    const people = await concerned([ANN, BEN, DAN_LEFT], query);
    const { line, displayName } = { line: null, displayName: 'Cem Celik' };
    expect(people[left]).toEqual({
      total: 1,
      people: [{ employeeId: '3', displayName, line, startDate: '2022-05-01', changes, end: null }],
    });
    expect(people['ended']).toEqual(nobody);
  });

  it('says of somebody who is named again by what they had ended', async () => {
    await given.at.post('mode=import&full=true', [ANN, BEN, DAN_LEFT]);
    given.clock.advance(DAY_MS);
    const people = await concerned([ANN, BEN, CEM, DAN_LEFT]);
    expect(people['changed']).toMatchObject({
      total: 1,
      people: [{ employeeId: '3', changes: [{ field: 'listing', before: 'ended, since a roster left them out', after: 'employed' }] }],
    });
  });

  it('is said of the first two hundred of a kind, and how many there are', async () => {
    const rows = Array.from({ length: 205 }, (_, n) => `n${n},n${n}@contoso.example,New ${n},2026-04-01,,,`);
    const people = await concerned([ANN, BEN, CEM, DAN_LEFT, ...rows]);
    expect(people['added']?.total).toBe(205);
    expect(people['added']?.people).toHaveLength(200);
    expect((await given.at.post('mode=dry-run', [ANN])).body).toMatchObject({ people: { dropped: { total: 2 } } });
  });

  it('is said to nobody who may send rosters and not read them', async () => {
    const principal = {
      kind: 'administrator' as const,
      id: newId<'administrator'>(given.clock.now()),
      actor: 'api-token:hr',
      scopes: ['roster'] as const,
    };
    const { workspaceId } = given.at;
    const hr = await administrationServer({ clock: given.clock, workspaceId, routers: [routesOf(given.db, given.clock)], principal });
    const body = [HEADER, ANN.replace('2020-01-01,', '2020-01-01,2026-03-31')].join('\n');
    const answer = await fetch(`${hr.url}/roster/imports?mode=dry-run`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body });
    await hr.close();
    expect(await answer.json()).toMatchObject({ ended: 1, dropped: 2, people: null });
  });

  it('is said in a dry run alone', async () => {
    expect((await given.at.post('mode=import', [ANN, BEN, CEM, DAN_LEFT])).body).not.toHaveProperty('people');
  });
});

describe('time zones that nobody knows', () => {
  const file = (rows: readonly string[]) => ['employee_id,work_email,start_date,end_date,time_zone,site', ...rows].join('\n');
  const tried = async (rows: readonly string[], mode = 'dry-run') => {
    const response = await fetch(`${given.at.url}/roster/imports?mode=${mode}&partial=true`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: file(rows),
    });
    return (await response.json()) as { warnings: readonly object[]; warnedRows: number; rejectedRows: number };
  };
  const row = (n: number, zone: string, site: string) => `z${n},z${n}@contoso.example,2026-01-01,,${zone},${site}`;

  it('are shown by value, with the first line, how many rows have them, and what that means; the rows are taken', async () => {
    const rows = [row(1, 'Europe/Berlin', ''), row(2, 'CEST-ish', ''), row(3, '', ''), row(4, 'CEST-ish', '')];
    for (const mode of ['dry-run', 'import']) {
      expect(await tried(rows, mode)).toMatchObject({
        rejectedRows: 0,
        warnedRows: 2,
        warnings: [{ line: 3, column: 'time_zone', value: 'CEST-ish', rows: 2, reason: expect.stringContaining('within 26 hours') }],
      });
    }
  });

  it('are those of sites, too, once some site has one', async () => {
    const rows = [row(1, '', 'Bonn'), row(2, '', 'Oslo'), row(3, 'Asia/Tokyo', 'Oslo')];
    expect(await tried(rows)).toMatchObject({ warnedRows: 0, warnings: [] });
    await given.at.send('PUT', '/roster/mapping', { preset: 'canonical', timeZones: { Bonn: 'Europe/Berlin' } });
    expect(await tried(rows)).toMatchObject({
      warnedRows: 1,
      warnings: [{ line: 3, column: 'site', value: 'Oslo', rows: 1, reason: expect.stringContaining('timeZones') }],
    });
  });

  it('are a hundred at most, and counted in all', async () => {
    const { warnings, warnedRows } = await tried(Array.from({ length: 120 }, (_, n) => row(n, `Zone ${n}`, '')));
    expect([warnings.length, warnedRows]).toEqual([100, 120]);
  });
});

describe('a last day worked that lies after the end of the employment', () => {
  it('is shown before it is taken, by value, and by the row once whatever else is odd about it', async () => {
    const rows = [
      'l1,l1@contoso.example,2026-01-01,2026-03-06,2026-03-08,',
      'l2,l2@contoso.example,2026-01-01,2026-03-06,2026-03-08,CEST-ish',
      'l3,l3@contoso.example,2026-01-01,2026-03-06,2026-03-06,',
      'l4,l4@contoso.example,2026-01-01,,2026-03-06,',
    ];
    const response = await fetch(`${given.at.url}/roster/imports?mode=dry-run&partial=true`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: ['employee_id,work_email,start_date,end_date,last_day_worked,time_zone', ...rows].join('\n'),
    });
    expect(await response.json()).toMatchObject({
      rejectedRows: 0,
      warnedRows: 2,
      warnings: [
        { line: 2, column: 'last_day_worked', value: '2026-03-08', rows: 2, reason: expect.stringContaining('lies after end_date') },
        { line: 3, column: 'time_zone', value: 'CEST-ish', rows: 1 },
      ],
    });
  });
});
