import type { FindingId, Instant, LedgerRecordId, PersonId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { Effect, InstantRange, RuleId } from '../verdict/index.ts';
import type { Report } from './report-store.ts';

type Looked = Pick<Report, 'asOf' | 'periodEnd' | 'periodStart'>;

/** Somebody whose employment ended within a report's period, as HR told only after its as-of: the report lists another end of it, or none. */
export interface LeaverToldSince {
  readonly findingId: FindingId;
  readonly person: { readonly id: PersonId; readonly employeeId: string; readonly displayName: string | null };
  readonly employmentPeriodId: string;
  readonly end: InstantRange;
  readonly toldAt: Instant;
  /** By which HR told it. */
  readonly recordId: LedgerRecordId;
  /** The present verdict, which the report does not hold. */
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
}

/** HR's word is known since it came, and that of a roster that was held since it was taken: by what was told before, a report could not have known it. */
const knownAt = `coalesce((
         select made.imported_at from roster_import as made
         where made.workspace_id = told.workspace_id and made.id = told.import_id and made.received_at = told.hr_recorded_at
       ), told.hr_recorded_at)`;

/** By the present findings: what HR has told counts once a run has judged it. */
const toldSince = `from finding
     join employment_period as told on told.workspace_id = finding.workspace_id and told.id = finding.unit_id
     where finding.workspace_id = $1 and finding.closed_at is null and finding.unit_kind = 'employment_period'
       and finding.end_earliest >= $2::timestamptz and finding.end_earliest < $3::timestamptz and finding.vector ->> 'employment' = 'ENDED'
       and ${knownAt} > $4::timestamptz`;

const placeOf = (report: Looked) => [report.periodStart, report.periodEnd, report.asOf] as const;

export async function countToldSince(q: Queryable, workspaceId: WorkspaceId, report: Looked): Promise<number> {
  const { rows } = await q.query<{ count: number }>(`select count(*) as count ${toldSince}`, [workspaceId, ...placeOf(report)]);
  return rows[0]?.count ?? 0;
}

/** In order of the finding's id. */
export async function listToldSince(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit, report }: Page & { readonly report: Looked },
): Promise<readonly LeaverToldSince[]> {
  const { rows } = await q.query<LeaverToldSince>(
    `select since.*, jsonb_build_object('id', person.id, 'employeeId', person.employee_id, 'displayName', person.display_name) as person
     from (
       select finding.id as "findingId", finding.person_id, told.id as "employmentPeriodId",
              jsonb_build_object('earliest', ${instantText('finding.end_earliest')}, 'latest', ${instantText('finding.end_latest')}) as "end",
              told.hr_recorded_at as "toldAt", told.record_id as "recordId", finding.rule, finding.verdict, finding.effect
       ${toldSince} and ($5::uuid is null or finding.id > $5::uuid)
       order by finding.id
       limit $6
     ) as since
     join person on person.workspace_id = $1 and person.id = since.person_id
     order by since."findingId"`,
    [workspaceId, ...placeOf(report), after ?? null, limit],
  );
  return rows.map(({ findingId, person, employmentPeriodId, end, toldAt, recordId, rule, verdict, effect }) => {
    return { findingId, person, employmentPeriodId, end, toldAt, recordId, rule, verdict, effect };
  });
}
