import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type * as kernel from '../../src/kernel/index.ts';
import { importForBrowser } from '../support/browser-realm.ts';

type Digests = Pick<typeof kernel, 'digesting' | 'digestOf'>;

const { Buffer: InBrowser } = await importForBrowser<{ readonly Buffer: BufferConstructor }>('src/kernel/buffer.browser.ts');
const { digesting, digestOf } = await importForBrowser<Digests>('src/kernel/digest.ts');

const encodings = ['utf8', 'latin1', 'hex', 'base64', 'base64url'] as const;
const bytes = fc.uint8Array({ maxLength: 300 });
const plain = (made: Uint8Array) => [...made];

describe('the Buffer that a browser gets does what Node.js does', () => {
  it.each(encodings)('with bytes as %s', (encoding) => {
    fc.assert(fc.property(bytes, (given) => expect(InBrowser.from(given).toString(encoding)).toBe(Buffer.from(given).toString(encoding))));
  });

  it.each(['utf8', 'latin1'] as const)('with any text as %s', (encoding) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(InBrowser.from(text, encoding))).toEqual(plain(Buffer.from(text, encoding)));
      }),
    );
  });

  it.each(['hex', 'base64', 'base64url'] as const)('with %s, and tells it from what is almost that', (encoding) => {
    const almost = fc.string({ unit: fc.constantFrom('a', 'F', '0', '-', '_', '+', '/', '=', '\n', 'ÿ', '\u{1f600}') });
    const isExact = (made: Uint8Array, text: string) => Buffer.from(made).toString(encoding) === text;
    fc.assert(
      fc.property(bytes, almost, (given, text) => {
        const exact = Buffer.from(given).toString(encoding);
        expect(plain(InBrowser.from(exact, encoding))).toEqual(plain(given));
        expect(isExact(InBrowser.from(text, encoding), text)).toBe(isExact(Buffer.from(text, encoding), text));
      }),
    );
  });

  it('with bytes that are no UTF-8, and with a mark of the order of bytes', () => {
    for (const hex of ['efbbbf41', 'c328', 'e28241', 'f0908d', 'eda080', 'ff', '41ff42']) {
      expect(InBrowser.from(hex, 'hex').toString('utf8')).toBe(Buffer.from(hex, 'hex').toString('utf8'));
    }
  });

  it('with numbers in bytes, comparison, parts and wholes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 40 }), bytes, fc.nat(4), (given, other, at) => {
        const [browser, node] = [InBrowser.from(given), Buffer.from(given)];
        expect(browser.readUInt16LE(at)).toBe(node.readUInt16LE(at));
        expect(browser.readUInt32LE(at)).toBe(node.readUInt32LE(at));
        expect(browser.readUIntBE(at, 4)).toBe(node.readUIntBE(at, 4));
        expect(browser.readInt8(at)).toBe(node.readInt8(at));
        expect(browser.indexOf(given[7] ?? 0)).toBe(node.indexOf(given[7] ?? 0));
        expect(browser.equals(other)).toBe(node.equals(other));
        expect(browser.equals(given)).toBe(true);
        expect(InBrowser.compare(browser, other)).toBe(Buffer.compare(node, other));
        expect(plain(browser.subarray(at, -1))).toEqual(plain(node.subarray(at, -1)));
        expect(browser.subarray(at).toString('hex')).toBe(node.subarray(at).toString('hex'));
        expect(plain(InBrowser.concat([given, other]))).toEqual(plain(Buffer.concat([given, other])));
      }),
    );
  });

  it('and nothing outside of the bytes', () => {
    expect(() => InBrowser.from('abc').readUInt32LE(0)).toThrow('outside of the bytes');
    expect(() => InBrowser.from('abc').readUInt8(3)).toThrow('outside of the bytes');
  });
});

describe('digests in a browser', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('%s is that of Node.js, whole and in pieces', (name) => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const node = createHash(name).update(first).update(second).digest('hex');
        const state = digesting(name);
        state.update(first);
        state.update(second);
        expect(state.end().toString('hex')).toBe(node);
        expect(digestOf(name, Buffer.concat([first, second])).toString('hex')).toBe(node);
      }),
    );
  });
});
