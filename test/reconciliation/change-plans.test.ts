import { afterEach, describe, expect, it } from '@jest/globals';
import { NOW as SEEDED_NOW, seedPopulation } from '../../bench/leaver-population.mjs';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { expectFewRows, type Transaction } from '../../src/platform/index.ts';
import { concernedWith } from '../../src/reconciliation/concerned-read-model.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';

const CHANGED = 100;

let db: TestDatabase | undefined;
afterEach(async () => {
  await db?.drop();
  db = undefined;
});

/** Pages of the database that are touched to find out whom the change of a hundred people and their accounts concerns. */
async function pagesTouched(people: number, hasStatistics: boolean): Promise<number> {
  const opened = await testDatabase();
  db = opened;
  const clock = steppingClock('2026-01-01T00:00:00.000Z' as Instant);
  const workspaceId = await insertWorkspace(opened.owner, clock.now());
  const deps = { database: opened.database, clock };
  await setPolicy(deps, workspaceId, { slaHours: 24, actor: 'system' });
  await seedPopulation(opened.owner, workspaceId, people);
  clock.set(SEEDED_NOW as Instant);
  await reconcile(deps, workspaceId, 'system');
  // Also merges what the index of addresses still holds as a list.
  if (hasStatistics) await opened.owner.query('vacuum analyze');
  const touched = await opened.database.transaction((tx) => touchedFor(tx, workspaceId));
  await opened.drop();
  db = undefined;
  return touched;
}

async function touchedFor(tx: Transaction, workspaceId: WorkspaceId): Promise<number> {
  const { rows: people } = await tx.query<{ id: string }>('select id from person where workspace_id = $1 order by id limit $2', [
    workspaceId,
    CHANGED,
  ]);
  const { rows: accounts } = await tx.query<{ id: string }>(
    'select account_id as id from account_link where workspace_id = $1 and ended_at is null and person_id = any ($2::uuid[])',
    [workspaceId, people.map(({ id }) => id)],
  );
  let touched = 0;
  const query: Transaction['query'] = async (statement, values) => {
    const { rows } = await tx.query<{ 'QUERY PLAN': readonly [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${typeof statement === 'string' ? statement : statement.text}`,
      values,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
    touched += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    return tx.query(statement, values);
  };
  await expectFewRows(tx);
  const concerned = await concernedWith({ ...tx, query }, workspaceId, { people: idsOf(people), accounts: idsOf(accounts) });
  expect(concerned.people.toSorted()).toEqual(idsOf(people));
  expect(concerned.accounts.toSorted()).toEqual(idsOf(accounts).toSorted());
  return touched;
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}

describe('finding out whom a hundred changes concern', () => {
  it.each([
    { name: 'with statistics', hasStatistics: true },
    { name: 'without, as while a workspace is being filled', hasStatistics: false },
  ])('costs the same in a large workspace as in a small one, $name', async ({ hasStatistics }) => {
    const small = await pagesTouched(1_000, hasStatistics);
    const large = await pagesTouched(6_000, hasStatistics);
    expect(small).toBeGreaterThan(CHANGED);
    expect(large).toBeLessThan(2 * small);
  });
});
