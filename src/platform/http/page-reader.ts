import type { Request } from 'express';
import { refuse } from '../../kernel/index.ts';
import { queryLimit, queryText } from './query-reader.ts';

/** What a store is asked for: so many rows at most, and only those behind a position of its own order. */
export interface Page {
  readonly after: string | undefined;
  readonly limit: number;
}

/** How long a list's pages are, and how it names a position in it. */
export interface Listing<Row> {
  /** Rows unless `?limit=` says otherwise, and at most. */
  readonly usual: number;
  readonly most: number;
  readonly position: RegExp;
  readonly positionOf: (row: Row) => string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Positions that are the id of a row, two ids that name it together, an id in one half of the list, where the row stands, or where it stands under an id. */
export const positions = {
  id: new RegExp(`^${UUID}$`, 'i'),
  idPair: new RegExp(`^${UUID}\\.${UUID}$`, 'i'),
  idInHalf: new RegExp(`^(?:open|closed)\\.${UUID}$`, 'i'),
  ordinal: /^\d{1,15}$/,
  ordinalUnderId: new RegExp(`^${UUID}\\.\\d{1,9}$`, 'i'),
} as const;

/**
 * A page of a list by `?limit=` and `?after=`, which is the `next` of the page before; `next` is null on the last. A row that is added or
 * taken away meanwhile shifts no other. Reads one row more than it shows. Throws DomainError `invalid-request`.
 */
export async function readPage<Row>(
  request: Request,
  listing: Listing<Row>,
  read: (page: Page) => Promise<readonly Row[]>,
): Promise<Stretch<Row>> {
  return readAhead(queryPage(request, listing), listing.positionOf, read);
}

/** Reads one row more than a page shows, to know whether there is another page. */
export async function readAhead<Row>(
  { after, limit }: Page,
  positionOf: (row: Row) => string,
  read: (page: Page) => Promise<readonly Row[]>,
): Promise<Stretch<Row>> {
  const found = await read({ after, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: last === undefined || found.length <= limit ? null : positionOf(last) };
}

/** What a page came to, and behind which position the next one begins; null where there is none. */
export interface Stretch<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/**
 * A page of a list in which what is asked for may be rare: the reader passes over a bounded number of rows, so that a page may hold few or
 * none and still have a `next`. Throws DomainError `invalid-request`.
 */
export async function readStretch<Row>(
  request: Request,
  listing: Omit<Listing<Row>, 'positionOf'>,
  read: (page: Page) => Promise<Stretch<Row>>,
): Promise<Stretch<Row>> {
  return read(queryPage(request, listing));
}

function queryPage(request: Request, { usual, most, position }: Omit<Listing<never>, 'positionOf'>): Page {
  const limit = queryLimit(request, usual, most);
  const after = queryText(request, 'after');
  if (after !== undefined && !position.test(after)) refuse('invalid-request', { detail: '"after" must be the "next" of the page before.' });
  return { after, limit };
}
