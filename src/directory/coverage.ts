import { type DirectoryRunId, type Instant, msBetween } from '../kernel/index.ts';
import type { RunKind } from './read-position.ts';
import { WHOLE_LOOK_WITHIN_MS } from './whole-look-within.ts';

/** An ended run, as far as coverage is concerned: a complete one looked at the whole tenant. */
export interface EndedRun {
  readonly id: DirectoryRunId;
  readonly kind: RunKind;
  readonly state: 'complete' | 'failed' | 'held';
  /** When it ended, or began to be held. */
  readonly finishedAt: Instant;
  /** Of a complete run: between which instants it looked. */
  readonly lookFrom: Instant | null;
  readonly lookTo: Instant | null;
  readonly errorCode: string | null;
  /** Of a look at changes that failed: when the look of any kind before it ended, and the one after it began; null where there is none. */
  readonly between: { readonly from: Instant; readonly to: Instant | null } | null;
}

interface CoverageWindow {
  readonly runId: DirectoryRunId;
  readonly from: Instant;
  readonly to: Instant;
}

/** A stretch in which nobody looked with success. */
interface CoverageGap {
  readonly from: Instant;
  /** Null while it goes on. */
  readonly to: Instant | null;
  /** The last failure in it, `held` while a run waits for a person, `not-synced-yet` before the first run, `connection-removed`, or `no-run`. */
  readonly reason: string;
  readonly failedRuns: readonly DirectoryRunId[];
}

export interface Coverage {
  readonly windows: readonly CoverageWindow[];
  readonly gaps: readonly CoverageGap[];
}

/** Longer than this between two looks is a gap even when nothing failed: one that was due did not come (evidence §4.6). In milliseconds. */
const QUIET_LIMIT_MS = 2 * WHOLE_LOOK_WITHIN_MS;

/**
 * When a connection was looking and when it was blind, and why. A gap reaches back to the last complete look at the whole tenant:
 * from then on nobody is known not to have changed. Where looks at changes alone failed, and the whole was looked at when it was due, it
 * reaches from the look before them to the look after them. `runs` in the order of their ends. Of a connection that was removed, `removedAt`
 * says when.
 */
export function coverageOf(
  runs: readonly EndedRun[],
  { createdAt, removedAt }: { readonly createdAt: Instant; readonly removedAt: Instant | null },
  now: Instant,
): Coverage {
  const windows: CoverageWindow[] = [];
  const gaps: CoverageGap[] = [];
  let blindFrom: Instant = createdAt;
  let failures: EndedRun[] = [];
  const close = (to: Instant | null) => {
    gaps.push(...gapsOf({ from: blindFrom, to, failures, isFirst: windows.length === 0, now }));
    failures = [];
  };
  for (const run of runs) {
    if (run.state !== 'complete' || run.lookFrom === null || run.lookTo === null) {
      failures.push(run);
      continue;
    }
    close(run.lookFrom);
    windows.push({ runId: run.id, from: run.lookFrom, to: run.lookTo });
    blindFrom = run.lookTo;
  }
  if (removedAt === null) close(null);
  else gaps.push({ from: blindFrom, to: null, reason: 'connection-removed', failedRuns: failures.map(({ id }) => id) });
  return { windows, gaps };
}

interface Blind {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly failures: readonly EndedRun[];
  readonly isFirst: boolean;
  readonly now: Instant;
}

function gapsOf({ from, to, failures, isFirst, now }: Blind): readonly CoverageGap[] {
  if (to !== null && to <= from) return [];
  const isQuiet = msBetween(from, to ?? now) > QUIET_LIMIT_MS;
  if (!isFirst && !isQuiet && failures.every(({ between }) => between !== null)) return deltaGaps(failures);
  const reason = failures.at(-1)?.errorCode ?? (isFirst ? 'not-synced-yet' : 'no-run');
  return [{ from, to, reason, failedRuns: failures.map(({ id }) => id) }];
}

/** One for all that failed between the same two looks. */
function deltaGaps(failures: readonly EndedRun[]): readonly CoverageGap[] {
  const gaps = new Map<string, CoverageGap>();
  for (const { between, errorCode, id } of failures) {
    if (between === null) continue;
    const { from, to } = between;
    const failedRuns = [...(gaps.get(from)?.failedRuns ?? []), id];
    gaps.set(from, { from, to, reason: errorCode ?? 'no-run', failedRuns });
  }
  return [...gaps.values()];
}
