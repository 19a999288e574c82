import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { itemsOf } from '../../src/directory/listing-items.ts';
import { readObject } from '../../src/directory/json-shape.ts';
import { readFrame, readItem } from '../../src/directory/unread-listing.ts';

const id = '84360e8b-3321-4e37-b9ec-10fccd0263b8';

/** What comes of a page: its items and the rest, or nothing. */
type Outcome = { readonly items: readonly unknown[]; readonly next: unknown } | 'none';

function outcomeOf(read: () => Outcome): Outcome {
  try {
    return read();
  } catch {
    return 'none';
  }
}

const inParts = (body: Buffer) =>
  outcomeOf(() => {
    const listing = readFrame(body);
    return listing === undefined ? 'none' : { items: listing.items.map(readItem), next: listing.frame['@odata.nextLink'] };
  });

const asAWhole = (body: Buffer) =>
  outcomeOf(() => {
    const page = readObject(body);
    return page === undefined ? 'none' : { items: itemsOf(page), next: page['@odata.nextLink'] };
  });

/** Texts full of what has a meaning in JSON. */
const text = fc.stringMatching(/^["\\[\]{},:a é\u{1f600}]{0,8}$/u);
const item = fc.oneof(
  fc.record({ id: fc.constantFrom(id, id.toUpperCase(), 'x'), name: text, more: fc.jsonValue({ maxDepth: 2 }) }, { requiredKeys: [] }),
  fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
);
const page = fc
  .record({
    before: fc.dictionary(fc.constantFrom('@odata.context', 'x', 'value'), fc.oneof(text, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 2 }),
    value: fc.array(fc.oneof({ weight: 9, arbitrary: item }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) }), { maxLength: 4 }),
    after: fc.dictionary(fc.constantFrom('@odata.nextLink', 'y', 'VALUE'), text, { maxKeys: 2 }),
    space: fc.constantFrom(0, 0, 0, 1),
  })
  .map(({ before, value, after, space }) => JSON.stringify({ ...before, value, ...after }, null, space));

const spoiler = fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', ':', '0', 'a', ' ', '\t', '\n');

describe('a page of which the items are read one by one', () => {
  it('is the page as it is when it is read as a whole, whatever stands in it', () => {
    fc.assert(
      fc.property(page, (body) => {
        expect(inParts(Buffer.from(body))).toEqual(asAWhole(Buffer.from(body)));
      }),
      { numRuns: 500 },
    );
  });

  it('is no page when it is none as a whole: cut short, or with some bytes of it others', () => {
    const spoilt = fc
      .tuple(page, fc.array(fc.tuple(fc.nat(), spoiler), { maxLength: 3 }), fc.option(fc.nat()))
      .map(([body, changes, end]) => {
        const bytes = Buffer.from(body);
        for (const [at, character] of changes) bytes[at % bytes.length] = character.charCodeAt(0);
        return end === null ? bytes : bytes.subarray(0, end % bytes.length);
      });
    fc.assert(
      fc.property(spoilt, (bytes) => {
        expect(inParts(bytes)).toEqual(asAWhole(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    { name: 'brackets and quotes within texts', body: `{"value":[{"id":"${id}","a":"]}\\"{["}],"@odata.nextLink":"https://x/?a]}"}` },
    { name: 'a list of that name further in', body: `{"a":{"value":[{"b":1}]},"value":[{"id":"${id}"}]}` },
    { name: 'a list of that name within an item', body: '{"value":[{"a":{"value":[{"b":1}]}},{"c":2}]}' },
    { name: 'two lists of that name, of which the later counts', body: '{"value":[{"a":1}],"value":[{"b":2}]}' },
    { name: 'that name again, written otherwise', body: '{"value":[{"a":1}],"v\\u0061lue":[{"b":2}]}' },
    { name: 'that name at the end of another', body: '{"a\\"value":[{"a":1}],"value":[{"b":2}]}' },
    { name: 'no items', body: '{"value":[],"@odata.nextLink":"https://x/"}' },
    { name: 'an item that is no object', body: '{"value":[{"a":1},7]}' },
    { name: 'a member that is no list', body: '{"value":{"a":1}}' },
    { name: 'no list', body: '{"a":1}' },
    { name: 'a comma too many', body: '{"value":[{"a":1},]}' },
    { name: 'a comma too few', body: '{"value":[{"a":1}{"b":2}]}' },
    { name: 'brackets that do not match', body: '{"value":[{"a":[1}]]}' },
    { name: 'something after its end', body: '{"value":[{"a":1}]} {}' },
    { name: 'HTML', body: '<html>"value":[{"a":1}]</html>' },
  ])('with $name', ({ body }) => {
    expect(inParts(Buffer.from(body))).toEqual(asAWhole(Buffer.from(body)));
  });

  it('finds ids without reading, in lower case, where Graph writes them, and takes nothing else for one', () => {
    const other = '00000000-0000-4000-8000-000000000001';
    const items = [
      `{"id":"${id.toUpperCase()}"}`,
      `{"@odata.type":"#microsoft.graph.user","id":"${id}"}`,
      `{"manager":{"id":"${other}"},"id":"${id}"}`,
      `{"a":"\\"id\\":\\"${other}\\"","id":"${id}"}`,
      `{"manager":{"id":"${other}"}}`,
      '{"id":"x"}',
    ];
    const found = readFrame(Buffer.from(`{"value":[${items.join(',')}]}`))?.items;
    expect(found?.map((each) => each.id)).toEqual([id, id, id, id, undefined, undefined]);
    expect(found?.map(({ bytes }) => bytes.toString())).toEqual(items);
  });
});
