import { afterEach, describe, expect, it } from '@jest/globals';
import { NOW as SEEDED_NOW, seedPopulation } from '../../bench/leaver-population.mjs';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { expectFewRows, type Transaction } from '../../src/platform/index.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { personFacts } from '../../src/reconciliation/unit-read-model.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';

const LOOKED_AT = 100;

let db: TestDatabase | undefined;
afterEach(async () => {
  await db?.drop();
  db = undefined;
});

/** Pages of the database that are touched for the facts of a hundred people, of so many in the workspace. */
async function pagesTouched(people: number, hasStatistics: boolean): Promise<number> {
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
  const touched = await db.database.transaction(async (tx) => {
    await expectFewRows(tx);
    return explained(
      tx,
      workspaceId,
      rows.map(({ id }) => id),
    );
  });
  await db.drop();
  db = undefined;
  return touched;
}

/** Runs the query of the facts under `explain`, with the very parameters that it is called with. */
async function explained(tx: Transaction, workspaceId: WorkspaceId, ids: readonly string[]): Promise<number> {
  let touched = 0;
  const query: Transaction['query'] = async (statement, values) => {
    if (touched === 0 && typeof statement !== 'string') {
      const plan = await tx.query<{ 'QUERY PLAN': readonly [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${statement.text}`,
        values,
      );
      const root = plan.rows[0]?.['QUERY PLAN'][0].Plan ?? {};
      touched = (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0);
    }
    return tx.query(statement, values);
  };
  await personFacts({ ...tx, query }, workspaceId, ids);
  return touched;
}

describe('the facts of a hundred people', () => {
  it.each([
    { name: 'with statistics', hasStatistics: true },
    { name: 'without, as while a workspace is being filled', hasStatistics: false },
  ])('cost the same in a large workspace as in a small one, $name', async ({ hasStatistics }) => {
    const small = await pagesTouched(1_000, hasStatistics);
    const large = await pagesTouched(6_000, hasStatistics);
    expect(small).toBeGreaterThan(LOOKED_AT);
    expect(large).toBeLessThan(small * 1.5);
  });
});
