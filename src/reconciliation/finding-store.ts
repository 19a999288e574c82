import type { Instant, LedgerRecordId, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import { type CopyValue, copyLine, type Queryable, type Transaction } from '../platform/index.ts';
import { type Effect, isOfRoles } from '../verdict/index.ts';
import type { Evaluation } from './evaluation.ts';

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

const COLUMNS = `id uuid, rule text, verdict text, effect text, "all" jsonb, vector jsonb, systems jsonb,
  "endEarliest" timestamptz, "endLatest" timestamptz, "deadlineEarliest" timestamptz, "deadlineLatest" timestamptz, policy uuid,
  sentence text, evidence uuid[], effects text[], "roleEffect" text, digest text, "contentHash" text, "dueAt" timestamptz, "isGrowing" boolean, changed boolean,
  record uuid`;

export async function insertFindings(
  tx: Transaction,
  workspaceId: WorkspaceId,
  run: RunMoment,
  writes: readonly FindingWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  await tx.copyIn(
    `copy finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
                   deadline_earliest, deadline_latest, policy_id, sentence, evidence, own_records, effects, role_effect, digest, content_hash,
                   due_at, is_growing, opened_at, changed_at, last_run_id)
     from stdin`,
    [writes.map((write) => copyLine(columnsOf(workspaceId, run, write))).join('')],
  );
}

function columnsOf(workspaceId: WorkspaceId, run: RunMoment, { id, evaluation, recordId }: FindingWrite): readonly CopyValue[] {
  const { unit, decision, end, deadline, due } = evaluation;
  const verdict = [unit.kind, unit.id, unit.personId, decision.primary.rule, decision.primary.verdict, decision.primary.effect];
  const facts = [decision.all, evaluation.vector, evaluation.systems].map((value) => JSON.stringify(value));
  const instants = [end?.earliest, end?.latest, deadline?.earliest, deadline?.latest].map((instant) => instant ?? null);
  const records = [evaluation.policyId, evaluation.sentence, evaluation.evidence, recordId === null ? [] : [recordId]];
  const marks = [
    evaluation.effects,
    roleEffectOf(evaluation),
    `\\x${evaluation.digest}`,
    `\\x${evaluation.contentHash}`,
    due.at,
    due.isGrowing,
  ];
  return [workspaceId, id, ...verdict, ...facts, ...instants, ...records, ...marks, run.at, run.at, run.runId];
}

/** Gives open rows the latest facts; `changed_at` and the records move with a changed verdict alone. */
export async function updateFindings(
  tx: Queryable,
  workspaceId: WorkspaceId,
  run: RunMoment,
  writes: readonly FindingWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `update finding
     set rule = row.rule, verdict = row.verdict, effect = row.effect, all_rules = row."all", vector = row.vector, systems = row.systems,
         end_earliest = row."endEarliest", end_latest = row."endLatest", deadline_earliest = row."deadlineEarliest",
         deadline_latest = row."deadlineLatest", policy_id = row.policy, sentence = row.sentence, evidence = row.evidence,
         effects = row.effects, role_effect = row."roleEffect", digest = decode(row.digest, 'hex'), content_hash = decode(row."contentHash", 'hex'), due_at = row."dueAt",
         is_growing = row."isGrowing", last_run_id = $3::uuid,
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
  if (closed.length === 0) return;
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
  const { decision, end, deadline, due } = evaluation;
  return {
    id,
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
    effects: evaluation.effects,
    roleEffect: roleEffectOf(evaluation),
    digest: evaluation.digest,
    contentHash: evaluation.contentHash,
    dueAt: due.at,
    isGrowing: due.isGrowing,
    changed: isChanged,
    record: recordId,
  };
}

/** Of the one rule that says what is wrong with a role, where one does. */
function roleEffectOf({ decision }: Evaluation): Effect | null {
  return decision.all.find(isOfRoles)?.effect ?? null;
}
