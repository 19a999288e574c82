import { describe, expect, it } from '@jest/globals';
import { clockSkewMs, heldBetween } from '../../src/directory/answered.ts';
import { type Instant, SECOND_MS } from '../../src/kernel/index.ts';

const requestedAt = '2026-03-03T10:00:00.400Z' as Instant;
const receivedAt = '2026-03-03T10:00:00.900Z' as Instant;

describe('the skew of the clocks, by the Date header', () => {
  it.each<{ name: string; serverDate: string | null; skewMs: number }>([
    { name: 'there is no header', serverDate: null, skewMs: 0 },
    { name: 'it is of the second of the exchange', serverDate: '2026-03-03T10:00:00.000Z', skewMs: 0 },
    { name: 'it was written at the end of the second before', serverDate: '2026-03-03T09:59:59.400Z', skewMs: 0 },
    { name: 'it is ahead by more than the exchange explains', serverDate: '2026-03-03T10:01:30.000Z', skewMs: 90_600 },
    { name: 'it is behind', serverDate: '2026-03-03T09:58:30.000Z', skewMs: 90_900 },
  ])('is $skewMs where $name', ({ serverDate, skewMs }) => {
    expect(clockSkewMs({ requestedAt, receivedAt, serverDate: serverDate as Instant | null })).toBe(skewMs);
  });

  it('never leaves out the instant that the server wrote down, whatever it was', () => {
    for (let ahead = -200; ahead <= 200; ahead += 7) {
      for (let within = 0; within < SECOND_MS; within += 250) {
        const written = Date.parse(requestedAt) + 250 + ahead * SECOND_MS + within;
        const serverDate = new Date(Math.floor(written / SECOND_MS) * SECOND_MS).toISOString() as Instant;
        const held = heldBetween({ requestedAt, receivedAt, serverDate, requestId: null, sha256: Buffer.alloc(32) });
        expect(Date.parse(held.from)).toBeLessThanOrEqual(written);
        expect(Date.parse(held.to) + SECOND_MS).toBeGreaterThanOrEqual(written);
      }
    }
  });
});
