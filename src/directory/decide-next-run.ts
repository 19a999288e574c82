import { earliest, HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../kernel/index.ts';
import type { RunKind } from './read-position.ts';

/** What is known of a connection when the next look is decided. */
export interface ScheduleFacts {
  readonly createdAt: Instant;
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
  /** When the last complete look of any kind, and the last one at the whole tenant, was taken up; null when there was none. */
  readonly lastCompleteAt: Instant | null;
  readonly lastFullAt: Instant | null;
  /** How many runs have failed since, and when the last of them ended. */
  readonly failures: number;
  readonly lastFailureAt: Instant | null;
  /** Whether delta queries can go on from somewhere. */
  readonly hasDeltaLinks: boolean;
}

export interface NextRun {
  readonly kind: RunKind;
  readonly at: Instant;
}

/** How long a failed run is left alone; each further failure doubles it. In milliseconds. */
const FIRST_PAUSE_MS = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS = 4 * HOUR_MS;

/**
 * When a tenant is to be looked at next, and how. A full look is due by its own interval, whatever delta queries said meanwhile. The
 * first look of a new connection is left to whoever sets it up for one interval. After failures the pauses grow, so that a broken
 * connection is neither forgotten nor hammered.
 */
export function decideNextRun(facts: ScheduleFacts): NextRun {
  const syncDue = plusMs(facts.lastCompleteAt ?? facts.createdAt, facts.syncEveryMinutes * MINUTE_MS);
  const fullDue = facts.lastFullAt === null ? syncDue : plusMs(facts.lastFullAt, facts.fullEveryMinutes * MINUTE_MS);
  const due = earliest(syncDue, fullDue);
  const kind = fullDue <= due || !facts.hasDeltaLinks ? 'full' : 'delta';
  const at = facts.lastFailureAt === null ? due : notBefore(due, plusMs(facts.lastFailureAt, pauseMs(facts.failures)));
  return { kind: fullDue <= at ? 'full' : kind, at };
}

function pauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1), LONGEST_PAUSE_MS);
}

function notBefore(at: Instant, bound: Instant): Instant {
  return at < bound ? bound : at;
}
