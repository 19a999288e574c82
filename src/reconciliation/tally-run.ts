import type { JudgedBatch } from './judge-units.ts';
import type { FindingStep } from './plan-findings.ts';
import type { ReconciliationRun, RunCounts } from './run-store.ts';

/** What a run says of itself, added up batch by batch. */
export type RunTally = Pick<ReconciliationRun, 'counts' | 'population' | 'opened' | 'changed' | 'closed'>;

export const emptyTally: RunTally = {
  counts: { byVerdict: {}, byEffect: {} },
  population: { employmentPeriods: 0, continued: 0 },
  opened: 0,
  changed: 0,
  closed: 0,
};

/** Adds up a run that judges everything. */
export function tallyWhole(tally: RunTally = emptyTally, { steps, employmentPeriods, continued }: JudgedBatch): RunTally {
  return {
    ...recorded(tally, steps),
    counts: counted(tally.counts, steps.flatMap(after), 1),
    population: {
      employmentPeriods: tally.population.employmentPeriods + employmentPeriods,
      continued: tally.population.continued + continued,
    },
  };
}

/** Where a run that goes on from another begins: every unit that it does not judge is as it was. */
export function tallyFrom({ counts, population }: Pick<RunTally, 'counts' | 'population'>, employmentPeriods: number): RunTally {
  const added = employmentPeriods - population.employmentPeriods;
  return { ...emptyTally, counts, population: { employmentPeriods, continued: population.continued + added } };
}

/** Adds up a run that goes on from another, which `tallyFrom` began: the units that it judges take the place of what they were. */
export function tallyPart(tally: RunTally, { steps }: JudgedBatch): RunTally {
  const counts = counted(counted(tally.counts, steps.flatMap(before), -1), steps.flatMap(after), 1);
  // An employment without a finding is one that went on in another.
  const begun = steps.filter((step) => step.step === 'open' && step.evaluation.unit.kind === 'employment_period').length;
  const ended = steps.filter((step) => step.step === 'close' && step.open.unitKind === 'employment_period').length;
  const { employmentPeriods, continued } = tally.population;
  return { ...recorded(tally, steps), counts, population: { employmentPeriods, continued: continued - begun + ended } };
}

function recorded(tally: RunTally, steps: readonly FindingStep[]): RunTally {
  const count = (type: FindingStep['record']): number => steps.filter(({ record }) => record === type).length;
  return {
    ...tally,
    opened: tally.opened + count('finding.opened'),
    changed: tally.changed + count('finding.changed'),
    closed: tally.closed + count('finding.closed'),
  };
}

interface Said {
  readonly verdict: string;
  readonly effect: string;
}

function before(step: FindingStep): readonly Said[] {
  return step.step === 'open' ? [] : [step.open];
}

function after(step: FindingStep): readonly Said[] {
  return step.step === 'close' ? [] : [step.evaluation.decision.primary];
}

function counted({ byVerdict, byEffect }: RunCounts, said: readonly Said[], by: 1 | -1): RunCounts {
  return {
    byVerdict: summed(
      byVerdict,
      said.map(({ verdict }) => verdict),
      by,
    ),
    byEffect: summed(
      byEffect,
      said.map(({ effect }) => effect),
      by,
    ),
  };
}

/** Words that are left with none are left out. */
function summed(counts: Readonly<Record<string, number>>, words: readonly string[], by: 1 | -1): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...counts };
  for (const word of words) sum[word] = (sum[word] ?? 0) + by;
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}
