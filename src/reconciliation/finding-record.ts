import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import type { RecordInput } from '../ledger/index.ts';
import type { TimingInput } from '../verdict/index.ts';
import type { Evaluation } from './evaluation.ts';
import type { Decider } from './match-accounts.ts';
import type { FindingStep } from './plan-findings.ts';
import type { UnitSystem } from './report-population.ts';

/**
 * What the ledger says of a finding: the state vector, each account's timing exactly as it was judged, and the records that it
 * rests on, so that the verdict can be reached again from the record alone. It names our own ids and no person (I11).
 */
export function findingRecord(step: FindingStep, findingId: string, { at, actor }: Decider): RecordInput | undefined {
  if (step.record === undefined) return undefined;
  const { evaluation } = step;
  return {
    type: step.record,
    at,
    actor,
    subject: { kind: 'finding', id: findingId },
    ...('open' in step ? { before: { rule: step.open.rule, effect: step.open.effect } } : {}),
    ...(evaluation === undefined ? { detail: { reason: 'the unit is no longer part of the population' } } : decided(evaluation)),
  };
}

function decided(evaluation: Evaluation): { readonly after: CanonicalObject; readonly detail: CanonicalObject } {
  const { decision, unit } = evaluation;
  const { rule, verdict, effect } = decision.primary;
  return {
    after: { rule, verdict, effect, all: decision.all.map((match) => ({ ...match })), sentence: evaluation.sentence },
    detail: {
      unit: { kind: unit.kind, id: unit.id },
      person: unit.personId,
      policy: evaluation.policyId,
      vector: { ...evaluation.vector },
      systems: evaluation.systems.map(recorded),
      cites: [...evaluation.evidence],
    },
  };
}

function recorded({ system, accountId, standing, matchRule, state, grade, timing }: UnitSystem): CanonicalValue {
  return {
    system,
    account: accountId,
    standing,
    match_rule: matchRule,
    state,
    grade,
    timing: timing === null ? null : timed(timing),
  };
}

function timed({ mayBeBack, ...timing }: TimingInput): CanonicalObject {
  const back = mayBeBack === undefined ? {} : { mayBeBack: { ...mayBeBack } };
  return { ...timing, ...back, end: { ...timing.end }, deadline: { ...timing.deadline } };
}
