import type { Database, Queryable, Transaction } from '../../src/platform/index.ts';

type Plan = Readonly<Record<string, number>>;

/** Pages of the database that the statements touch with which `read` reads. */
export async function pagesTouched(database: Database, read: (tx: Transaction) => Promise<unknown>): Promise<number> {
  let touched = 0;
  await database.transaction(async (tx) => {
    const query: Queryable['query'] = async (sql, values) => {
      const text = typeof sql === 'string' ? sql : sql.text;
      if (/^\s*(?:select(?! set_config)|with)\b/.test(text)) {
        const { rows } = await tx.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
          `explain (analyze, buffers, format json) ${text}`,
          values,
        );
        const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
        touched += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
      }
      return tx.query(sql, values);
    };
    await read({ query, copyIn: (text, chunks) => tx.copyIn(text, chunks) });
  });
  return touched;
}
