import type { Instant, LedgerRecordId, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Evaluation } from './evaluation.ts';
import type { OpenFinding } from './plan-findings.ts';

/** The present verdict on every unit. */
export async function openFindings(tx: Queryable, workspaceId: WorkspaceId): Promise<readonly OpenFinding[]> {
  const { rows } = await tx.query<OpenFinding>(
    `select finding.id, finding.unit_kind as "unitKind", finding.unit_id as "unitId", finding.rule, finding.effect,
            finding.all_rules as "all", finding.digest
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null`,
    [workspaceId],
  );
  return rows;
}

export interface FindingWrite {
  readonly id: string;
  readonly evaluation: Evaluation;
  readonly isChanged: boolean;
  readonly recordId: LedgerRecordId | null;
}

export interface RunMoment {
  readonly runId: ReconciliationRunId;
  readonly at: Instant;
}

const COLUMNS = `id uuid, kind text, unit uuid, person uuid, rule text, verdict text, effect text, "all" jsonb, vector jsonb, systems jsonb,
  "endEarliest" timestamptz, "endLatest" timestamptz, "deadlineEarliest" timestamptz, "deadlineLatest" timestamptz, policy uuid,
  sentence text, evidence uuid[], digest text, changed boolean, record uuid`;

export async function insertFindings(
  tx: Queryable,
  workspaceId: WorkspaceId,
  run: RunMoment,
  writes: readonly FindingWrite[],
): Promise<void> {
  await tx.query(
    `insert into finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems,
                          end_earliest, end_latest, deadline_earliest, deadline_latest, policy_id, sentence, evidence, own_records,
                          digest, opened_at, changed_at, last_run_id)
     select $1::uuid, row.id, row.kind, row.unit, row.person, row.rule, row.verdict, row.effect, row."all", row.vector, row.systems,
            row."endEarliest", row."endLatest", row."deadlineEarliest", row."deadlineLatest", row.policy, row.sentence, row.evidence,
            array_remove(array[row.record], null), decode(row.digest, 'hex'), $2::timestamptz, $2::timestamptz, $3::uuid
     from jsonb_to_recordset($4::jsonb) as row (${COLUMNS})`,
    [workspaceId, run.at, run.runId, JSON.stringify(writes.map(rowOf))],
  );
}

/** Gives open rows the latest facts; `changed_at` and the records move with a changed verdict alone. */
export async function updateFindings(
  tx: Queryable,
  workspaceId: WorkspaceId,
  run: RunMoment,
  writes: readonly FindingWrite[],
): Promise<void> {
  await tx.query(
    `update finding
     set rule = row.rule, verdict = row.verdict, effect = row.effect, all_rules = row."all", vector = row.vector, systems = row.systems,
         end_earliest = row."endEarliest", end_latest = row."endLatest", deadline_earliest = row."deadlineEarliest",
         deadline_latest = row."deadlineLatest", policy_id = row.policy, sentence = row.sentence, evidence = row.evidence,
         digest = decode(row.digest, 'hex'), last_run_id = $3::uuid,
         own_records = case when row.record is null then finding.own_records else finding.own_records || row.record end,
         changed_at = case when row.changed then $2::timestamptz else finding.changed_at end
     from jsonb_to_recordset($4::jsonb) as row (${COLUMNS})
     where finding.workspace_id = $1::uuid and finding.id = row.id`,
    [workspaceId, run.at, run.runId, JSON.stringify(writes.map(rowOf))],
  );
}

export async function closeFindings(
  tx: Queryable,
  workspaceId: WorkspaceId,
  run: RunMoment,
  closed: readonly { readonly id: string; readonly recordId: LedgerRecordId | null }[],
): Promise<void> {
  await tx.query(
    `update finding
     set closed_at = $2::timestamptz, last_run_id = $3::uuid,
         own_records = case when row."recordId" is null then finding.own_records else finding.own_records || row."recordId" end
     from jsonb_to_recordset($4::jsonb) as row (id uuid, "recordId" uuid)
     where finding.workspace_id = $1::uuid and finding.id = row.id`,
    [workspaceId, run.at, run.runId, JSON.stringify(closed)],
  );
}

function rowOf({ id, evaluation, isChanged, recordId }: FindingWrite): Record<string, unknown> {
  const { unit, decision, end, deadline } = evaluation;
  return {
    id,
    kind: unit.kind,
    unit: unit.id,
    person: unit.personId,
    ...decision.primary,
    all: decision.all,
    vector: evaluation.vector,
    systems: evaluation.systems,
    endEarliest: end?.earliest ?? null,
    endLatest: end?.latest ?? null,
    deadlineEarliest: deadline?.earliest ?? null,
    deadlineLatest: deadline?.latest ?? null,
    policy: evaluation.policyId,
    sentence: evaluation.sentence,
    evidence: evaluation.evidence,
    digest: evaluation.digest.toString('hex'),
    changed: isChanged,
    record: recordId,
  };
}
