import { type LedgerRecordId, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import { type Clock, type Database, expectManyRows, type Transaction } from '../platform/index.ts';
import { LocalCalendar } from '../verdict/index.ts';
import { evaluateAccount } from './evaluate-account.ts';
import { evaluatePeriod } from './evaluate-period.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import { expireClassifications } from './expire-classifications.ts';
import { expireDispositions } from './expire-dispositions.ts';
import { findingRecord } from './finding-record.ts';
import { closeFindings, type FindingWrite, insertFindings, openFindings, type RunMoment, updateFindings } from './finding-store.ts';
import { lockReconciliation } from './link-store.ts';
import { type Decider, matchAccounts } from './match-accounts.ts';
import { type FindingStep, planFindings } from './plan-findings.ts';
import { listPolicies } from './policy-store.ts';
import { privilegedLeavers } from './privileged-leavers-store.ts';
import { driftsSince, keepDrifts } from './role-drift-store.ts';
import { reviewOwners } from './review-owners.ts';
import { insertRun, type ReconciliationRun, type RunCounts } from './run-store.ts';
import { connectionFacts, personFacts, unmatchedFacts, workspaceZone } from './unit-read-model.ts';

export interface ReconciliationDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

/**
 * Reconciles the roster with the directory and SCIM as of now: matches accounts, judges every employment period and every
 * account without a person, and opens, changes and closes findings with their ledger records, those about owners too, all in one
 * transaction.
 * Throws DomainError `conflict` where no policy says by when access must be gone.
 */
export async function reconcile(deps: ReconciliationDependencies, workspaceId: WorkspaceId, actor: string): Promise<ReconciliationRun> {
  return deps.database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const by: Decider = { at: deps.clock.now(), actor };
    const runId = newId<'reconciliation-run'>(by.at);
    const policies = await listPolicies(tx, workspaceId);
    if (policies.length === 0) {
      refuse('conflict', {
        detail: 'No policy says by when access must be gone.',
        next: 'POST /policies with a preset, slaHours or businessDays first.',
      });
    }
    await expectManyRows(tx);
    await expireClassifications(tx, workspaceId, by);
    await expireDispositions(tx, workspaceId, by);
    await matchAccounts(tx, workspaceId, by);
    const connections = await connectionFacts(tx, workspaceId);
    const population = await evaluate(tx, workspaceId, {
      at: by.at,
      policies,
      workspaceZone: await workspaceZone(tx, workspaceId),
      calendar: new LocalCalendar(),
      connections: new Map(connections.map((connection) => [connection.id, connection])),
      driftSince: await driftsSince(tx, workspaceId),
      privilegedBefore: await privilegedLeavers(tx, workspaceId),
    });
    await keepDrifts(tx, workspaceId, drifting(population.evaluations), by.at);
    const steps = planFindings(population.evaluations, await openFindings(tx, workspaceId));
    await carryOut(tx, workspaceId, { steps, by, run: { runId, at: by.at } });
    await reviewOwners(tx, workspaceId, by);
    const run = { id: runId, asOf: by.at, startedBy: actor, ...summaryOf(population, steps) };
    await insertRun(tx, workspaceId, run);
    return run;
  });
}

/** Whose role differs, for however long. */
function drifting(evaluations: readonly Evaluation[]): readonly string[] {
  const drifts = evaluations.filter(({ vector }) => vector.role === 'DRIFT' || vector.role === 'DRIFTING');
  return [...new Set(drifts.flatMap(({ unit }) => unit.personId ?? []))];
}

interface Population {
  readonly evaluations: readonly Evaluation[];
  readonly employmentPeriods: number;
  readonly continued: number;
}

async function evaluate(tx: Transaction, workspaceId: WorkspaceId, context: EvaluationContext): Promise<Population> {
  const people = await personFacts(tx, workspaceId);
  const periods = people.flatMap((person) => person.periods.map((period) => evaluatePeriod(person, period, context)));
  const accounts = (await unmatchedFacts(tx, workspaceId)).map((facts) => evaluateAccount(facts, context));
  const judged = periods.filter((evaluation) => evaluation !== 'continued');
  return {
    evaluations: [...judged, ...accounts.filter((evaluation) => evaluation !== undefined)],
    employmentPeriods: periods.length,
    continued: periods.length - judged.length,
  };
}

interface Work {
  readonly steps: readonly FindingStep[];
  readonly by: Decider;
  readonly run: RunMoment;
}

async function carryOut(tx: Transaction, workspaceId: WorkspaceId, { steps, by, run }: Work): Promise<void> {
  const drafts = steps.map((step) => {
    const id = 'open' in step ? step.open.id : newId<'finding'>(by.at);
    return { step, id, record: findingRecord(step, id, by) };
  });
  const records = drafts.flatMap(({ record }) => (record === undefined ? [] : [record]));
  const recordIds = idsByRecord(records, await append(tx, workspaceId, records));
  const opened: FindingWrite[] = [];
  const kept: FindingWrite[] = [];
  const closed: { id: string; recordId: LedgerRecordId | null }[] = [];
  for (const { step, id, record } of drafts) {
    const recordId = (record === undefined ? undefined : recordIds.get(record)) ?? null;
    if (step.step === 'open') opened.push({ id, recordId, evaluation: step.evaluation, isChanged: true });
    else if (step.step === 'keep') kept.push({ id, recordId, evaluation: step.evaluation, isChanged: step.isChanged });
    else closed.push({ id, recordId });
  }
  // Closings first: a unit has one open row.
  await closeFindings(tx, workspaceId, run, closed);
  await updateFindings(tx, workspaceId, run, kept);
  await insertFindings(tx, workspaceId, run, opened);
}

function idsByRecord(records: readonly RecordInput[], ids: readonly LedgerRecordId[]): ReadonlyMap<RecordInput, LedgerRecordId> {
  return new Map(
    records.map((record, index) => {
      const id = ids[index];
      if (id === undefined) throw new Error('the ledger returned fewer ids than records');
      return [record, id];
    }),
  );
}

function summaryOf(population: Population, steps: readonly FindingStep[]) {
  const { evaluations, employmentPeriods, continued } = population;
  const recorded = (type: FindingStep['record']): number => steps.filter(({ record }) => record === type).length;
  return {
    counts: countsOf(evaluations),
    population: { employmentPeriods, continued },
    opened: recorded('finding.opened'),
    changed: recorded('finding.changed'),
    closed: recorded('finding.closed'),
  };
}

function countsOf(evaluations: readonly Evaluation[]): RunCounts {
  const byVerdict: Record<string, number> = {};
  const byEffect: Record<string, number> = {};
  for (const { decision } of evaluations) {
    const { verdict, effect } = decision.primary;
    byVerdict[verdict] = (byVerdict[verdict] ?? 0) + 1;
    byEffect[effect] = (byEffect[effect] ?? 0) + 1;
  }
  return { byVerdict, byEffect };
}
