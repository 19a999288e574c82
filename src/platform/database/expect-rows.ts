import type { Queryable } from './queryable.ts';

const plans = [
  'enable_nestloop',
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_seqscan',
  'enable_sort',
  'enable_material',
  'jit',
] as const;
const few = ['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'enable_sort', 'jit'] as const;

/**
 * For the rest of the transaction: join by hashing. For statements that go through whole tables of a workspace. The planner
 * guesses a handful of rows behind each common table expression, takes tables that have just been loaded for empty (the
 * server's role may not gather statistics of them), and would compare every row with every other.
 */
export function expectManyRows(tx: Queryable): Promise<void> {
  return avoid(tx, ['enable_nestloop', 'enable_mergejoin']);
}

/**
 * For the rest of the transaction: look rows up by key, and walk lists in order. For batches of a few thousand rows against tables of
 * which the planner knows nothing: it would read them whole for each batch, and compile what runs in milliseconds.
 */
export function expectFewRows(tx: Queryable): Promise<void> {
  return avoid(tx, few);
}

/** As `expectFewRows`, for what stands beside each of them, and nobody knows of how many: what is taken for a row or two is not gone through once for each. */
export function expectFewLookUps(tx: Queryable): Promise<void> {
  return avoid(tx, [...few, 'enable_material']);
}

/**
 * For the rest of the transaction: look up by key whatever belongs to some thousand rows that are named by their keys, and hash those. Whole
 * tables of a workspace are read for nothing then, however little the planner knows of them.
 */
export function expectSomeRows(tx: Queryable): Promise<void> {
  return avoid(tx, ['enable_seqscan', 'jit']);
}

async function avoid(tx: Queryable, avoided: readonly (typeof plans)[number][]): Promise<void> {
  const settings = plans.map((plan) => `set_config('${plan}', '${avoided.includes(plan) ? 'off' : 'on'}', true)`);
  // Cursors are read to their end, and as fast as they can be by then.
  await tx.query(`select ${settings.join(', ')}, set_config('cursor_tuple_fraction', '1', true)`);
}
