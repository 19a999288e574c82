import { DAY_MS, type Instant, msBetween, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { endInterval, type InstantRange, LocalCalendar } from '../verdict/index.ts';
import type { Flag, FlagsAsked } from './flag.ts';
import { type LeaveClaim, leaveClaims } from './leave-claim-read-model.ts';
import { workspaceZone } from './unit-read-model.ts';

/** So far from HR's last day the directory's leave date may be: either may mean the morning, the evening, or the day after. In milliseconds. */
const ALLOWED_MS = DAY_MS;

/** Where the directory says that somebody leaves, and HR says otherwise, or, once the time has passed, nothing. */
export async function leaveDateFlags(q: Queryable, workspaceId: WorkspaceId, { accountIds, at }: FlagsAsked): Promise<readonly Flag[]> {
  const claims = await leaveClaims(q, workspaceId, accountIds);
  if (claims.length === 0) return [];
  const zone = await workspaceZone(q, workspaceId);
  const calendar = new LocalCalendar();
  return claims.flatMap((claim) => {
    const ends = claim.periods.flatMap((period) => endInterval(period, zone, calendar) ?? []);
    return differs(claim, ends, at) ? [flagOf(claim, ends)] : [];
  });
}

/** Of somebody with several employments any end will do: the directory keeps the leave date of one that is over. */
function differs({ leaveAt }: LeaveClaim, ends: readonly InstantRange[], at: Instant): boolean {
  if (ends.length === 0) return msBetween(leaveAt, at) > ALLOWED_MS;
  return ends.every((end) => distanceMs(leaveAt, end) > ALLOWED_MS);
}

/** From the last day, which is the day before the end. */
function distanceMs(leaveAt: Instant, { earliest, latest }: InstantRange): number {
  const lastDay = { from: plusMs(earliest, -DAY_MS), to: latest };
  return Math.max(msBetween(leaveAt, lastDay.from), msBetween(lastDay.to, leaveAt), 0);
}

function flagOf({ accountId, leaveAt }: LeaveClaim, ends: readonly InstantRange[]): Flag {
  const [nearest] = ends.toSorted((a, b) => distanceMs(leaveAt, a) - distanceMs(leaveAt, b));
  return { kind: 'leave-date-differs', accountId, at: leaveAt, endedAt: nearest?.latest ?? null, entry: null };
}
