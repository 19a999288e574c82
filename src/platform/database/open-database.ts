import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { columnTypes } from './column-types.ts';
import { toDatabaseError } from './database-error.ts';
import type { Companion, CopyChunks, Database, Queryable, Rows, Statement, Transaction } from './queryable.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  /** For statements that look rows up by key and walk lists in order: see `LOOK_UPS`. */
  readonly isForLookUps?: boolean;
  /** Called for an error on an idle connection, which no caller would ever see. */
  readonly onIdleError?: (error: Error) => void;
}

/** How long a request waits for a connection, in milliseconds: well below the 10 s in which a provisioning client gives up. */
const CONNECT_TIMEOUT_MS = 5_000;

/** A transaction that forgot to end would hold back the ledger's watermark; PostgreSQL ends it after this time. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/**
 * Each prepared statement is planned once for all its values: PostgreSQL would else plan some of them anew each time, which takes
 * longer than to run them. What an index has in order is not read whole and sorted: while a table has no statistics, PostgreSQL
 * takes a workspace for a handful of rows. And no lock is waited for, and no statement runs, longer than a client waits for an answer.
 */
const LOOK_UPS = '-c plan_cache_mode=force_generic_plan -c enable_sort=off -c lock_timeout=5s -c statement_timeout=30s';

/** Opens a pool on PostgreSQL. Connects lazily: a database that is down shows at the first query, and heals by itself. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: columnTypes,
    ...(options.isForLookUps === true ? { options: LOOK_UPS } : {}),
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  const nameOf = nameStatements();
  const companions = new AsyncLocalStorage<Companion>();
  return {
    query: (statement, values) => run({ client: pool, nameOf }, statement, values),
    transaction: (work) =>
      transact(pool, nameOf, async (tx) => {
        const { last, reason } = companions.getStore() ?? {};
        const result = await work({ ...tx, reason });
        await last?.(tx);
        return result;
      }),
    accompany: (companion, work) => companions.run({ ...companions.getStore(), ...companion }, work),
    poolSize: options.poolSize,
    load: () => ({ inUse: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

/** How many made-up statements are prepared: each connection keeps each of them for good. */
const MAX_NAMED = 200;

type NameStatement = (statement: Statement) => string | undefined;

function nameStatements(): NameStatement {
  const names = new Map<string, string>();
  return ({ isRepeated, name, text }) => {
    if (isRepeated !== true) return name;
    const known = names.get(text);
    if (known !== undefined || names.size >= MAX_NAMED) return known;
    const given = `repeated-${names.size}`;
    names.set(text, given);
    return given;
  };
}

interface Connection {
  readonly client: pg.Pool | pg.ClientBase;
  readonly nameOf: NameStatement;
}

async function run<Row>({ client, nameOf }: Connection, statement: string | Statement, values?: readonly unknown[]): Promise<Rows<Row>> {
  const query = typeof statement === 'string' ? { text: statement } : { name: nameOf(statement), text: statement.text };
  try {
    const result = await client.query({ ...query, values } as pg.QueryConfig);
    return { rows: result.rows as Row[], count: result.rowCount ?? 0 };
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function transact<Result>(pool: pg.Pool, nameOf: NameStatement, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const client = await connect(pool);
  const inTurn = oneAfterTheOther();
  const tx: Queryable = { query: (statement, values) => inTurn(() => run({ client, nameOf }, statement, values)) };
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await tx.query('begin');
    const result = await work({ ...tx, copyIn: (text, chunks) => inTurn(() => copyIn(client, text, chunks)) });
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

/** A connection does one thing at a time; who asks for more at once is served in the order of asking. */
function oneAfterTheOther(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function copyIn(client: pg.PoolClient, text: string, chunks: CopyChunks): Promise<void> {
  const stream = client.query(copyStreams.from(text));
  const finished = once(stream, 'finish');
  finished.catch(() => undefined);
  try {
    for await (const chunk of Buffer.isBuffer(chunks) ? [chunks] : inLargeChunks(chunks)) {
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

/** Characters that are sent at a time: each write to the socket costs as much as it takes to make some rows. */
const COPY_CHUNK = 65_536;

async function* inLargeChunks(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let waiting: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < COPY_CHUNK) continue;
    yield waiting.join('');
    waiting = [];
    length = 0;
  }
  if (length > 0) yield waiting.join('');
}
