import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { writeZip } from '../../src/evidence/write-zip.ts';
import { type Inflate, readZip } from '../../src/verifier/index.ts';

const inflate: Inflate = (packed, maxOutputLength) => inflateRawSync(packed, { maxOutputLength });
const files = new Map([
  ['a.txt', Buffer.from('a'.repeat(1000))],
  ['log/b.bin', Buffer.from([0, 1, 2])],
  ['empty', Buffer.alloc(0)],
]);

/** The ZIP of one file under a name that our own writer would take as well, renamed byte by byte. */
function renamed(name: string): Buffer {
  const placeholder = 'x'.repeat(name.length);
  const zip = writeZip(new Map([[placeholder, Buffer.from('content')]]));
  return Buffer.from(zip.toString('latin1').replaceAll(placeholder, name), 'latin1');
}

/** Both entries of a ZIP under one name. */
function doubled(): Buffer {
  const zip = writeZip(
    new Map([
      ['aaaa', Buffer.from('1')],
      ['bbbb', Buffer.from('2')],
    ]),
  );
  return Buffer.from(zip.toString('latin1').replaceAll('bbbb', 'aaaa'), 'latin1');
}

/** A file that says it is small and unpacks to 64 MiB. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
  const zip = writeZip(new Map([['bomb', Buffer.alloc(64 * 1024 * 1024)]]));
  const said = Buffer.alloc(4);
  said.writeUInt32LE(64 * 1024 * 1024);
  const small = Buffer.alloc(4);
  small.writeUInt32LE(10);
  expect(packed.length).toBeLessThan(100_000);
  return Buffer.from(zip.toString('latin1').replaceAll(said.toString('latin1'), small.toString('latin1')), 'latin1');
}

/** One whose directory says that a file unpacks to 4 GiB. */
function huge(): Buffer {
  const zip = writeZip(new Map([['huge', Buffer.alloc(0x01020304 % 5000)]]));
  const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  zip.writeUInt32LE(0xffff_ffff, directory + 24);
  return zip;
}

describe('unpacking', () => {
  it('gives back what was packed, whatever the order', () => {
    const content = readZip(writeZip(new Map([...files].toReversed())), inflate);
    expect(content?.problems).toEqual([]);
    expect(new Map([...(content?.files ?? [])].map(([path, bytes]) => [path, Buffer.from(bytes)]))).toEqual(files);
    expect(writeZip(new Map([...files].toReversed()))).toEqual(writeZip(files));
  });

  it.each(['../escape', '/etc/passwd', 'a/../../b', 'a\\b', 'C:\\x', 'a//b', './a', '.hidden', 'a\u0000b', 'tab\tname', 'ü'])(
    'refuses the name %j and goes on',
    (name) => {
      const content = readZip(renamed(name), inflate);
      expect(content?.files.size).toBe(0);
      expect(content?.problems).toMatchObject([{ code: 'unpacking', detail: expect.stringContaining('is not a name') }]);
    },
  );

  it('names a file that is there twice', () => {
    const content = readZip(doubled(), inflate);
    expect(content?.problems).toMatchObject([
      { code: 'unpacking', detail: expect.stringContaining('"aaaa" is in the ZIP more than once') },
    ]);
  });

  it.each([
    { what: 'unpacks to more than it says', zip: bomb, says: /"bomb" cannot be unpacked/ },
    { what: 'says that it unpacks to more than the limit', zip: huge, says: /"huge" is left out/ },
  ])('refuses a file that $what', ({ zip, says }) => {
    const content = readZip(zip(), inflate);
    expect(content?.files.size).toBe(0);
    expect(content?.problems).toMatchObject([{ code: 'unpacking', detail: expect.stringMatching(says) }]);
  });

  it('refuses more files than a bundle has', () => {
    const many = new Map(Array.from({ length: 1001 }, (_, n) => [`f${n}`, Buffer.alloc(0)]));
    expect(readZip(writeZip(many), inflate)?.problems).toMatchObject([{ code: 'unpacking' }]);
  });

  it.each([
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'noise', bytes: Buffer.from('noise'.repeat(100)) },
    { what: 'the first half of a ZIP', bytes: writeZip(files).subarray(0, 80) },
    { what: 'the second half of a ZIP', bytes: writeZip(files).subarray(-30) },
  ])('finds no ZIP in $what', ({ bytes }) => {
    expect(readZip(bytes, inflate)).toBeUndefined();
  });

  it('never throws, whichever byte of a ZIP is another', () => {
    const zip = writeZip(files);
    for (let at = 0; at < zip.length; at += 1) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(() => readZip(changed, inflate)).not.toThrow();
    }
  });
});
