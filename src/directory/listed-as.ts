import { hash } from 'node:crypto';
import { READING } from './read-account.ts';
import type { UnreadItem } from './unread-listing.ts';

/** One byte for the reading, then SHA-256. */
const LENGTH = 33;

/**
 * By which bytes a listing shows its items: for each the number of the present reading and SHA-256 of its bytes, one after the other. What was
 * shown by the same bytes under the same reading is the same in all that is kept of it.
 */
export function listedAs(items: readonly UnreadItem[]): Buffer {
  const all = Buffer.alloc(items.length * LENGTH, READING);
  // As a text of one character a byte, which is made faster than a buffer.
  for (const [index, { bytes }] of items.entries()) all.write(hash('sha256', bytes, 'binary'), index * LENGTH + 1, 'binary');
  return all;
}

export function listedAsAt(all: Buffer, index: number): Buffer {
  return all.subarray(index * LENGTH, (index + 1) * LENGTH);
}
