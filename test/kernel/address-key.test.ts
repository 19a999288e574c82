import { describe, expect, it } from '@jest/globals';
import { addressKey } from '../../src/kernel/index.ts';

describe('the key of an address', () => {
  it.each([
    { name: 'Latin letters', address: 'Ann.Adler@Contoso.Example', key: 'ann.adler@contoso.example' },
    { name: 'blanks around it', address: '\u00a0 ann@contoso.example ', key: 'ann@contoso.example' },
    { name: 'a capital I, in any locale', address: 'INFO@contoso.example', key: 'info@contoso.example' },
    { name: 'a dotted capital I', address: '\u0130nci@contoso.example', key: 'i\u0307nci@contoso.example' },
    {
      name: 'a sigma at the end of a name, and within',
      address: '\u03a3\u03a3\u03a3@contoso.example',
      key: '\u03c3\u03c3\u03c2@contoso.example',
    },
    { name: 'a capital sharp s', address: 'GRO\u1e9e@contoso.example', key: 'gro\u00df@contoso.example' },
    { name: 'a Kelvin sign', address: '\u212aurt@contoso.example', key: 'kurt@contoso.example' },
    { name: 'a domain in letters', address: 'M\u00fcller@B\u00fccher.example', key: 'm\u00fcller@xn--bcher-kva.example' },
    { name: 'a domain for the wire', address: 'm\u00fcller@XN--BCHER-KVA.example', key: 'm\u00fcller@xn--bcher-kva.example' },
    { name: 'a letter of a domain and its accent apart', address: 'ann@cafe\u0301.example', key: 'ann@xn--caf-dma.example' },
    { name: 'labels in several scripts', address: 'ann@\u65e5\u672c\u8a9e.b\u00fccher.jp', key: 'ann@xn--wgv71a119e.xn--bcher-kva.jp' },
    { name: 'what is no domain, as it is', address: 'ann@b\u00fc/x', key: 'ann@b\u00fc/x' },
    { name: 'a domain that cannot go over the wire, as it is', address: 'ann@xn--zzzz-\u00fc.example', key: 'ann@xn--zzzz-\u00fc.example' },
    { name: 'a name that is no address, as it is', address: 'b\u00fccher.example', key: 'b\u00fccher.example' },
    { name: 'a letter and its accent apart', address: 'Jose\u0301@contoso.example', key: 'jos\u00e9@contoso.example' },
  ])('folds $name, and folds what is folded to the same', ({ address, key }) => {
    expect(addressKey(address)).toBe(key);
    expect(addressKey(key)).toBe(key);
  });
});
