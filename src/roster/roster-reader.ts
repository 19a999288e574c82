import { decodeRosterFile } from './decode-roster-file.ts';
import { parseRoster } from './parse-roster.ts';
import { readJsonRoster } from './read-json-roster.ts';
import type { ImportRequest } from './work-import.ts';

/** How the bytes of a roster are read, by how it came: rows that a program pushed are kept as `{"rows": [...]}`, all else is a file. */
export function readerOf(source: ImportRequest['source'], bytes: Buffer): ImportRequest['read'] {
  if (source !== 'push') return (mapping) => parseRoster(decodeRosterFile(bytes), mapping);
  return (mapping) => {
    const { rows } = JSON.parse(bytes.toString('utf8')) as { readonly rows: unknown };
    return Promise.resolve(readJsonRoster(rows, mapping));
  };
}
