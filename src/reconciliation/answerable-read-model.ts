import type { FindingId, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { StateVector } from '../verdict/index.ts';
import type { AccountClass, ReportPerson, UnitSystem } from './report-population.ts';

/** How the latest run judged an account that is excluded as nobody's own; null: it has not judged it as such yet. */
export type AnswerableStanding = StateVector['classification'] | null;

/** An account that is excluded as nobody's own, with the person who answers for it. */
export interface AnswerableRow {
  readonly id: string;
  readonly class: AccountClass;
  readonly person: Omit<ReportPerson, 'workEmail'>;
  readonly findingId: FindingId | null;
  readonly standing: AnswerableStanding;
  readonly systems: readonly UnitSystem[];
  readonly evidence: readonly LedgerRecordId[];
}

const present = `
  from account_classification as classification
  left join finding
    on finding.workspace_id = classification.workspace_id and finding.unit_kind = 'account' and finding.unit_id = classification.account_id
    and finding.closed_at is null
  cross join lateral (select nullif(finding.vector ->> 'classification', 'HUMAN') as standing) as judged
  where classification.workspace_id = $1 and classification.approved_at is not null and classification.ended_at is null`;

/** By class and standing. */
export async function tallyAnswerables(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<readonly { readonly class: AccountClass; readonly standing: AnswerableStanding; readonly count: number }[]> {
  const { rows } = await q.query<{ class: AccountClass; standing: AnswerableStanding; count: number }>(
    `select classification.class, judged.standing, count(*)::int as count ${present} group by 1, 2 order by 1, 2`,
    [workspaceId],
  );
  return rows;
}

/** Those that stand as asked, in the order in which they were classed. */
export async function listAnswerables(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit, standings }: Page & { readonly standings: readonly AnswerableStanding[] },
): Promise<readonly AnswerableRow[]> {
  const { rows } = await q.query<AnswerableRow>(
    `select classification.id, classification.class, finding.id as "findingId", judged.standing,
            jsonb_build_object('id', person.id, 'employeeId', person.employee_id, 'displayName', person.display_name) as person,
            coalesce(finding.systems, '[]'::jsonb) as systems,
            array[classification.record_id, classification.approval_record_id] || coalesce(finding.evidence || finding.own_records, '{}') as evidence
     from (select classification.id as classification_id, finding.id as finding_id, judged.standing ${present}
             and ($2::uuid is null or classification.id > $2::uuid)
             and coalesce(judged.standing, 'none') = any ($3::text[])
           order by classification.id
           limit $4) as page
     join account_classification as classification on classification.workspace_id = $1 and classification.id = page.classification_id
     join person on person.workspace_id = $1 and person.id = classification.owner_person_id
     left join finding on finding.workspace_id = $1 and finding.id = page.finding_id
     cross join lateral (select page.standing) as judged
     order by classification.id`,
    [workspaceId, after ?? null, standings.map((standing) => standing ?? 'none'), limit],
  );
  return rows;
}
