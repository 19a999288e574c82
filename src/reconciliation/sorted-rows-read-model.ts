import type { Transaction } from '../platform/index.ts';

/** Rows that are asked for at a time, of each source: the next are on their way while these are worked on, and while findings are written. */
const FETCHED = 1_000;

/** Rows say whose they are. */
export interface Owned {
  readonly owner: string;
}

/** Rows of one source in the order of whose they are, which is that of the ids' texts. Each is handed out once; memory does not grow with them. */
export interface SortedRows<Row extends Owned> {
  /** All rows of the next so many; none at the end. */
  nextOwners(count: number): Promise<readonly Row[]>;
  /** Whatever is left of everybody up to somebody, them included. */
  upTo(owner: string): Promise<readonly Row[]>;
}

export interface SortedSource {
  /** Of the cursor: one of a kind within the transaction. */
  readonly name: string;
  /** Ordered by `owner`. */
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Reads a source through a cursor, as it stands when it is called. */
export async function openSorted<Row extends Owned>(tx: Transaction, { name, text, values }: SortedSource): Promise<SortedRows<Row>> {
  await tx.query(`declare ${name} no scroll cursor for ${text}`, values);
  let rows: readonly Row[] = [];
  let at = 0;
  let coming: Promise<readonly Row[]> | undefined = fetched();
  return {
    nextOwners: (count) => takeWhile(ownersUpTo(count)),
    upTo: (owner) => takeWhile((row) => row.owner <= owner),
  };

  async function takeWhile(isTaken: (row: Row) => boolean): Promise<readonly Row[]> {
    const taken: Row[] = [];
    for (;;) {
      for (let row = rows[at]; row !== undefined; row = rows[at]) {
        if (!isTaken(row)) return taken;
        taken.push(row);
        at += 1;
      }
      if (coming === undefined) return taken;
      rows = await coming;
      at = 0;
      coming = rows.length < FETCHED ? undefined : fetched();
    }
  }

  function fetched(): Promise<readonly Row[]> {
    const asked = tx.query<Row>(`fetch ${FETCHED} from ${name}`).then((found) => found.rows);
    // It is waited for above; until then nobody would hear of its failure.
    asked.catch(() => undefined);
    return asked;
  }
}

function ownersUpTo(count: number): (row: Owned) => boolean {
  let owners = 0;
  let last: string | undefined;
  return ({ owner }) => {
    if (owner !== last) owners += 1;
    last = owner;
    return owners <= count;
  };
}

/** Hands out the rows of one after the other, in the order in which both come; those of nobody who is asked for are left out. */
export function rowsByOwner<Owner extends string | number, Row extends { readonly owner: Owner }>(
  rows: readonly Row[],
): (owner: Owner) => readonly Row[] {
  let at = 0;
  return (owner) => {
    for (let row = rows[at]; row !== undefined && row.owner < owner; row = rows[at]) at += 1;
    const start = at;
    while (rows[at]?.owner === owner) at += 1;
    return rows.slice(start, at);
  };
}
