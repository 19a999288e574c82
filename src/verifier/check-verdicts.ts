import type { RuleEdition } from '../verdict/index.ts';
import { checkBlind } from './check-blind.ts';
import { checkConclusion, editionOf, isSince, presentConclusion } from './check-conclusion.ts';
import { checkSums } from './check-sums.ts';
import { checkReleased, checkTaken } from './check-taken.ts';
import { checkTests } from './check-tests.ts';
import { indexAt, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { judgeAgain } from './judge-again.ts';
import { guarded, type Problem, problem } from './problem.ts';
import { readUnit } from './read-report.ts';

export const REPORT = 'report.json';

/** What the report says of itself, once it could be read. */
export interface ReportFacts {
  readonly kind: string;
  readonly asOf: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly conclusion: string;
  readonly format: string;
  /** What the present rule gives, and why, where the report was concluded by the rule of an earlier format and that gave another. */
  readonly presently?: string;
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
  const edition = editionOf(report['format']);
  const problems = units.flatMap((unit, index) => checkUnit(unit, index, { recordIds, effects, edition }));
  return {
    facts: { ...factsOf(report, units.length), ...presently(report, effects) },
    problems: [
      ...problems,
      ...guarded(REPORT, () => checkBlind(report).map((what) => problem('verdict', what))),
      ...checkCounts(report, effects),
      ...guarded(REPORT, () => [
        ...(isSince(report['format'], 4) ? checkTaken(report) : []),
        ...checkReleased(report),
        ...checkConclusion(report, effects),
        ...checkSums(report),
        ...checkTests(report),
      ]),
    ],
  };
}

function checkUnit(
  value: unknown,
  index: number,
  {
    recordIds,
    effects,
    edition,
  }: { readonly recordIds: ReadonlySet<string>; readonly effects: Map<string, number>; readonly edition: RuleEdition },
): readonly Problem[] {
  try {
    const unit = readUnit(value);
    const effect = String(unit.claimed.effect);
    effects.set(effect, (effects.get(effect) ?? 0) + 1);
    const unknown = unit.evidence.filter((id) => !recordIds.has(id)).map((id) => `it rests on record ${id}, which the log does not prove`);
    return [...judgeAgain(unit, edition), ...unknown].map((what) => problem('verdict', `finding ${unit.id}: ${what}`));
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

/** A report of an earlier format that the present rule cannot be asked of is told as it is. */
function presently(report: JsonObject, effects: ReadonlyMap<string, number>): Pick<ReportFacts, 'presently'> {
  let said: string | undefined;
  guarded(REPORT, () => {
    said = presentConclusion(report, effects);
    return [];
  });
  return said === undefined ? {} : { presently: said };
}

function factsOf(report: JsonObject, findings: number): ReportFacts {
  const [kind, asOf, periodStart, periodEnd, conclusion, format] = ['kind', 'asOf', 'periodStart', 'periodEnd', 'conclusion', 'format'].map(
    (name) => String(report[name]),
  );
  const effects = Object.fromEntries(Object.entries(objectAt(report['effects'], 'effects')).map(([name, n]) => [name, indexAt(n, name)]));
  return {
    kind: kind ?? '',
    asOf: asOf ?? '',
    periodStart: periodStart ?? '',
    periodEnd: periodEnd ?? '',
    conclusion: conclusion ?? '',
    format: format ?? '',
    findings,
    effects,
  };
}
