import { type Database, type Transaction, unaccompanied } from './queryable.ts';

/** Runs reads that must agree with each other, as of one moment: what is committed meanwhile is not half seen. */
export async function inSnapshot<Result>(database: Database, read: (q: Transaction) => Promise<Result>): Promise<Result> {
  const reading = () =>
    database.transaction(async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only');
      return await read(tx);
    });
  return await database.accompany(unaccompanied, reading);
}
