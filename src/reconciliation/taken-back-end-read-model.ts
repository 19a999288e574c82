import type { Instant, PersonId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { TestPeriod } from './compliance-test.ts';
import type { Flag } from './flag.ts';
import type { Holder } from './holder-read-model.ts';
import { findingsAfter, type PastMoment } from './past-moment-read-model.ts';

/** Employments that a run has judged as ended, by an end that HR has taken back since or moved to a later day. */
export interface TakenBackEnds {
  readonly employments: number;
  /** Of them those that had failed by it. */
  readonly failed: number;
}

/**
 * What was said of an ended employment by an end that is its end no more. Where no finding is open, the employment goes on in another by now: whoever
 * had failed has been told by HR to have been employed all along, and whoever was within the deadline has lost nothing.
 */
const isTakenBack = `told.end_earliest is not null
    and coalesce(present.end_latest, 'infinity') > told.end_latest and (present.id is not null or told.effect = 'FAIL')`;

/** How many, as a moment's run had left it where one is given; of those whose former end lies within the period, where one is given. Looks at what is marked alone. */
export async function countTakenBackEnds(
  q: Queryable,
  workspaceId: WorkspaceId,
  { moment, period }: { readonly period: TestPeriod | null; readonly moment: PastMoment | undefined },
): Promise<TakenBackEnds> {
  const upTo = (run: string) => (moment === undefined ? '' : `and ${run} <= $4::integer`);
  const [findings, stands] = moment === undefined ? ['finding', 'present.closed_at is null'] : [findingsAfter('$4::integer'), 'true'];
  const { rows } = await q.query<TakenBackEnds>(
    `select count(distinct told.unit_id)::int as employments, (count(distinct told.unit_id) filter (where told.effect = 'FAIL'))::int as failed
     from (
       select distinct marked.id
       from finding_version as marked
       where marked.workspace_id = $1 and marked.is_end_withdrawn ${upTo('marked.until_run')}
     ) as withdrawn
     cross join lateral (
       select said.* from finding_version as said
       where said.workspace_id = $1 and said.id = withdrawn.id ${upTo('said.since_run')}
       offset 0
     ) as told
     left join lateral (
       select present.id, present.end_latest
       from ${findings} as present
       where present.workspace_id = $1 and present.person_id = told.person_id and present.unit_kind = 'employment_period'
         and present.unit_id = told.unit_id and ${stands}
       offset 0
     ) as present on true
     where ${isTakenBack}
       and ($2::timestamptz is null or told.end_earliest >= $2) and ($3::timestamptz is null or told.end_earliest < $3)`,
    [workspaceId, period?.from ?? null, period?.to ?? null, ...(moment === undefined ? [] : [moment.run.ord])],
  );
  return rows[0] ?? { employments: 0, failed: 0 };
}

/** Of accounts that are linked to somebody whose end HR has taken back: when it did, and the latest end that was judged by. */
export async function takenBackFlags(q: Queryable, workspaceId: WorkspaceId, holders: readonly Holder[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<{ personId: PersonId; at: Instant; endedAt: Instant }>(
    `select distinct on (withdrawn.person_id) withdrawn.person_id as "personId",
            coalesce(period.hr_recorded_at, period.cancelled_at, known.changed_at) as at, told.end_latest as "endedAt"
     from (
       select distinct marked.id, marked.person_id
       from finding_version as marked
       where marked.workspace_id = $1 and marked.person_id = any ($2::uuid[]) and marked.is_end_withdrawn
     ) as withdrawn
     join finding as known on known.workspace_id = $1 and known.id = withdrawn.id
     join finding_version as told on told.workspace_id = $1 and told.id = withdrawn.id
     join employment_period as period on period.workspace_id = $1 and period.id = told.unit_id
     left join finding as present
       on present.workspace_id = $1 and present.unit_kind = 'employment_period' and present.unit_id = told.unit_id and present.closed_at is null
     where ${isTakenBack}
     order by withdrawn.person_id, told.end_latest desc`,
    [workspaceId, [...new Set(holders.map(({ personId }) => personId))]],
  );
  const back = new Map(rows.map(({ personId, ...flag }) => [personId, flag]));
  return holders.flatMap(({ accountId, personId }) => {
    const flag = back.get(personId);
    return flag === undefined ? [] : [{ kind: 'end-taken-back' as const, accountId, entry: null, ...flag }];
  });
}
