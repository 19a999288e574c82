import { isBeyondEmployment, type Instant, type PersonId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Flag } from './flag.ts';
import type { Holder } from './holder-read-model.ts';

/**
 * Of accounts that are linked to somebody whose end HR told by a day that stands for "no end", or whose last day worked lies after the day on which the employment ends:
 * access is expected to end with the later of the two, and one of them is wrong.
 */
export async function toldDayFlags(q: Queryable, workspaceId: WorkspaceId, holders: readonly Holder[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<{ personId: PersonId; day: string; endDate: string | null; at: Instant }>(
    `select period.person_id as "personId", coalesce(period.last_day, period.end_date) as day, period.end_date as "endDate",
            period.hr_recorded_at as at
     from employment_period as period
     where period.workspace_id = $1 and period.person_id = any ($2::uuid[])
       and coalesce(period.last_day, period.end_date) is not null and period.hr_recorded_at is not null
     order by day, at`,
    [workspaceId, [...new Set(holders.map(({ personId }) => personId))]],
  );
  const told = (kind: Flag['kind'], isTold: (row: (typeof rows)[number]) => boolean): readonly Flag[] => {
    const latest = new Map(rows.filter(isTold).map((row) => [row.personId, row.at]));
    return holders.flatMap(({ accountId, personId }) => {
      const at = latest.get(personId);
      return at === undefined ? [] : [{ kind, accountId, at, endedAt: null, entry: null }];
    });
  };
  return [
    ...told('end-beyond-employment', ({ day }) => isBeyondEmployment(day)),
    ...told('last-day-after-end', ({ day, endDate }) => endDate !== null && day > endDate),
  ];
}
