import { describe, expect, it } from '@jest/globals';
import { entryBundle, parseTilePath, tilePath, widthOfTile } from '../../src/tlog/index.ts';

describe('paths of tiles (C2SP tlog-tiles)', () => {
  it.each([
    { path: '0/000', request: { level: 0, n: 0, width: 256 } },
    { path: '0/x001/x234/067', request: { level: 0, n: 1_234_067, width: 256 } },
    { path: '0/x001/x234/067.p/8', request: { level: 0, n: 1_234_067, width: 8 } },
    { path: '1/255.p/255', request: { level: 1, n: 255, width: 255 } },
    { path: 'entries/x273/063', request: { level: 'entries' as const, n: 273_063, width: 256 } },
    { path: 'entries/999.p/1', request: { level: 'entries' as const, n: 999, width: 1 } },
  ])('$path is read and written the same', ({ path, request }) => {
    expect(parseTilePath(path)).toEqual(request);
    expect(tilePath(request)).toBe(path);
  });

  it.each([
    '0/0',
    '0/00',
    '0/1000',
    '0/x000/001',
    '0/x001/34',
    '0/001/x067',
    '00/000',
    '6/000',
    '-1/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/08',
    '0/000.p/',
    'entries/',
    'entries',
    '0/000/',
    '../0/000',
    '',
  ])('"%s" is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('the width of a tile', () => {
  it.each([
    { level: 0, n: 0, size: 0, width: 0 },
    { level: 0, n: 0, size: 1, width: 1 },
    { level: 0, n: 0, size: 256, width: 256 },
    { level: 0, n: 1, size: 300, width: 44 },
    { level: 1, n: 0, size: 255, width: 0 },
    { level: 1, n: 0, size: 70_000, width: 256 },
    { level: 1, n: 1, size: 70_000, width: 17 },
    { level: 2, n: 0, size: 70_000, width: 1 },
    { level: 'entries' as const, n: 273, size: 70_000, width: 112 },
    { level: 0, n: 274, size: 70_000, width: 0 },
  ])('is $width at level $level, $n, of $size', ({ width, size, ...tile }) => {
    expect(widthOfTile(tile, size)).toBe(width);
  });
});

describe('a bundle of entries', () => {
  it('has the length of each before it, and no room for a longer one than a log holds', () => {
    expect(entryBundle([Buffer.from('ab'), Buffer.from('')]).toString('hex')).toBe('000261620000');
    expect(() => entryBundle([Buffer.alloc(65_536)])).toThrow(/out of range/);
  });
});
