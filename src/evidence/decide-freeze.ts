import { type Instant, latest, MINUTE_MS, msBetween, plusMs } from '../kernel/index.ts';
import { leaversOf, type ReportContent } from './report-document.ts';

/** Why a report cannot be frozen yet, and from when on it may be; null where that is up to somebody. */
export interface Waiting {
  readonly code: 'period-not-over' | 'not-reconciled' | 'verdicts-pending' | 'directory-not-looked';
  readonly detail: string;
  readonly until: Instant | null;
}

/**
 * A directory that has not been looked at for so many of its own intervals is not waited for: what it hides is a gap, and said so. Another
 * question than whether its last look still speaks of now: here the next one is expected.
 */
const STALE_INTERVALS = 2;

/** By how much the clocks of a workspace's servers may differ, in milliseconds; a verifier allows five times as much. */
const CLOCKS_MS = MINUTE_MS;

/** Whether an instant as of which something was judged, or done, has not come yet: a clock was set back since, and nothing that is sealed by it would hold before it has come. */
export function isAhead(then: Instant, now: Instant): boolean {
  return then > plusMs(now, CLOCKS_MS);
}

/**
 * What a final report still waits for: the end of its period, a run of reconciliation after it, every leaver's deadline, and one look at each
 * directory behind the last of them, so that nothing is pending that time alone would settle (evidence §5). Nothing: it can be frozen.
 */
export function whatFreezingWaitsFor(content: ReportContent | undefined, periodEnd: Instant, now: Instant): readonly Waiting[] {
  if (now < periodEnd) return [{ code: 'period-not-over', detail: 'The period is not over.', until: periodEnd }];
  if (content === undefined || content.asOf < periodEnd) {
    return [
      {
        code: 'not-reconciled',
        detail: 'Nothing was reconciled since the period ended, or since an upgrade that judges otherwise: POST /reconciliation/runs.',
        until: null,
      },
    ];
  }
  if (isAhead(content.asOf, now)) {
    const detail = `The latest run judged as of ${content.asOf}, which has not come yet: the clock was set back since.`;
    return [{ code: 'not-reconciled', detail, until: content.asOf }];
  }
  const pending = leaversOf(content).filter(({ effect }) => effect === 'PEND');
  const deadlines = pending.flatMap(({ deadline }) => deadline?.latest ?? []);
  const settledBy = deadlines.reduce(latest, periodEnd);
  if (pending.length > 0) {
    const detail = `${pending.length} of the leavers’ verdicts are pending: their deadlines have to pass, and another run to judge them.`;
    return [{ code: 'verdicts-pending', detail, until: deadlines.length > 0 ? settledBy : null }];
  }
  return directoriesBehind(content, now);
}

function directoriesBehind(content: ReportContent, now: Instant): readonly Waiting[] {
  const horizon = leaversOf(content)
    .flatMap(({ deadline }) => deadline?.latest ?? [])
    .reduce(latest, content.periodEnd);
  return content.sources.directories
    .map((directory) => ({ ...directory, syncEveryMinutes: directory.schedules.at(-1)?.syncEveryMinutes ?? 0 }))
    .filter(({ lastLookAt, syncEveryMinutes, removedAt }) => {
      if (removedAt !== null || lastLookAt === null || lastLookAt >= horizon) return false;
      return msBetween(lastLookAt, now) <= STALE_INTERVALS * syncEveryMinutes * MINUTE_MS;
    })
    .map(({ connectionId, lastLookAt, syncEveryMinutes }) => ({
      code: 'directory-not-looked' as const,
      detail: `Connection ${connectionId} has not been looked at since the last deadline: another look, and a run behind it.`,
      until: lastLookAt === null ? null : plusMs(lastLookAt, syncEveryMinutes * MINUTE_MS),
    }));
}
