import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import type { EmploymentDates } from '../verdict/index.ts';

/** When the holder of an account leaves by the directory's present word, and the employments of whom the account is linked to. */
export interface LeaveClaim {
  readonly accountId: string;
  readonly leaveAt: Instant;
  readonly periods: readonly EmploymentDates[];
}

/** Of accounts that are linked to a person alone: nobody else has an end by HR. */
export async function leaveClaims(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly LeaveClaim[]> {
  const { rows } = await q.query<LeaveClaim>(
    `select account.account_id as "accountId", told.leave_at as "leaveAt", employed.periods
     from directory_account as account
     cross join lateral (
       select latest.leave_at
       from directory_leave_date as latest
       where latest.workspace_id = $1 and latest.connection_id = account.connection_id and latest.object_id = account.object_id
       order by latest.ordinal desc
       limit 1
     ) as told
     cross join lateral (
       select json_agg(json_build_object(
           'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day, 'timeZone', period.time_zone,
           'endedBetween', case when period.ended_to is not null then
             json_build_object('earliest', ${instantText('period.ended_from')}, 'latest', ${instantText('period.ended_to')}) end)) as periods
       from account_link as link
       join employment_period as period on period.workspace_id = $1 and period.person_id = link.person_id
       where link.workspace_id = $1 and link.system = 'directory' and link.account_id = account.account_id
         and link.standing = 'linked' and link.ended_at is null
     ) as employed
     where account.workspace_id = $1 and account.account_id = any ($2::uuid[])
       and told.leave_at is not null and employed.periods is not null`,
    [workspaceId, accountIds],
  );
  return rows;
}
