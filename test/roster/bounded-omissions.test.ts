import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import type { Database, Queryable } from '../../src/platform/index.ts';
import { importRoster, previewImport } from '../../src/roster/import-roster.ts';
import { sentRoster } from '../../src/roster/roster-reader.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { HEADER, secretBox } from './roster-server.ts';

/** More than three pages. */
const PEOPLE = 6_500;
/** People at a time, and what is counted beside them. */
const PAGE = 2_000;

let db: TestDatabase;
let clock: SteppingClock;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  db = await testDatabase();
  clock = steppingClock();
  workspaceId = await insertWorkspace(db.owner, clock.now());
  await take(everybody);
});
afterAll(() => db.drop());

const row = (n: number) => `${n},p${n}@contoso.example,Person ${n},2020-01-01,,,`;
const everybody = Array.from({ length: PEOPLE }, (_, n) => row(n));

function sent(rows: readonly string[], full: boolean) {
  const bytes = Buffer.from([HEADER, ...rows].join('\n'));
  return { ...sentRoster('file', bytes), full, partial: false, elseUnchanged: false } as const;
}

const take = (rows: readonly string[], database: Database = db.database, full = false) =>
  importRoster({ database, clock, secretBox }, workspaceId, { ...sent(rows, full), actor: 'owner:x', allowRejected: false });

/** The database, and the most rows that a statement of it has brought or taken into memory. */
function counting(): { readonly database: Database; readonly most: () => number } {
  let most = 0;
  const count = (n: number) => {
    most = Math.max(most, n);
  };
  const counted =
    (q: Queryable): Queryable['query'] =>
    async (sql, values) => {
      for (const value of values ?? []) if (Array.isArray(value)) count(value.length);
      const answer = await q.query(sql, values);
      count(answer.rows.length);
      return answer as never;
    };
  const transaction: Database['transaction'] = (work) =>
    db.database.transaction((tx) => work({ query: counted(tx), copyIn: (text, chunks) => tx.copyIn(text, chunks) }));
  return { database: { ...db.database, transaction }, most: () => most };
}

describe('a file that names one of very many', () => {
  it.each([{ full: true }, { full: false }])('holds no more than a page of them in memory when it is tried ($full)', async ({ full }) => {
    const { database, most } = counting();
    const seen = await previewImport({ database, clock, secretBox }, workspaceId, sent([row(0)], full));
    expect(seen).toMatchObject(full ? { endedByOmission: PEOPLE - 1, brake: { ends: PEOPLE - 1, holds: true } } : { dropped: PEOPLE - 1 });
    expect(most()).toBeLessThanOrEqual(PAGE);
  });

  it('nor when it is held, dropped, or taken at its word', async () => {
    const { database, most } = counting();
    clock.advance(DAY_MS);
    const held = await take([row(0)], database, true);
    expect(held).toMatchObject({ kind: 'held', held: { ends: PEOPLE - 1 } });
    clock.advance(DAY_MS);
    expect(await take([row(0)], database)).toMatchObject({ kind: 'taken', done: { dropped: PEOPLE - 1 } });
    clock.advance(DAY_MS);
    expect(await take(everybody, database)).toMatchObject({ kind: 'taken', done: { listedAgain: PEOPLE - 1, dropped: 0 } });
    const { rows } = await db.owner.query<{ type: string; n: number }>(
      `select leaf ->> 'type' as type, count(*)::int as n from (select convert_from(record.leaf, 'UTF8')::jsonb as leaf from ledger_record as record where workspace_id = $1) as told
       where leaf ->> 'type' like 'hr.person.%' group by 1 order by 1`,
      [workspaceId],
    );
    expect(rows).toEqual([
      { type: 'hr.person.dropped', n: PEOPLE - 1 },
      { type: 'hr.person.listed', n: PEOPLE - 1 },
    ]);
    expect(most()).toBeLessThanOrEqual(PAGE);
  });
});

/** A page, with all rows of the last who is on it. */
const MOST_AT_A_TIME = PAGE + 1_000;
/** More than that. */
const MANY = 3_500;
/** Of what is wrong, that is told at once. */
const REPORTED = 1_000;

describe('a file of very many rows that cannot be taken', () => {
  const twice = (n: number) => [row(n), `${n},q${n}@contoso.example,Person ${n},2020-01-01,,,`];
  const unread = (n: number) => [`${n},p${n},Person ${n},2020-01-01,,,`];
  const ofOneId = (n: number) => [`ACME,p${n}@contoso.example,Person ${n},2020-01-01,,,`];

  it.each([
    { story: 'do not fit others', rowsOf: twice, rows: 2 * MANY, rejectedRows: MANY, named: MANY },
    { story: 'cannot be read', rowsOf: unread, rows: MANY, rejectedRows: MANY, named: MANY },
    { story: 'all have one id, as when another column is read for it', rowsOf: ofOneId, rows: MANY, rejectedRows: MANY, named: 0 },
  ])(
    'since they $story, is seen, held and taken with no more than a page of them in memory',
    async ({ named, rejectedRows, rows, rowsOf }) => {
      const lines = Array.from({ length: MANY }, (_, n) => rowsOf(n)).flat();
      const { database, most } = counting();
      const seen = await previewImport({ database, clock, secretBox }, workspaceId, sent(lines, false));
      expect(seen).toMatchObject({ rows, rejectedRows, rejected: { length: REPORTED } });
      expect(seen.rejected.map(({ line }) => line)).toEqual(seen.rejected.map(({ line }) => line).toSorted((a, b) => a - b));
      clock.advance(DAY_MS);
      const by = { actor: 'system' };
      const held = await importRoster({ database, clock, secretBox }, workspaceId, {
        ...sent(lines, false),
        ...by,
        source: 'pull',
        allowRejected: false,
      });
      expect(held).toMatchObject({ kind: 'held', held: { counts: { rejected: rejectedRows } } });
      clock.advance(DAY_MS);
      const taken = await importRoster({ database, clock, secretBox }, workspaceId, { ...sent(lines, false), ...by, allowRejected: true });
      expect(taken).toMatchObject({ kind: 'taken', done: { rejectedRows, rejected: { length: REPORTED } } });
      for (const table of ['roster_held_rejected_row', 'roster_rejected_row']) {
        const { rows: kept } = await db.owner.query<{ rows: number; named: number }>(
          `select count(*)::int as rows, count(kept.employee_id)::int as named from ${table} as kept
         where kept.workspace_id = $1 and kept.import_id = (select max(latest.import_id::text)::uuid from ${table} as latest where latest.workspace_id = $1)`,
          [workspaceId],
        );
        expect(kept).toEqual([{ rows: rejectedRows, named }]);
      }
      expect(most()).toBeLessThanOrEqual(MOST_AT_A_TIME);
    },
  );
});
