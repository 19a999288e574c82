import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CanonicalValue, canonicalJson } from '../../src/kernel/index.ts';

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    {
      name: 'keys sorted by UTF-16 code units (§3.2.3)',
      value: { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      text: '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    },
    { name: 'ECMAScript escapes (§3.2.2.2)', value: '\u20ac$\u000f\nA\'B"\\\\"/', text: '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"' },
    { name: 'literals and lists', value: [null, true, false, 0, -0, [], {}], text: '[null,true,false,0,0,[],{}]' },
  ])('writes $name', ({ value, text }) => {
    expect(canonicalJson(value as CanonicalValue)).toBe(text);
  });

  it.each([
    { name: 'a fraction', value: { a: [0.1] }, complaint: '$.a[0]: 0.1 is not a safe integer' },
    { name: 'an unsafe integer', value: 2 ** 53, complaint: 'not a safe integer' },
    { name: 'a lone surrogate', value: '\ud800', complaint: 'surrogate' },
    { name: 'undefined', value: { a: undefined } as unknown as CanonicalValue, complaint: '$.a: undefined is not JSON' },
    { name: 'a date', value: new Date(0) as unknown as CanonicalValue, complaint: 'plain objects' },
  ])('refuses $name, naming its place', ({ value, complaint }) => {
    expect(() => canonicalJson(value)).toThrow(complaint);
  });

  it('reads back as the value it was, whatever the order of its keys', () => {
    const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = canonicalJson(value as CanonicalValue);
        expect(canonicalJson(JSON.parse(text) as CanonicalValue)).toBe(text);
      }),
    );
  });
});
