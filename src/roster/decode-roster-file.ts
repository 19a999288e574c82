import { isUtf8 } from 'node:buffer';
import { refuse } from '../kernel/index.ts';

const UTF16_LE_MARK = Buffer.from([0xff, 0xfe]);

/**
 * The text of a roster file: UTF-8, or UTF-16 little-endian where its byte order mark says so (what Excel calls "Unicode text").
 * Throws DomainError `invalid-request` for anything else: guessing an encoding would bend names and addresses.
 */
export function decodeRosterFile(bytes: Buffer): string {
  if (bytes.subarray(0, 2).equals(UTF16_LE_MARK)) {
    const text = bytes.toString('utf16le');
    return bytes.length % 2 === 0 && !/\p{Surrogate}/u.test(text) ? text : refuseEncoding();
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : refuseEncoding();
}

function refuseEncoding(): never {
  return refuse('invalid-request', {
    detail: 'The file is neither UTF-8 nor UTF-16 with a byte order mark.',
    next: 'Save it as "CSV UTF-8".',
  });
}
