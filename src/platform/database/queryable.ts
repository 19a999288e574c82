/** A statement with a name is prepared once per connection (hot paths only: a name is forever bound to its text). */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  /** For a text that is made up and will come again: it is prepared under a name that the database finds for it. */
  readonly isRepeated?: boolean;
}

export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** Rows returned or affected. */
  readonly count: number;
}

/** What a store is handed: the pool, or the caller's transaction. */
export interface Queryable {
  /**
   * Runs one statement. `values` fill `$1`, `$2`, …
   * Throws DomainError `database-unavailable` when PostgreSQL cannot be reached or is shutting down, else pg's own error.
   */
  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Rows<Row>>;
  /** Of the companion, within a transaction that has one. */
  readonly reason?: string | undefined;
}

/** What goes along with a piece of work, through every transaction that it opens. */
export interface Companion {
  /** Runs last in each: it commits with them, and rolls them back by throwing. */
  readonly last?: (tx: Queryable) => Promise<void>;
  /** Why whoever asked wants it: the ledger takes it into every record. */
  readonly reason?: string;
}

/** In place of a companion that would commit with what changes nothing: a look that may only read, a refusal that is kept. */
export const unaccompanied: Companion = { last: () => Promise.resolve() };

/** Text, or the bytes of text, which stay as they are until all is sent. */
export type CopyChunks = Iterable<string> | AsyncIterable<string> | Buffer;

export interface Transaction extends Queryable {
  /** Feeds a `copy … from stdin` with chunks of text. */
  copyIn(text: string, chunks: CopyChunks): Promise<void>;
}

/** How a pool's connections stand at a moment. */
export interface PoolLoad {
  readonly inUse: number;
  readonly idle: number;
  /** Callers who wait for a connection. */
  readonly waiting: number;
}

export interface Database extends Queryable {
  /** Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs `work` with a companion in every transaction that it opens here, awaited or not, beside what accompanies it already. */
  accompany<Result>(companion: Companion, work: () => Result): Result;
  /** How many connections it opens at the most. */
  readonly poolSize: number;
  load(): PoolLoad;
  /** Waits for what is running, then closes every connection. */
  close(): Promise<void>;
}
