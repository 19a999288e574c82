import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { TestPeriod } from './compliance-test.ts';
import type { Flag } from './flag.ts';
import { findingsAfter, type PastMoment } from './past-moment-read-model.ts';

/** Employments that a run has judged as ended, by an end that HR has taken back since or moved to a later day. */
export interface TakenBackEnds {
  readonly employments: number;
  /** Of them those that had failed by it. */
  readonly failed: number;
}

const present = (told: string) => `
  left join finding as present
    on present.workspace_id = $1 and present.unit_kind = 'employment_period' and present.unit_id = ${told}.unit_id and present.closed_at is null`;

/**
 * Whether what was said of an ended employment was said by an end that is its end no more. Where no finding is open, the employment goes on in another by now: whoever
 * had failed has been told by HR to have been employed all along, and whoever was within the deadline has lost nothing.
 */
const isTakenBack = (told: string) => `${told}.end_earliest is not null
    and coalesce(present.end_latest, 'infinity') > ${told}.end_latest and (present.id is not null or ${told}.effect = 'FAIL')`;

/** How many, as a moment's run had left it where one is given; of those whose former end lies within the period, where one is given. */
export async function countTakenBackEnds(
  q: Queryable,
  workspaceId: WorkspaceId,
  { moment, period }: { readonly period: TestPeriod | null; readonly moment: PastMoment | undefined },
): Promise<TakenBackEnds> {
  const said = (table: string, more: string) => `
    select told.unit_id, told.effect, told.end_earliest, told.end_latest
    from ${table} as told
    where told.workspace_id = $1 and told.unit_kind = 'employment_period' and told.end_earliest is not null and ${more}`;
  const ord = '$4::integer';
  const told = `${said('finding', 'told.closed_at is not null')} union all ${said('finding_version', 'true')}`;
  const toldBy = said('finding_version', `told.since_run <= ${ord}`);
  const presentThen = `
    left join ${findingsAfter(ord)} as present
      on present.workspace_id = $1 and present.unit_kind = 'employment_period' and present.unit_id = told.unit_id`;
  const { rows } = await q.query<TakenBackEnds>(
    `select count(distinct told.unit_id)::int as employments, (count(distinct told.unit_id) filter (where told.effect = 'FAIL'))::int as failed
     from (${moment === undefined ? told : toldBy}) as told ${moment === undefined ? present('told') : presentThen}
     where ${isTakenBack('told')}
       and ($2::timestamptz is null or told.end_earliest >= $2) and ($3::timestamptz is null or told.end_earliest < $3)`,
    [workspaceId, period?.from ?? null, period?.to ?? null, ...(moment === undefined ? [] : [moment.run.ord])],
  );
  return rows[0] ?? { employments: 0, failed: 0 };
}

/** Of accounts that are linked to somebody whose end HR has taken back: when it did, and the latest end that was judged by. */
export async function takenBackFlags(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<{ accountId: string; at: Instant; endedAt: Instant }>(
    `select distinct on (link.account_id) link.account_id as "accountId", back.at, back.end_latest as "endedAt"
     from account_link as link
     cross join lateral (
       select told.end_latest, coalesce(period.hr_recorded_at, period.cancelled_at, known.changed_at) as at
       from finding as known
       cross join lateral (
         select known.unit_id, known.effect, known.end_earliest, known.end_latest where known.closed_at is not null
         union all
         select said.unit_id, said.effect, said.end_earliest, said.end_latest
         from finding_version as said
         where said.workspace_id = $1 and said.id = known.id
       ) as told
       join employment_period as period on period.workspace_id = $1 and period.id = told.unit_id
       ${present('told')}
       where known.workspace_id = $1 and known.person_id = link.person_id and known.unit_kind = 'employment_period' and ${isTakenBack('told')}
       offset 0
     ) as back
     where link.workspace_id = $1 and link.account_id = any ($2::uuid[]) and link.standing = 'linked' and link.ended_at is null
     order by link.account_id, back.end_latest desc`,
    [workspaceId, accountIds],
  );
  return rows.map((row) => ({ kind: 'end-taken-back', entry: null, ...row }));
}
