import type { Database, Statement } from '../../src/platform/index.ts';

type Query = (statement: string | Statement, values?: readonly unknown[]) => Promise<unknown>;

/** What happens around a statement of the server; `run` is the statement itself. */
export type Around = (
  statement: { readonly name: string; readonly values: readonly unknown[] },
  run: () => Promise<unknown>,
) => Promise<unknown>;

/** A database whose statements outside transactions go through `around`, so that a test can see them, or lose what they answer. */
export function watched(database: Database, around: Around): Database {
  const query: Query = (statement, values = []) =>
    around({ name: typeof statement === 'string' ? '' : (statement.name ?? ''), values }, () => database.query(statement, values));
  return { ...database, query: query as Database['query'] };
}

/** The ids of the users that one statement changes for several requests. */
export function changedBy(values: readonly unknown[]): readonly string[] {
  const [writes] = values;
  return typeof writes === 'string' ? (JSON.parse(writes) as { subject_id: string }[]).map(({ subject_id }) => subject_id) : [];
}
