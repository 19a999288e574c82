import { once } from 'node:events';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { columnTypes } from './column-types.ts';
import { toDatabaseError } from './database-error.ts';
import type { Database, Queryable, Rows, Statement, Transaction } from './queryable.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  /** Called for an error on an idle connection, which no caller would ever see. */
  readonly onIdleError?: (error: Error) => void;
}

/** How long a request waits for a connection, in milliseconds: well below the 10 s in which a provisioning client gives up. */
const CONNECT_TIMEOUT_MS = 5_000;

/** A transaction that forgot to end would hold back the ledger's watermark; PostgreSQL ends it after this time. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** Opens a pool on PostgreSQL. Connects lazily: a database that is down shows at the first query, and heals by itself. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: columnTypes,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  return {
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) => transact(pool, work),
    close: () => pool.end(),
  };
}

async function run<Row>(client: pg.Pool | pg.ClientBase, statement: string | Statement, values?: readonly unknown[]): Promise<Rows<Row>> {
  const text = typeof statement === 'string' ? { text: statement } : statement;
  try {
    const result = await client.query({ ...text, values: values as unknown[] });
    return { rows: result.rows as Row[], count: result.rowCount ?? 0 };
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function transact<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const client = await connect(pool);
  const tx: Queryable = { query: (statement, values) => run(client, statement, values) };
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await tx.query('begin');
    const result = await work({ ...tx, copyIn: (text, chunks) => copyIn(client, text, chunks) });
    await tx.query('commit');
    return result;
  } catch (error) {
    await tx.query('rollback').catch((failure: unknown) => {
      broken ??= failure instanceof Error ? failure : new Error('rollback failed');
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function copyIn(client: pg.PoolClient, text: string, chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const stream = client.query(copyStreams.from(text));
  const finished = once(stream, 'finish');
  finished.catch(() => undefined);
  try {
    for await (const chunk of chunks) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished]);
    }
  } catch (error) {
    stream.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
  stream.end();
  try {
    await finished;
  } catch (error) {
    throw toDatabaseError(error);
  }
}
