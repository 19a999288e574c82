import type { Instant, LedgerRecordId, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import { type CopyRows, type CopyValue, type Queryable, type Transaction } from '../platform/index.ts';
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
  /** Which run of the workspace it is. */
  readonly ord: number;
  readonly at: Instant;
}

const COLUMNS = `id uuid, rule text, verdict text, effect text, "all" jsonb, vector jsonb, systems jsonb,
  "endEarliest" timestamptz, "endLatest" timestamptz, "deadlineEarliest" timestamptz, "deadlineLatest" timestamptz, policy uuid,
  sentence text, evidence uuid[], effects text[], "roleEffect" text, digest text, "contentHash" text, "dueAt" timestamptz, "isGrowing" boolean, changed boolean,
  record uuid`;

/** Inserts rows that `addFinding` made. */
export async function insertFindings(tx: Transaction, rows: CopyRows): Promise<void> {
  if (rows.count === 0) return;
  await tx.copyIn(
    `copy finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
                   deadline_earliest, deadline_latest, policy_id, sentence, evidence, own_records, effects, role_effect, digest, content_hash,
                   due_at, is_growing, opened_at, changed_at, last_run_id, since_run)
     from stdin`,
    rows.bytes(),
  );
}

/** Makes a new row. */
export function addFinding(rows: CopyRows, workspaceId: WorkspaceId, run: RunMoment, write: FindingWrite): void {
  rows.add(columnsOf(workspaceId, run, write));
}

function columnsOf(workspaceId: WorkspaceId, run: RunMoment, { id, evaluation, recordId }: FindingWrite): readonly CopyValue[] {
  const { unit, decision, end, deadline, due } = evaluation;
  const verdict = [unit.kind, unit.id, unit.personId, decision.primary.rule, decision.primary.verdict, decision.primary.effect];
  const facts = [evaluation.texts.all, evaluation.texts.vector, evaluation.texts.systems];
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
  return [workspaceId, id, ...verdict, ...facts, ...instants, ...records, ...marks, run.at, run.at, run.runId, run.ord];
}

const KEPT = `workspace_id, id, since_run, unit_kind, unit_id, person_id, rule, verdict, effect, role_effect, all_rules, vector, systems, end_earliest,
  end_latest, deadline_earliest, deadline_latest, policy_id, sentence, evidence, own_records, opened_at`;

/**
 * Keeps what the named rows say up to this run, in the statement that has them say something else. Of an employment that had ended: whether that end is taken back, by
 * the one that comes in its place, an expression of `written`.
 */
const keeping = (endInItsPlace: string) => `insert into finding_version (${KEPT}, until_run, is_end_withdrawn)
  select ${KEPT.replaceAll(/\w+/g, 'said.$&')}, $4::integer,
         said.unit_kind = 'employment_period' and said.end_latest is not null and coalesce(${endInItsPlace}, 'infinity'::timestamptz) > said.end_latest
  from written
  join finding as said on said.workspace_id = $1::uuid and said.id = written.id`;

/** Gives open rows the latest facts; `changed_at` and the records move with a changed verdict alone. What they said before is kept. */
export async function updateFindings(
  tx: Queryable,
  workspaceId: WorkspaceId,
  run: RunMoment,
  writes: readonly FindingWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `with written as (select given.* from jsonb_to_recordset($5::jsonb) as given (${COLUMNS})), kept as (${keeping('written."endLatest"')})
     update finding
     set rule = written.rule, verdict = written.verdict, effect = written.effect, all_rules = written."all", vector = written.vector, systems = written.systems,
         end_earliest = written."endEarliest", end_latest = written."endLatest", deadline_earliest = written."deadlineEarliest",
         deadline_latest = written."deadlineLatest", policy_id = written.policy, sentence = written.sentence, evidence = written.evidence,
         effects = written.effects, role_effect = written."roleEffect", digest = decode(written.digest, 'hex'), content_hash = decode(written."contentHash", 'hex'), due_at = written."dueAt",
         is_growing = written."isGrowing", last_run_id = $3::uuid, since_run = $4::integer,
         own_records = case when written.record is null then finding.own_records else finding.own_records || written.record end,
         changed_at = case when written.changed then $2::timestamptz else finding.changed_at end
     from written
     where finding.workspace_id = $1::uuid and finding.id = written.id`,
    [workspaceId, run.at, run.runId, run.ord, JSON.stringify(writes.map(rowOf))],
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
    `with written as (select given.* from jsonb_to_recordset($5::jsonb) as given (id uuid, "recordId" uuid)), kept as (${keeping('null')})
     update finding
     set closed_at = $2::timestamptz, last_run_id = $3::uuid,
         own_records = case when written."recordId" is null then finding.own_records else finding.own_records || written."recordId" end
     from written
     where finding.workspace_id = $1::uuid and finding.id = written.id`,
    [workspaceId, run.at, run.runId, run.ord, JSON.stringify(closed)],
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
