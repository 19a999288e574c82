import { DAY_MS, type DirectoryRunId, type Instant, msBetween } from '../kernel/index.ts';

/** An ended run, as far as coverage is concerned: a complete one looked at the whole tenant. */
export interface EndedRun {
  readonly id: DirectoryRunId;
  readonly state: 'complete' | 'failed' | 'held';
  /** When it ended, or began to be held. */
  readonly finishedAt: Instant;
  /** Of a complete run: between which instants it looked. */
  readonly lookFrom: Instant | null;
  readonly lookTo: Instant | null;
  readonly errorCode: string | null;
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

/** A complete look is due this often, in milliseconds: microsoft-graph §2.3. */
const LOOK_INTERVAL_MS = DAY_MS;

/** Longer than this between two looks is a gap even when nothing failed (evidence §4.6), in milliseconds. */
const QUIET_LIMIT_MS = 2 * LOOK_INTERVAL_MS;

/**
 * When a connection was looking and when it was blind, and why. A gap reaches back to the last complete look at the whole tenant:
 * from then on nobody is known not to have changed. `runs` in the order of their ends. Of a connection that was removed, `removedAt` says when.
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
    const gap = gapOf({ from: blindFrom, to, failures, isFirst: windows.length === 0, now });
    if (gap !== undefined) gaps.push(gap);
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

function gapOf({ from, to, failures, isFirst, now }: Blind): CoverageGap | undefined {
  if (to !== null && to <= from) return undefined;
  const isQuiet = msBetween(from, to ?? now) > QUIET_LIMIT_MS;
  if (failures.length === 0 && !isFirst && !isQuiet) return undefined;
  const reason = failures.at(-1)?.errorCode ?? (isFirst ? 'not-synced-yet' : 'no-run');
  return { from, to, reason, failedRuns: failures.map(({ id }) => id) };
}
