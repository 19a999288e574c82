import { expect, it } from '@jest/globals';
import type { CanonicalValue } from '../../src/kernel/index.ts';
import { storableValue } from '../../src/ledger/storable-value.ts';

const DEPTH = 30;

/** A value within so many objects, each of which counts how often it is looked into. */
function nested(value: CanonicalValue): { readonly whole: CanonicalValue; readonly looked: () => number } {
  let looked = 0;
  let whole = value;
  for (let level = 0; level < DEPTH; level += 1) {
    const inner = whole;
    whole = {
      get a() {
        looked += 1;
        // Else a program that looks twice on each level would go on for minutes.
        if (looked > 10 * DEPTH) throw new Error('looks again and again');
        return inner;
      },
    };
  }
  return { whole, looked: () => looked };
}

it.each([
  { what: 'a list', value: [1, 'x'], stored: [1, 'x'] },
  { what: 'a text that no store takes', value: 'x\0', stored: 'x\ufffd' },
  { what: 'a number that is no safe integer', value: 0.5, stored: '0.5' },
])('looks at each member twice at the most, however deep it lies: $what', ({ value, stored }) => {
  const { looked, whole } = nested(value);
  let inner = storableValue(whole);
  expect(looked()).toBeLessThanOrEqual(2 * DEPTH);
  for (let level = 0; level < DEPTH; level += 1) inner = (inner as { readonly a: CanonicalValue }).a;
  expect(inner).toEqual(stored);
});

it('leaves what is storable as it is', () => {
  const value = { a: [{ b: 'c' }, [1]], d: null };
  expect(storableValue(value)).toBe(value);
});
