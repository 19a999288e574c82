import type { FindingId, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { Effect, RuleId, RuleMatch } from '../verdict/index.ts';
import type { UnitSystem } from './report-population.ts';

/** What a finding said from one run on. */
export interface FindingVersion {
  /** Which run of the workspace came to it. */
  readonly ord: number;
  /** As of when that run judged, and from when on that was the product's word; null where the run was not kept. */
  readonly asOf: Instant | null;
  readonly recordedAt: Instant | null;
  /** Until when; null while it is. */
  readonly until: Instant | null;
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
  readonly all: readonly RuleMatch[];
  readonly endEarliest: Instant | null;
  readonly endLatest: Instant | null;
  readonly deadlineEarliest: Instant | null;
  readonly deadlineLatest: Instant | null;
  readonly sentence: string;
  readonly systems: readonly UnitSystem[];
  readonly evidence: readonly LedgerRecordId[];
}

const said = `said.id, said.since_run, said.rule, said.verdict, said.effect, said.all_rules, said.end_earliest, said.end_latest,
  said.deadline_earliest, said.deadline_latest, said.sentence, said.systems, said.evidence || said.own_records as evidence`;

/** All that a finding has said since words are kept, the latest first; a position is the count of a run. */
export async function listVersions(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, findingId, limit }: Page & { readonly findingId: FindingId },
): Promise<readonly FindingVersion[]> {
  const { rows } = await q.query<FindingVersion>(
    `select version.since_run as ord, since.as_of as "asOf", since.recorded_at as "recordedAt", until.recorded_at as until,
            version.rule, version.verdict, version.effect, version.all_rules as "all", version.end_earliest as "endEarliest",
            version.end_latest as "endLatest", version.deadline_earliest as "deadlineEarliest", version.deadline_latest as "deadlineLatest",
            version.sentence, version.systems, version.evidence
     from (
       select ${said}, null::integer as until_run
       from finding as said
       where said.workspace_id = $1 and said.id = $2 and said.closed_at is null
       union all
       select ${said}, said.until_run
       from finding_version as said
       where said.workspace_id = $1 and said.id = $2
     ) as version
     left join reconciliation_run as since on since.workspace_id = $1 and since.ord = version.since_run
     left join reconciliation_run as until on until.workspace_id = $1 and until.ord = version.until_run
     where $3::bigint is null or version.since_run < $3::bigint
     order by version.since_run desc
     limit $4`,
    [workspaceId, findingId, after ?? null, limit],
  );
  return rows;
}

/** When findings closed; those that are open are left out. */
export async function closedAtOf(
  q: Queryable,
  workspaceId: WorkspaceId,
  findingIds: readonly FindingId[],
): Promise<ReadonlyMap<FindingId, Instant>> {
  const { rows } = await q.query<{ id: FindingId; closedAt: Instant }>(
    `select finding.id, finding.closed_at as "closedAt" from finding
     where finding.workspace_id = $1 and finding.id = any ($2::uuid[]) and finding.closed_at is not null`,
    [workspaceId, findingIds],
  );
  return new Map(rows.map(({ id, closedAt }) => [id, closedAt]));
}
