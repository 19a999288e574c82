import type { FindingId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { periodAsJudged } from './finding-read-model.ts';

/** A stretch of time, and until when HR's word on who left in it was known to somebody who asks. */
export interface AskedStretch {
  readonly start: Instant;
  readonly end: Instant;
  readonly knownUntil: Instant;
}

/** An employment that ended, as the latest run judged it. */
export interface LateEnd {
  readonly findingId: FindingId;
  readonly employmentPeriodId: string;
  readonly earliest: Instant;
  /** When HR's word on that end came, and that of a roster that was held when it was taken. */
  readonly knownAt: Instant;
}

/** Employments that ended within one of these stretches of time, and of whose end HR's word came later than was known to whoever asks. */
export async function endsKnownLater(
  q: Queryable,
  workspaceId: WorkspaceId,
  stretches: readonly AskedStretch[],
): Promise<readonly LateEnd[]> {
  if (stretches.length === 0) return [];
  const { rows } = await q.query<LateEnd>(
    `with held as materialized (
       select made.received_at, max(made.imported_at) as imported_at
       from roster_import as made
       where made.workspace_id = $1 and made.received_at is not null
       group by made.received_at
     )
     select finding.id as "findingId", period.id as "employmentPeriodId", finding.end_earliest as earliest, known.at as "knownAt"
     from finding
     ${periodAsJudged}
     left join held on held.received_at = period.hr_recorded_at
     cross join lateral (select coalesce(held.imported_at, period.hr_recorded_at) as at) as known
     where finding.workspace_id = $1 and finding.closed_at is null and finding.unit_kind = 'employment_period'
       and finding.vector ->> 'employment' = 'ENDED'
       and exists (
         select from unnest($2::timestamptz[], $3::timestamptz[], $4::timestamptz[]) as asked (starts, ends, known_until)
         where finding.end_earliest >= asked.starts and finding.end_earliest < asked.ends and known.at > asked.known_until
       )
     order by finding.id`,
    [workspaceId, stretches.map(({ start }) => start), stretches.map(({ end }) => end), stretches.map(({ knownUntil }) => knownUntil)],
  );
  return rows;
}
