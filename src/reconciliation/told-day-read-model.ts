import { isBeyondEmployment, type Instant, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Flag } from './flag.ts';

/**
 * Of accounts that are linked to somebody whose end HR told by a day that stands for "no end", or whose last day worked lies after the day on which the employment ends:
 * access is expected to end with the later of the two, and one of them is wrong.
 */
export async function toldDayFlags(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<{ accountId: string; day: string; endDate: string | null; at: Instant }>(
    `select link.account_id as "accountId", coalesce(period.last_day, period.end_date) as day, period.end_date as "endDate",
            period.hr_recorded_at as at
     from account_link as link
     join employment_period as period on period.workspace_id = link.workspace_id and period.person_id = link.person_id
     where link.workspace_id = $1 and link.account_id = any ($2::uuid[]) and link.standing = 'linked' and link.ended_at is null
       and coalesce(period.last_day, period.end_date) is not null and period.hr_recorded_at is not null
     order by link.account_id, day desc, at desc`,
    [workspaceId, accountIds],
  );
  const told = (kind: Flag['kind'], isTold: (row: (typeof rows)[number]) => boolean): readonly Flag[] => {
    const latest = new Map(
      rows
        .filter(isTold)
        .toReversed()
        .map((row) => [row.accountId, row]),
    );
    return [...latest.values()].map(({ accountId, at }) => ({ kind, accountId, at, endedAt: null, entry: null }));
  };
  return [
    ...told('end-beyond-employment', ({ day }) => isBeyondEmployment(day)),
    ...told('last-day-after-end', ({ day, endDate }) => endDate !== null && day > endDate),
  ];
}
