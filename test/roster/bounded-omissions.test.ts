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
