import { afterEach, describe, expect, it } from '@jest/globals';
import { NOW as SEEDED_NOW, seedPopulation } from '../../bench/leaver-population.mjs';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../../src/platform/index.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { personFacts } from '../../src/reconciliation/person-facts-read-model.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';

const LOOKED_AT = 100;

let db: TestDatabase | undefined;
afterEach(async () => {
  await db?.drop();
  db = undefined;
});

interface Population {
  readonly people: number;
  readonly hasStatistics: boolean;
}

/** Pages of the database that are touched for the facts of a hundred people, or of everybody, of so many in the workspace. */
async function pagesTouched({ people, hasStatistics }: Population, whose: 'of a hundred' | 'of everybody'): Promise<number> {
  db = await testDatabase();
  const clock = steppingClock('2026-01-01T00:00:00.000Z' as Instant);
  const workspaceId = await insertWorkspace(db.owner, clock.now());
  await setPolicy({ database: db.database, clock }, workspaceId, { slaHours: 24, actor: 'system' });
  await seedPopulation(db.owner, workspaceId, people);
  clock.set(SEEDED_NOW as Instant);
  await reconcile({ database: db.database, clock }, workspaceId, 'system');
  if (hasStatistics) await db.owner.query('vacuum analyze');
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1 order by id limit $2', [
    workspaceId,
    LOOKED_AT,
  ]);
  const among = whose === 'of everybody' ? undefined : rows.map(({ id }) => id);
  const touched = await db.database.transaction(async (tx) => {
    await (among === undefined ? expectManyRows(tx) : expectFewRows(tx));
    return explained(tx, workspaceId, among);
  });
  await db.drop();
  db = undefined;
  return touched;
}

/** Reads the facts, each source of them under `explain` too, with the very parameters that it is called with. */
async function explained(tx: Transaction, workspaceId: WorkspaceId, among: readonly string[] | undefined): Promise<number> {
  const touched: number[] = [];
  const query: Transaction['query'] = async (statement, values) => {
    const source = typeof statement === 'string' ? /^declare \w+ no scroll cursor for (.*)$/s.exec(statement)?.[1] : undefined;
    if (source !== undefined) {
      const plan = await tx.query<{ 'QUERY PLAN': readonly [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${source}`,
        values,
      );
      const root = plan.rows[0]?.['QUERY PLAN'][0].Plan ?? {};
      touched.push((root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0));
    }
    return tx.query(statement, values);
  };
  for await (const people of personFacts({ ...tx, query }, workspaceId, { among, at: SEEDED_NOW as Instant, limit: LOOKED_AT })) {
    expect(people[0]).toMatchObject({ periods: [{}], directory: [{ stretches: [{}] }], scim: [{ stretches: [{}] }] });
    break;
  }
  expect(touched).toHaveLength(4);
  return touched.reduce((sum, pages) => sum + pages, 0);
}

const statistics = [
  { name: 'with statistics', hasStatistics: true },
  { name: 'without, as while a workspace is being filled', hasStatistics: false },
];

describe('the facts of a hundred people', () => {
  it.each(statistics)('cost the same in a large workspace as in a small one, $name', async ({ hasStatistics }) => {
    const small = await pagesTouched({ people: 1_000, hasStatistics }, 'of a hundred');
    const large = await pagesTouched({ people: 6_000, hasStatistics }, 'of a hundred');
    expect(small).toBeGreaterThan(LOOKED_AT);
    expect(large).toBeLessThan(small * 1.5);
  });
});

describe('the facts of everybody', () => {
  it.each(statistics)(
    'are read table by table: a few pages for each, and no more in a large workspace, $name',
    async ({ hasStatistics }) => {
      const small = await pagesTouched({ people: 1_000, hasStatistics }, 'of everybody');
      const large = await pagesTouched({ people: 6_000, hasStatistics }, 'of everybody');
      expect(large).toBeLessThan(small * 6 * 1.5);
      expect(large).toBeLessThan(6_000 * 3);
    },
  );
});
