import { isBeyondEmployment, type Instant, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Flag } from './flag.ts';

/** Of accounts that are linked to somebody whose end HR told by a day that stands for "no end". */
export async function farEndFlags(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<{ accountId: string; day: string; at: Instant }>(
    `select distinct on (link.account_id) link.account_id as "accountId", coalesce(period.last_day, period.end_date) as day, period.hr_recorded_at as at
     from account_link as link
     join employment_period as period on period.workspace_id = link.workspace_id and period.person_id = link.person_id
     where link.workspace_id = $1 and link.account_id = any ($2::uuid[]) and link.standing = 'linked' and link.ended_at is null
       and coalesce(period.last_day, period.end_date) is not null and period.hr_recorded_at is not null
     order by link.account_id, day desc`,
    [workspaceId, accountIds],
  );
  return rows
    .filter(({ day }) => isBeyondEmployment(day))
    .map(({ accountId, at }) => ({ kind: 'end-beyond-employment', accountId, at, endedAt: null, entry: null }));
}
