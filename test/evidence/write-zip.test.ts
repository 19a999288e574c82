import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { packZip, type ZipFile } from '../../src/evidence/write-zip.ts';
import { collected, unzip } from './sealed-sample.ts';

const long = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `{"i":${n},"leaf":"${randomBytes(9).toString('base64')}"}\n`).join(''));

function* inPieces(content: Buffer, bytes: number): Generator<Buffer> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}

function files(bytes: number): readonly ZipFile[] {
  return [
    { path: 'log/records.jsonl', pieces: inPieces(long, bytes) },
    { path: 'empty', pieces: [] },
    { path: 'a', pieces: [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')] },
  ];
}

describe('packing a ZIP piece by piece', () => {
  it('gives back what went in, sorted by name', async () => {
    const unpacked = await unzip(await collected(packZip(files(10_000))));
    expect([...unpacked.keys()]).toEqual(['a', 'empty', 'log/records.jsonl']);
    expect(unpacked.get('a')?.toString()).toBe('ab');
    expect(unpacked.get('log/records.jsonl')?.equals(long)).toBe(true);
  });

  it('gives the same bytes each time, and whatever pieces the files came in', async () => {
    const zip = await collected(packZip(files(10_000)));
    expect((await collected(packZip(files(10_000)))).equals(zip)).toBe(true);
    expect((await collected(packZip(files(777)))).equals(zip)).toBe(true);
    expect((await collected(packZip(files(long.length)))).equals(zip)).toBe(true);
  });

  it('reads a file only when its turn comes, and no further than is taken', async () => {
    const read: string[] = [];
    const lazy = (path: string): ZipFile => ({
      path,
      pieces: (function* () {
        read.push(path);
        yield Buffer.from(path);
      })(),
    });
    const zip = packZip([lazy('b'), lazy('a')]);
    await zip.next();
    expect(read).toEqual([]);
    await zip.next();
    expect(read).toEqual(['a']);
    await zip.return(undefined);
    expect(read).toEqual(['a']);
  });

  it('ends in the error of a file that cannot be read, and not in a ZIP', async () => {
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.from('so far'));
      throw new Error('the connection was lost');
    })();
    await expect(collected(packZip([{ path: 'a', pieces: broken }]))).rejects.toThrow('the connection was lost');
  });
});
