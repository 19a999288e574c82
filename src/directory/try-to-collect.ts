import { type Instant, MINUTE_MS, msBetween } from '../kernel/index.ts';
import type { CollectedFacts } from './collected-facts.ts';
import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';
import { isNotCollected } from './not-collected.ts';
import type { Reading } from './reading.ts';

/**
 * For so long a run rests at most on account of facts of one kind, in milliseconds: the accounts are not to wait for the audit log. Where
 * the log is long, a shorter rest costs less than to begin it anew at the next look.
 */
const MAX_REST_MS = 10 * MINUTE_MS;

/**
 * Collects, and keeps how that ended in `reading.at.outcomes`: null when it was collected. What takes a long rest is left for the next look,
 * as throttled. Throws what is no answer about the facts, such as a run that was taken over; `alone` names what is one, since what is
 * collected has tokens or addresses of its own.
 */
export async function tryToCollect(
  { at, clock }: Pick<Reading, 'at' | 'clock'>,
  facts: CollectedFacts,
  collect: () => Promise<void>,
  alone: readonly GraphFailureCode[] = [],
): Promise<void> {
  at.triedFrom ??= {};
  const from = (at.triedFrom[facts] ??= clock.now());
  try {
    await collect();
    at.outcomes[facts] = null;
  } catch (error) {
    if (error instanceof GraphPause && isLongRest(error, { from, now: clock.now() })) at.outcomes[facts] = 'throttled';
    else if (isNotCollected(error) || (error instanceof GraphFailure && alone.includes(error.code))) at.outcomes[facts] = error.code;
    else throw error;
  }
}

/** The end of a turn, or of the process, is no rest. */
function isLongRest({ until }: GraphPause, { from, now }: { readonly from: Instant; readonly now: Instant }): boolean {
  return until > now && msBetween(from, until) > MAX_REST_MS;
}
