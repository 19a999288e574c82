import { epochMs, type Instant, MINUTE_MS } from '../kernel/index.ts';

/** From the first request of a look to its last answer; or any other stretch of time. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The longest stretch within a period in which a change may have waited to be seen: from the first request of one complete look to the last answer of the next,
 * since what changes just after it was asked for is seen by the next alone. Before the first look, and after the last, the period's own ends count. `looks`: in
 * the order of their beginnings; those that began outside are passed over. The earliest of equals; null for no time at all.
 */
export function longestUnseen(looks: readonly Stretch[], period: Stretch): Stretch | null {
  let longest: Stretch | null = null;
  let from = period.from;
  const consider = (to: Instant) => {
    const stretch = { from, to: to < period.to ? to : period.to };
    if (lengthMs(stretch) > (longest === null ? 0 : lengthMs(longest))) longest = stretch;
  };
  for (const look of looks) {
    if (look.from < period.from || look.from > period.to) continue;
    consider(look.to);
    from = look.from;
  }
  consider(period.to);
  return longest;
}

/** Replicas of a directory may lag behind it, so that what one shows may have ceased to hold so many minutes before (evidence §4.4). */
const REPLICA_LAG_MINUTES = 5;

/** The shortest allowance that can be proven to be kept where a change may wait so long to be seen, in whole minutes (evidence §1.2). */
export function provableMinutes(unseenMs: number): number {
  return Math.ceil(unseenMs / MINUTE_MS) + REPLICA_LAG_MINUTES;
}

export function lengthMs({ from, to }: Stretch): number {
  return epochMs(to) - epochMs(from);
}
