import type { Queryable } from './queryable.ts';

/**
 * For the rest of the transaction: join by hashing. For statements that go through whole tables of a workspace. The planner
 * guesses a handful of rows behind each common table expression, takes tables that have just been loaded for empty (the
 * server's role may not gather statistics of them), and would compare every row with every other.
 */
export async function expectManyRows(tx: Queryable): Promise<void> {
  await tx.query('set local enable_nestloop = off');
}
