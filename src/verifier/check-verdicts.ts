import { indexAt, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { judgeAgain } from './judge-again.ts';
import { type Problem, problem } from './problem.ts';
import { readUnit } from './read-report.ts';

export const REPORT = 'report.json';

/** What the report says of itself, once it could be read. */
export interface ReportFacts {
  readonly kind: string;
  readonly asOf: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly conclusion: string;
  readonly findings: number;
  readonly effects: Readonly<Record<string, number>>;
}

export interface CheckedVerdicts {
  readonly facts?: ReportFacts;
  readonly problems: readonly Problem[];
}

/** Every verdict follows from what was observed, rests on records of this log, and the report's counts are the counts. */
export function checkVerdicts(report: JsonObject, recordIds: ReadonlySet<string>): CheckedVerdicts {
  const units = listAt(report['findings'], 'findings');
  const effects = new Map<string, number>();
  const problems = units.flatMap((unit, index) => checkUnit(unit, index, { recordIds, effects }));
  return {
    facts: factsOf(report, units.length),
    problems: [...problems, ...checkCounts(report, effects), ...checkConclusion(report, effects)],
  };
}

function checkUnit(
  value: unknown,
  index: number,
  { recordIds, effects }: { readonly recordIds: ReadonlySet<string>; readonly effects: Map<string, number> },
): readonly Problem[] {
  try {
    const unit = readUnit(value);
    const effect = String(unit.claimed.effect);
    effects.set(effect, (effects.get(effect) ?? 0) + 1);
    const unknown = unit.evidence.filter((id) => !recordIds.has(id)).map((id) => `it rests on record ${id}, which the log does not prove`);
    return [...judgeAgain(unit), ...unknown].map((what) => problem('verdict', `finding ${unit.id}: ${what}`));
  } catch (error) {
    return [problem('verdict', `finding number ${index + 1} cannot be judged: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

function checkCounts(report: JsonObject, counted: ReadonlyMap<string, number>): readonly Problem[] {
  const claimed = objectAt(report['effects'], 'effects');
  return [...new Set([...Object.keys(claimed), ...counted.keys()])]
    .filter((effect) => (claimed[effect] ?? 0) !== (counted.get(effect) ?? 0))
    .map((effect) =>
      problem(
        'verdict',
        `the report counts ${JSON.stringify(claimed[effect] ?? 0)} × ${effect}, its findings are ${counted.get(effect) ?? 0}`,
      ),
    );
}

/** An interim report never passes: what is pending may still go wrong; a final one passes only where nothing is open (I10). */
function checkConclusion(report: JsonObject, counted: ReadonlyMap<string, number>): readonly Problem[] {
  const { kind, asOf, periodEnd, conclusion } = report;
  if (kind !== 'INTERIM' && kind !== 'FINAL') return [problem('verdict', 'the report is of a kind that this verifier does not know')];
  const expected = conclusionOf(kind, counted);
  return [
    ...(conclusion === expected ? [] : [problem('verdict', `the report concludes ${String(conclusion)}; its findings give ${expected}`)]),
    ...(kind === 'FINAL' && String(asOf) < String(periodEnd)
      ? [problem('verdict', 'the report calls itself final, and was judged before its period was over')]
      : []),
  ];
}

function conclusionOf(kind: 'INTERIM' | 'FINAL', counted: ReadonlyMap<string, number>): string {
  if (counted.has('FAIL')) return 'FAIL';
  if (counted.has('INSUF')) return 'INSUFFICIENT';
  if (kind === 'INTERIM') return 'PENDING';
  return counted.has('PEND') ? 'INSUFFICIENT' : 'PASS';
}

function factsOf(report: JsonObject, findings: number): ReportFacts {
  const [kind, asOf, periodStart, periodEnd, conclusion] = ['kind', 'asOf', 'periodStart', 'periodEnd', 'conclusion'].map((name) =>
    String(report[name]),
  );
  const effects = Object.fromEntries(Object.entries(objectAt(report['effects'], 'effects')).map(([name, n]) => [name, indexAt(n, name)]));
  return {
    kind: kind ?? '',
    asOf: asOf ?? '',
    periodStart: periodStart ?? '',
    periodEnd: periodEnd ?? '',
    conclusion: conclusion ?? '',
    findings,
    effects,
  };
}
