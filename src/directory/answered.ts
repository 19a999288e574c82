import { epochMs, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../kernel/index.ts';

/** By which exchange something was learnt: what an auditor, or Microsoft's support, can hold on to. */
export interface Answered {
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
  /** What the `Date` header said, to the second; null when there was none. */
  readonly serverDate: Instant | null;
  /** Microsoft's name for the request. */
  readonly requestId: string | null;
  /** SHA-256 of the body as it came. */
  readonly sha256: Buffer;
}

/**
 * How far an answer may lag behind the directory itself: Graph reads replicas, so what it shows may have ceased to hold some minutes before
 * the request (microsoft-graph §2.7, evidence §4.4). In milliseconds. Microsoft promises no bound; replicas are usually behind by seconds.
 */
export const REPLICATION_ALLOWANCE_MS = 5 * MINUTE_MS;

/**
 * By how much the directory's clock and ours may differ, in milliseconds, judged by the `Date` header. It comes to the second and was written
 * somewhere within the exchange, so a difference that these explain is none; where they do not, it is the largest that they leave possible.
 */
export function clockSkewMs({ requestedAt, receivedAt, serverDate }: Pick<Answered, 'requestedAt' | 'receivedAt' | 'serverDate'>): number {
  if (serverDate === null) return 0;
  const least = epochMs(serverDate) - epochMs(receivedAt);
  const most = epochMs(serverDate) + SECOND_MS - epochMs(requestedAt);
  return least <= 0 && most >= 0 ? 0 : Math.max(Math.abs(least), Math.abs(most));
}

/** What an answer shows held at some instant between these two, by either clock. */
export function heldBetween(answer: Answered): { readonly from: Instant; readonly to: Instant } {
  const skew = clockSkewMs(answer);
  return { from: plusMs(answer.requestedAt, -REPLICATION_ALLOWANCE_MS - skew), to: plusMs(answer.receivedAt, skew) };
}
