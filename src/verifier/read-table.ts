import { textAt } from './json-shape.ts';

/** A row of a table by the names of its columns; `line` counts rows, the heading being the first. */
export interface TableRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One field and what stands behind it (RFC 4180 §2): a comma, the end of a line, or of the file. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;

/** Reads a table strictly (RFC 4180, CRLF, no byte order mark). Throws a TypeError for what another program could read differently. */
export function readTable(bytes: Uint8Array, where: string): Table {
  const [columns = [], ...rows] = recordsOf(utf8.decode(bytes), where);
  if (new Set(columns).size < columns.length) throw new TypeError(`${where} has two columns of one name`);
  return {
    columns,
    rows: rows.map((cells, index) => {
      const line = index + 2;
      if (cells.length !== columns.length) throw new TypeError(`${where}, row ${line} has ${cells.length} cells, not ${columns.length}`);
      return { line, cells: new Map(columns.map((name, column) => [name, textAt(cells[column], name)])) };
    }),
  };
}

function recordsOf(text: string, where: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const [, quoted, plain = '', end] = FIELD.exec(text) ?? [];
    if (end === undefined) throw new TypeError(`${where}, row ${records.length + 1} is no line of a table`);
    record.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  if (record.length > 0) throw new TypeError(`${where} ends within a row`);
  return records;
}
