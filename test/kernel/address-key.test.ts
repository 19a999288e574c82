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
    { name: 'a letter and its accent apart', address: 'Jose\u0301@contoso.example', key: 'jos\u00e9@contoso.example' },
  ])('folds $name, and folds what is folded to the same', ({ address, key }) => {
    expect(addressKey(address)).toBe(key);
    expect(addressKey(key)).toBe(key);
  });
});
