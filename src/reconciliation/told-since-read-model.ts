import type { FindingId, Instant, Interval, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import { periodAsJudged } from './finding-read-model.ts';

/** What HR has told of an employment since the verdict on it was decided: the next run judges by it. */
export interface ToldSince {
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  /** Where HR told no day and left them out of a roster of everybody. */
  readonly endedBetween: Interval | null;
  readonly timeZone: string;
  readonly site: string | null;
  readonly workerType: string;
  readonly hrRecordedAt: Instant | null;
  readonly record: LedgerRecordId;
}

/** Of those of some findings of which HR has told something else since. */
export async function toldSince(
  q: Queryable,
  workspaceId: WorkspaceId,
  findingIds: readonly FindingId[],
): Promise<ReadonlyMap<FindingId, ToldSince>> {
  const differing = (row: string) =>
    `(${row}.start_date, ${row}.end_date, ${row}.last_day, ${row}.time_zone, ${row}.site, ${row}.worker_type, ${row}.hr_recorded_at)`;
  const { rows } = await q.query<{ findingId: FindingId; told: ToldSince }>(
    `select finding.id as "findingId",
            jsonb_build_object(
              'startDate', told.start_date, 'endDate', told.end_date, 'lastDay', told.last_day,
              'endedBetween', case when told.ended_to is not null
                then jsonb_build_object('from', ${instantText('told.ended_from')}, 'to', ${instantText('told.ended_to')}) end,
              'timeZone', coalesce(told.time_zone, workspace.time_zone), 'site', told.site, 'workerType', told.worker_type,
              'hrRecordedAt', ${instantText('told.hr_recorded_at')}, 'record', told.record_id
            ) as told
     from finding
     join workspace on workspace.workspace_id = finding.workspace_id
     ${periodAsJudged}
     join employment_period as told on told.workspace_id = finding.workspace_id and told.id = period.id
     where finding.workspace_id = $1 and finding.id = any ($2::uuid[]) and finding.closed_at is null
       and ${differing('period')} is distinct from ${differing('told')}`,
    [workspaceId, findingIds],
  );
  return new Map(rows.map(({ findingId, told }) => [findingId, told]));
}
