import { describe, expect, it } from '@jest/globals';
import { bearerToken, createSecretBox, SEALED_HEAD_BYTES, hashToken, newToken } from '../../src/platform/index.ts';

describe('the secret box', () => {
  const box = createSecretBox(Buffer.alloc(32, 1));

  it('opens what it sealed, and seals the same text differently each time', () => {
    const [one, two] = [box.seal('a secret', 'connection 1'), box.seal('a secret', 'connection 1')];
    expect(box.open(one, 'connection 1').toString()).toBe('a secret');
    expect(one.equals(two)).toBe(false);
  });

  it.each([0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])('seals %i bytes piece by piece as it would in one', (length) => {
    const plain = Buffer.alloc(length, 'roster');
    const { body, head } = box.sealLarge(plain, 'import 1');
    const pieces = [...body];
    const sealed = Buffer.concat([head(), ...pieces]);
    expect(sealed).toHaveLength(box.seal(plain, 'import 1').length);
    expect(box.open(sealed, 'import 1').equals(plain)).toBe(true);
    expect(pieces.every((piece) => piece.length <= 1 << 20)).toBe(true);
    expect(() => box.open(sealed, 'import 2')).toThrow();
  });

  it.each([
    { name: 'another context', open: (sealed: Buffer) => box.open(sealed, 'connection 2') },
    { name: 'another key', open: (sealed: Buffer) => createSecretBox(Buffer.alloc(32, 2)).open(sealed, 'connection 1') },
    {
      name: 'a changed byte',
      open: (sealed: Buffer) =>
        box.open(Buffer.from(sealed.map((byte, at) => (at === sealed.length - 1 ? byte ^ 1 : byte))), 'connection 1'),
    },
    { name: 'a cut tail', open: (sealed: Buffer) => box.open(sealed.subarray(0, 20), 'connection 1') },
  ])('refuses $name', ({ open }) => {
    expect(() => open(box.seal('a secret', 'connection 1'))).toThrow();
  });

  it('opens piece by piece what it sealed, and gives no last piece of what was changed', async () => {
    const plain = Buffer.alloc((2 << 20) + 5, 'roster ');
    const sealed = box.seal(plain, 'connection 1');
    const head = sealed.subarray(0, SEALED_HEAD_BYTES);
    async function* inPieces(body: Buffer) {
      for (let start = 0; start < body.length; start += 1 << 20) yield body.subarray(start, start + (1 << 20));
    }
    const open = async (body: Buffer) => {
      const pieces: Buffer[] = [];
      for await (const piece of box.openLarge(head, inPieces(body), 'connection 1')) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    const body = sealed.subarray(SEALED_HEAD_BYTES);
    expect((await open(body)).equals(plain)).toBe(true);
    body[0] = (body[0] ?? 0) ^ 1;
    await expect(open(body)).rejects.toThrow();
  });

  it('wants a key of 32 bytes', () => {
    expect(() => createSecretBox(Buffer.alloc(16))).toThrow('32 bytes');
  });
});

describe('bearer tokens', () => {
  it('are unguessable, never the same, and name their kind', () => {
    const [one, two] = [newToken('rcs'), newToken('rcs')];
    expect(one).toMatch(/^rcs_[A-Za-z0-9_-]{43}$/);
    expect(one).not.toBe(two);
    expect(hashToken(one)).toHaveLength(32);
  });

  it.each([
    { header: 'Bearer rcs_abc', token: 'rcs_abc' },
    { header: 'bearer rcs_abc', token: 'rcs_abc' },
    { header: 'Basic dXNlcjpwYXNz', token: undefined },
    { header: 'Bearer', token: undefined },
    { header: 'Bearer a b', token: undefined },
    { header: undefined, token: undefined },
  ])('are read from $header', ({ header, token }) => {
    expect(bearerToken(header)).toBe(token);
  });
});
