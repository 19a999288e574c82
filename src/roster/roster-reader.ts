import { decodeRosterFile, type Pieces, type RosterEncoding, slicesOf } from './decode-roster-file.ts';
import { parseRoster, type RosterReading } from './parse-roster.ts';
import { readJsonRoster } from './read-json-roster.ts';
import type { RosterMapping } from './roster-mapping.ts';
import type { SentRoster } from './import-roster.ts';
import type { ImportRequest } from './work-import.ts';

/** How the bytes of a roster are read, by how it came: rows that a program pushed are kept as `{"rows": [...]}`, all else is a file. Once only. */
export function readerOf(source: ImportRequest['source'], pieces: Pieces<Buffer>): ImportRequest['read'] {
  if (source !== 'push') return (mapping) => readFile(pieces, mapping);
  return async (mapping) => {
    const all: Buffer[] = [];
    for await (const piece of pieces) all.push(piece);
    const { rows } = JSON.parse(Buffer.concat(all).toString('utf8')) as { readonly rows: unknown };
    return readJsonRoster(rows, mapping);
  };
}

async function readFile(pieces: Pieces<Buffer>, mapping: RosterMapping): Promise<RosterReading> {
  // What has no bytes is refused as empty.
  let encoding: RosterEncoding = 'utf-8';
  const text = decodeRosterFile(pieces, (found) => {
    encoding = found;
  });
  const { table, ...reading } = await parseRoster(text, mapping);
  return { ...reading, format: { encoding, ...table } };
}

/** A roster as it came, whole. */
export function sentRoster(source: ImportRequest['source'], bytes: Buffer): Pick<SentRoster, 'source' | 'bytes' | 'read'> {
  return { source, bytes, read: readerOf(source, slicesOf(bytes)) };
}
