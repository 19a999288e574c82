import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTimestampAnswer, timestampRequest } from '../../src/tlog/index.ts';
import { opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';

const digest = createHash('sha256').update('a checkpoint').digest();
const nonce = Buffer.from('4123456789abcdef', 'hex');

let authority: OpensslAuthority;
let answer: Buffer;
beforeAll(async () => {
  authority = await opensslAuthority();
  answer = authority.stamp(timestampRequest(digest, nonce));
});
afterAll(() => authority.close());

describe('a time stamp (RFC 3161)', () => {
  it('is asked for in 69 bytes that an authority of another make understands', () => {
    expect(timestampRequest(digest, nonce)).toHaveLength(69);
    expect(authority.verify('a checkpoint', answer)).toContain('Verification: OK');
  });

  it('is read: what was stamped, for which request, and when', () => {
    const read = readTimestampAnswer(answer);
    if (read?.kind !== 'granted') throw new Error('it was not granted');
    expect(read.digest).toEqual(digest);
    expect(read.nonce).toEqual(nonce);
    expect(new Date(read.atMs).getUTCFullYear()).toBeGreaterThan(2020);
  });

  it('is refused as the authority says, when it does not take the request', () => {
    const unknownDigest = Buffer.from(
      timestampRequest(digest, nonce).toString('hex').replace('6086480165030402010500', '6086480165030402030500'),
      'hex',
    );
    expect(readTimestampAnswer(authority.stamp(unknownDigest))).toEqual({ kind: 'refused', status: 2 });
  });

  it('is none, wherever it is cut off', () => {
    for (let length = 0; length < answer.length; length += 1) expect(readTimestampAnswer(answer.subarray(0, length))).toBeUndefined();
    expect(readTimestampAnswer(Buffer.concat([answer, Buffer.of(0)]))).toBeUndefined();
  });

  it.each([
    { what: 'an answer in HTML', bytes: Buffer.from('<html>busy</html>') },
    { what: 'a length that nothing has', bytes: Buffer.from('30ffffffff', 'hex') },
    { what: 'an empty sequence', bytes: Buffer.from('3000', 'hex') },
    { what: 'granted without a token', bytes: Buffer.from('30053003020100', 'hex') },
  ])('is none in $what', ({ bytes }) => {
    expect(readTimestampAnswer(bytes)).toBeUndefined();
  });

  it.each([
    { what: 'a short digest', with: () => timestampRequest(digest.subarray(1), nonce) },
    { what: 'a short nonce', with: () => timestampRequest(digest, nonce.subarray(1)) },
    { what: 'a negative nonce', with: () => timestampRequest(digest, Buffer.from('c123456789abcdef', 'hex')) },
    { what: 'a nonce that begins with zero', with: () => timestampRequest(digest, Buffer.alloc(8)) },
  ])('is not asked for with $what', (row) => {
    expect(row.with).toThrow(RangeError);
  });
});
