import { describe, expect, it } from '@jest/globals';
import { slicesOf } from '../../src/roster/decode-roster-file.ts';
import { canonicalMapping } from '../../src/roster/roster-mapping.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';

const text = 'employee_id;work_email;display_name;start_date;end_date\n1;ada@contoso.example;Ada;2020-01-01;\n';
const commas = text.replaceAll(';', ',');

const rows: readonly { name: string; bytes: Buffer; format: object }[] = [
  { name: 'UTF-8 with commas', bytes: Buffer.from(commas), format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 } },
  { name: 'UTF-8 with its mark', bytes: Buffer.from(`\uFEFF${commas}`), format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 } },
  { name: 'a header after empty lines', bytes: Buffer.from(`\n\n${commas}`), format: { encoding: 'utf-8', delimiter: ',', headerLine: 3 } },
  {
    name: 'Unicode text of Excel',
    bytes: Buffer.from(`\uFEFF${text.replaceAll(';', '\t')}`, 'utf16le'),
    format: { encoding: 'utf-16le', delimiter: '\t', headerLine: 1 },
  },
  {
    name: 'UTF-16 the other way round',
    bytes: Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    format: { encoding: 'utf-16be', delimiter: ';', headerLine: 1 },
  },
];

describe('how a roster was read', () => {
  it.each(rows)('is said of a file: $name', async ({ bytes, format }) => {
    expect((await readerOf('file', slicesOf(bytes))(canonicalMapping)).format).toEqual(format);
  });

  it('is said of no rows that a program pushed', async () => {
    expect((await readerOf('push', [Buffer.from('{"rows": []}')])(canonicalMapping)).format).toBeNull();
  });
});
