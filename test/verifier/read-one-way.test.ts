import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReadOneWay } from '../../src/verifier/json-shape.ts';

function isOneWay(text: string): boolean {
  return isReadOneWay(JSON.parse(text), Buffer.from(text));
}

describe('JSON that every program reads alike', () => {
  const spaces = fc.constantFrom(undefined, 1, 2, '\t', ' \t ');

  it('is what the platform writes of any value, with any white space between what is said', () => {
    const law = fc.property(fc.jsonValue({ maxDepth: 5 }), spaces, (value, space) =>
      isOneWay(`\r\n${JSON.stringify(value, null, space)}\n `),
    );
    fc.assert(law, {
      examples: [
        [[], 1],
        [{}, 1],
        [{ items: [{ text: 'a "quoted\\" word, { } and  spaces \\' }, []] }, 2],
        ['Łódź 😀 \ud800', undefined],
      ],
    });
  });

  it.each([
    { what: 'a member twice', text: '{"a":1,"a":1}' },
    { what: 'a member twice, further down', text: '{"list":[{"a":{"b":[{"c":1,"c":2}]}}]}' },
    { what: 'a number beyond precision', text: '[9007199254740993]' },
    { what: 'a number written otherwise', text: '{"hours":24.0}' },
    { what: 'zero below nothing', text: '[-0]' },
    { what: 'a letter escaped that need not be', text: '{"name":"\\u0041"}' },
    { what: 'a solidus escaped', text: '["a\\/b"]' },
    { what: 'members that are numbers, out of order', text: '{"b":1,"2":1,"1":1}' },
  ])('is not $what', ({ text }) => {
    expect(isOneWay(text)).toBe(false);
  });

  it('ends where the value does', () => {
    expect(isReadOneWay({ a: 1 }, Buffer.from('{"a":1} {}'))).toBe(false);
    expect(isReadOneWay({ a: 1 }, Buffer.from('{"a":1'))).toBe(false);
  });
});
