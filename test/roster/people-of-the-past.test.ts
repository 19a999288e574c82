import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, type PersonId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { erasePerson } from '../../src/reconciliation/erase-person.ts';
import { listPeopleThen } from '../../src/roster/past-people-read-model.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, CEM } from './roster-server.ts';

const given = eachRoster();

const anns = (rest: string) => `1,Ann@contoso.example,Ann Adler,2020-01-01,${rest}`;

interface Listed {
  readonly people: readonly {
    readonly id: PersonId;
    readonly employeeId: string;
    readonly listing: string;
    readonly periods: readonly object[];
  }[];
  readonly next: string | null;
  readonly asOf: Instant | null;
}

const people = async (query = '') => (await given.at.get(`/people${query}`)) as unknown as Listed;
const idOf = async (employeeId: string) => (await people(`?employeeId=${employeeId}`)).people[0]?.id ?? '';
const answer = async (employeeId: string, body: object) =>
  given.at.send('POST', `/people/${await idOf(employeeId)}/listing`, { reason: 'HR was asked', ...body });

/** What happens, in this order, and how people stand by it. */
const history: readonly { readonly what: string; readonly happens: () => Promise<unknown>; readonly stand: readonly string[] }[] = [
  { what: 'before the first import', happens: async () => undefined, stand: [] },
  {
    what: 'after the first import',
    happens: () => given.at.post('mode=import', [ANN, BEN, CEM, '4,dan@contoso.example,Dan Dorn,2023-01-01,,,']),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed'],
  },
  {
    what: 'between the day when an end was told and the day on which it took effect',
    happens: () => given.at.post('mode=import&partial=true', [anns('2099-03-31,,')]),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed'],
  },
  {
    what: 'after a correction of the end, which dates it back',
    happens: () => given.at.post('mode=import&partial=true', [anns('2025-12-31,2025-12-20,Europe/Rome')]),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed'],
  },
  {
    what: 'after two were left out',
    happens: () => given.at.post('mode=import', [anns('2025-12-31,2025-12-20,Europe/Rome'), BEN]),
    stand: ['1 listed', '2 listed', '3 dropped', '4 dropped'],
  },
  {
    what: 'after somebody said that one of them had left',
    happens: () => answer('3', { decision: 'left', endDate: '2026-01-01' }),
    stand: ['1 listed', '2 listed', '3 kept', '4 dropped'],
  },
  {
    what: 'after somebody said that the other is employed',
    happens: () => answer('4', { decision: 'employed' }),
    stand: ['1 listed', '2 listed', '3 kept', '4 kept'],
  },
  {
    what: 'after they were named again, and one comes anew',
    happens: () =>
      given.at.post('mode=import', [
        anns('2025-12-31,2025-12-20,Europe/Rome'),
        BEN,
        CEM,
        '4,dan@contoso.example,Dan Dorn,2023-01-01,,,',
        '5,eva@contoso.example,Eva Ek,2026-01-01,,,',
      ]),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed', '5 listed'],
  },
  {
    what: 'after one was left out anew',
    happens: () =>
      given.at.post('mode=import', [
        anns('2025-12-31,2025-12-20,Europe/Rome'),
        CEM,
        '4,dan@contoso.example,Dan Dorn,2023-01-01,,,',
        '5,eva@contoso.example,Eva Ek,2026-01-01,,,',
      ]),
    stand: ['1 listed', '2 dropped', '3 listed', '4 listed', '5 listed'],
  },
  {
    what: 'after a roster of everybody ended what it leaves out',
    happens: () =>
      given.at.post('mode=import&full=true', [
        anns('2025-12-31,2025-12-20,Europe/Rome'),
        CEM,
        '4,dan@contoso.example,Dan Dorn,2023-01-01,,,',
        '5,eva@contoso.example,Eva Ek,2026-01-01,,,',
      ]),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed', '5 listed'],
  },
  {
    what: 'after the end by omission was taken back, and a day told',
    happens: () => given.at.post('mode=import&partial=true', ['2,ben@contoso.example,Ben Baker,2021-05-01,2026-06-30,,Europe/Berlin']),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed', '5 listed'],
  },
  {
    what: 'after what the ledger disclosed of one was erased',
    happens: async () =>
      erasePerson({ database: given.db.database, clock: given.clock }, given.at.workspaceId, {
        personId: (await idOf('1')) as PersonId,
        actor: 'administrator:one',
      }),
    stand: ['1 listed', '2 listed', '3 listed', '4 listed', '5 listed'],
  },
];

describe('people as of a past instant', () => {
  it('are, for each instant, whom the list showed then, and the same for good', async () => {
    const told: { readonly what: string; readonly instant: Instant; readonly listed: Listed }[] = [];
    for (const { what, happens, stand } of history) {
      await happens();
      const listed = await people();
      expect([what, ...listed.people.map(({ employeeId, listing }) => `${employeeId} ${listing}`)]).toEqual([what, ...stand]);
      told.push({ what, instant: given.clock.now(), listed });
      given.clock.advance(HOUR_MS);
    }
    for (const { what, instant, listed } of told) {
      expect({ what, ...(await people(`?asOf=${instant}`)) }).toEqual({ what, ...listed, asOf: instant });
    }
  });

  it('come by pages, and of those whom HR named later the page is short', async () => {
    await given.at.post('mode=import', [ANN, CEM]);
    const instant = given.clock.now();
    given.clock.advance(HOUR_MS);
    await given.at.post('mode=import&partial=true', [BEN]);
    given.clock.advance(HOUR_MS);
    const first = await people(`?asOf=${instant}&limit=1`);
    expect(first.people.map(({ employeeId }) => employeeId)).toEqual(['1']);
    const second = await people(`?asOf=${instant}&limit=1&after=${first.next}`);
    expect([second.people.map(({ employeeId }) => employeeId), second.next]).toEqual([['3'], null]);
  });

  it.each([
    { query: 'listing=dropped', found: ['3'] },
    { query: 'employeeId=1', found: ['1'] },
    { query: 'employeeId=9', found: [] },
  ])('are found by how they stood then and by whom they are: $query', async ({ query, found }) => {
    await given.at.post('mode=import', [ANN, BEN, CEM]);
    await given.at.post('mode=import', [ANN, BEN]);
    const instant = given.clock.now();
    given.clock.advance(HOUR_MS);
    await given.at.post('mode=import', [CEM]);
    expect((await people(`?asOf=${instant}&${query}`)).people.map(({ employeeId }) => employeeId)).toEqual(found);
  });

  it('tell when HR spoke, where a roster was held in between', async () => {
    await given.at.post('mode=import', [ANN]);
    given.clock.advance(HOUR_MS);
    await given.at.post('mode=import&partial=true', [anns('2025-12-31,,')]);
    const came = plusMs(given.clock.now(), -HOUR_MS);
    await given.db.owner.query('update roster_import set received_at = $2 where workspace_id = $1 and imported_at = $3', [
      given.at.workspaceId,
      came,
      given.clock.now(),
    ]);
    const instant = given.clock.now();
    given.clock.advance(HOUR_MS);
    expect((await people(`?asOf=${instant}`)).people).toMatchObject([{ periods: [{ endDate: '2025-12-31', hrRecordedAt: came }] }]);
  });

  it.each([
    { query: 'asOf=2999-01-01T00:00:00Z', says: 'an instant that has passed' },
    { query: 'asOf=2020-01-01T00:00:00Z&workEmail=ann@contoso.example', says: 'is not kept' },
  ])('are refused for $query, with why', async ({ query, says }) => {
    expect(await given.at.send('GET', `/people?${query}`, undefined)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining(says) },
    });
  });
});

describe('a page of people of the past', () => {
  const NOW = '2026-04-01T00:00:00.000Z' as Instant;

  /** So many people, of whom HR told at `NOW`, or an hour later. */
  async function workspaceOf(count: number, toldAt: Instant): Promise<WorkspaceId> {
    const workspaceId = await insertWorkspace(given.db.owner, NOW);
    // No import brought them.
    await given.db.owner.query('alter table employment_period disable trigger user');
    await given.db.owner.query(
      `with named as (
         select md5($1::text || n::text)::uuid as id, md5('period' || $1::text || n::text)::uuid as period_id, lpad(n::text, 8, '0') as employee_id
         from generate_series(1, $3::integer) as n
       ), people as (
         insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
         select $1::uuid, named.id, named.employee_id, '', '', $2::timestamptz, $2::timestamptz from named
         returning id
       ), told as (
         insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf)
         select $1::uuid, md5('record' || named.id::text)::uuid, $2::timestamptz, 'hr.period.started', named.period_id,
                convert_to('{"after": {"start_date": "2020-01-01", "end_date": null, "last_day": null}}', 'UTF8')
         from named
         returning id
       )
       insert into employment_period (workspace_id, id, person_id, start_date, status, worker_type, import_id, row_number, record_id)
       select $1::uuid, named.period_id, named.id, '2020-01-01', 'active', 'employee', md5('import')::uuid, 1, md5('record' || named.id::text)::uuid
       from named`,
      [workspaceId, toldAt, count],
    );
    await given.db.owner.query('alter table employment_period enable trigger user');
    await given.db.owner.query('analyze');
    return workspaceId;
  }

  it.each([
    { name: 'of people whom HR had named', toldAt: NOW, shown: 20 },
    { name: 'of people whom HR named later', toldAt: plusMs(NOW, HOUR_MS), shown: 0 },
  ])('$name costs the same in a large workspace as in a small one', async ({ shown, toldAt }) => {
    const asked = { at: NOW, standing: undefined, employeeId: undefined, after: undefined, limit: 20 };
    const costOf = (workspaceId: WorkspaceId) => pagesTouched(given.db.database, (tx) => listPeopleThen(tx, workspaceId, asked));
    const [few, many] = [await workspaceOf(500, toldAt), await workspaceOf(5_000, toldAt)];
    const [small, large] = [await costOf(few), await costOf(many)];
    expect((await given.db.database.transaction((tx) => listPeopleThen(tx, many, asked))).rows).toHaveLength(shown);
    expect(small).toBeGreaterThan(3);
    expect(large).toBeLessThan(small * 2);
  });
});
