import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawSample } from '../../src/verdict/index.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const people = ['c', 'a', 'e', 'b', 'd'];

describe('a sample', () => {
  it('is of whoever has the lowest SHA-256 of seed, colon and id', () => {
    const order = people.map((id) => ({ id, digest: sha256(`s:${id}`) })).sort((x, y) => (x.digest < y.digest ? -1 : 1));
    expect(drawSample(people, { seed: 's', size: 4 })).toEqual({ populationSha256: sha256('a\nb\nc\nd\ne\n'), drawn: order.slice(0, 4) });
  });

  it('depends on neither the order of the population nor on anything but seed and ids', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { maxLength: 20 }),
        fc.string({ minLength: 1 }),
        fc.integer({ min: 1, max: 25 }),
        (ids, seed, size) => {
          const drawn = drawSample(ids, { seed, size });
          expect(drawSample(ids.toReversed(), { seed, size })).toEqual(drawn);
          expect(drawn.drawn).toHaveLength(Math.min(size, ids.length));
          // A larger sample goes on from a smaller one.
          expect(drawSample(ids, { seed, size: size + 1 }).drawn.slice(0, drawn.drawn.length)).toEqual(drawn.drawn);
        },
      ),
    );
  });
});
