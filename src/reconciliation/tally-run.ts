import type { JudgedBatch } from './judge-units.ts';
import type { FindingStep } from './plan-findings.ts';
import type { ReconciliationRun } from './run-store.ts';

/** What a run says of itself, added up batch by batch. */
export type RunTally = Pick<ReconciliationRun, 'counts' | 'population' | 'opened' | 'changed' | 'closed'>;

export const emptyTally: RunTally = {
  counts: { byVerdict: {}, byEffect: {} },
  population: { employmentPeriods: 0, continued: 0 },
  opened: 0,
  changed: 0,
  closed: 0,
};

export function addBatch(tally: RunTally, { steps, employmentPeriods, continued }: JudgedBatch): RunTally {
  const recorded = (type: FindingStep['record']): number => steps.filter(({ record }) => record === type).length;
  const judged = steps.flatMap((step) => (step.step === 'close' ? [] : [step.evaluation.decision.primary]));
  return {
    counts: {
      byVerdict: counted(
        tally.counts.byVerdict,
        judged.map(({ verdict }) => verdict),
      ),
      byEffect: counted(
        tally.counts.byEffect,
        judged.map(({ effect }) => effect),
      ),
    },
    population: {
      employmentPeriods: tally.population.employmentPeriods + employmentPeriods,
      continued: tally.population.continued + continued,
    },
    opened: tally.opened + recorded('finding.opened'),
    changed: tally.changed + recorded('finding.changed'),
    closed: tally.closed + recorded('finding.closed'),
  };
}

function counted(counts: Readonly<Record<string, number>>, words: readonly string[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...counts };
  for (const word of words) sum[word] = (sum[word] ?? 0) + 1;
  return sum;
}
