import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { writeZip } from '../../src/evidence/write-zip.ts';
import { nodeUnpacking, openZip, readWhole, zipInMemory } from '../../src/verifier/index.ts';
import { craftZip } from './crafted-zip.ts';
import { zipTricks } from './zip-tricks.ts';

const files = new Map([
  ['a.txt', Buffer.from('a'.repeat(1000))],
  ['empty', Buffer.alloc(0)],
  ['log/b.bin', Buffer.from([0, 1, 2])],
]);

const whole = await writeZip(files);

interface Unpacked {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly problems: readonly string[];
}

/** All that can be unpacked, and what cannot; undefined for no ZIP. */
async function unpack(zip: Buffer): Promise<Unpacked | undefined> {
  const opened = await openZip(zipInMemory(zip), nodeUnpacking);
  if (opened === undefined) return undefined;
  const unpacked = new Map<string, Buffer>();
  for (const path of opened.paths) {
    await readWhole(opened, path).then(
      (content) => unpacked.set(path, content),
      () => undefined, // told among the problems
    );
  }
  return { files: unpacked, problems: opened.problems().map(({ detail }) => detail) };
}

describe('unpacking', () => {
  it('gives back what was packed, whatever the order', async () => {
    const unpacked = await unpack(await writeZip(new Map([...files].toReversed())));
    expect(unpacked).toEqual({ files, problems: [] });
    expect(await writeZip(new Map([...files].toReversed()))).toEqual(whole);
  });

  it('takes what common packers add: folders, times of files, sizes behind the data, files that are only stored', async () => {
    const times = Buffer.from([0x55, 0x54, 0x05, 0x00, 0x03, 1, 2, 3, 4]);
    const zip = craftZip([
      { name: 'log/', method: 0, content: Buffer.alloc(0), mode: 0o40755 },
      { name: 'log/a', extra: times },
      { name: 'b', method: 0 },
      { name: 'c', isStreamed: true },
      { name: 'd', mode: 0 },
    ]);
    const unpacked = await unpack(zip);
    expect(unpacked?.problems).toEqual([]);
    expect([...(unpacked?.files ?? [])].map(([name, content]) => `${name} ${content.toString()}`)).toEqual(
      ['log/a', 'b', 'c', 'd'].map((name) => `${name} content`),
    );
  });

  it.each(zipTricks)('names $trick', async ({ zip, says }) => {
    const unpacked = await unpack(zip([{ name: 'first' }], [{ name: 'last' }]));
    expect(unpacked?.problems).toContainEqual(expect.stringMatching(says));
  });

  it('reads nothing beyond what a file says that it unpacks to', async () => {
    const packed = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const opened = await openZip(zipInMemory(craftZip([{ name: 'bomb', packed, content: Buffer.alloc(10) }])), nodeUnpacking);
    let read = 0;
    await expect(
      (async () => {
        for await (const piece of opened?.read('bomb') ?? []) read += piece.length;
      })(),
    ).rejects.toThrow('bomb cannot be unpacked: it is larger than the ZIP says');
    expect(read).toBe(0);
  });

  it('refuses more files than a bundle has', async () => {
    const many = new Map(Array.from({ length: 4001 }, (_, n) => [`f${n}`, Buffer.alloc(0)]));
    expect((await unpack(await writeZip(many)))?.problems).toEqual(['the ZIP holds more than 4000 files']);
  });

  it.each([
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'noise', bytes: Buffer.from('noise'.repeat(100)) },
    { what: 'the first half of a ZIP', bytes: whole.subarray(0, 80) },
    { what: 'the second half of a ZIP', bytes: whole.subarray(-30) },
  ])('finds no ZIP in $what', async ({ bytes }) => {
    expect(await unpack(bytes)).toBeUndefined();
  });

  it('never throws, and never gives back anything else without a word, whichever byte of a ZIP is another', async () => {
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      const unpacked = await unpack(changed);
      if (unpacked?.problems.length === 0) expect(unpacked.files).toEqual(files);
    }
  });
});
