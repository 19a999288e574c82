import { type Instant, plural } from '../kernel/index.ts';
import {
  concludeReport,
  concludeTest,
  conclusionSentence,
  type EffectCounts,
  type LeaversTested,
  type NobodyLeft,
  type PopulationDoubt,
  type RuleEdition,
} from '../verdict/index.ts';
import { indexAt, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';
import { hasLeft, instantAt } from './read-report.ts';
import { same } from './same-value.ts';

/**
 * Of `rollcall-report/1` the conclusion looked at findings alone; from 2 on it is never better than the test about leavers. Of 2 any import of HR's counted as word of
 * everybody; from 3 on changes alone do not, and a proven failure outweighs
 * an open match. From 4 on a finding names the stretches in which nobody looked, and that nobody left is said first. From 5 on whoever a roster leaves out is a
 * doubt of the test about leavers.
 */
export const FORMATS = ['rollcall-report/1', 'rollcall-report/2', 'rollcall-report/3', 'rollcall-report/4', 'rollcall-report/5'] as const;

/** Whether a report is held to what came with that format. */
export function isSince(format: unknown, from: 3 | 4 | 5): boolean {
  return FORMATS.slice(from - 1).some((known) => known === format);
}

/** By which edition of the rules the findings of a report of that format were judged. */
export function editionOf(format: unknown): RuleEdition {
  if (format === FORMATS[0] || format === FORMATS[1]) return 'before-3';
  if (format === FORMATS[2]) return 'before-4';
  return format === FORMATS[3] ? 'before-5' : 'present';
}

/** The test that a report is concluded by. */
export const LEAVERS = 'terminated-people-are-deactivated';

type Kind = 'INTERIM' | 'FINAL';

const unasked: LeaversTested = { effects: {}, doubts: [] };

/**
 * The conclusion is the one that findings, tests and doubts allow, by the rule of the report's own format (I10). An interim report never passes: what is
 * pending may still go wrong; a final one passes only where nothing is open and nobody doubts who left. Throws TypeError for what is no report.
 */
export function checkConclusion(report: JsonObject, counted: ReadonlyMap<string, number>): readonly Problem[] {
  const { format, kind, asOf, periodEnd, conclusion, concludedBecause } = report;
  if (!isKind(kind)) return [problem('verdict', 'the report is of a kind that this verifier does not know')];
  const untimely =
    kind === 'FINAL' && String(asOf) < String(periodEnd)
      ? [problem('verdict', 'the report calls itself final, and was judged before its period was over')]
      : [];
  if (format === FORMATS[0])
    return [...untimely, ...concludes(conclusion, concludeReport(kind, countsOf(counted), unasked), 'its findings give')];
  if (!FORMATS.some((known) => known === format))
    return [...untimely, problem('verdict', 'the report is of a format that this verifier does not know')];
  const tests = testsOf(report);
  const leavers = tests.find(({ id }) => id === LEAVERS);
  if (leavers === undefined) return [...untimely, problem('verdict', `the report lacks the test ${LEAVERS}, by which it is concluded`)];
  const expected = concludeReport(kind, countsOf(counted), leavers);
  return [
    ...untimely,
    ...tests.flatMap(checkTest),
    ...checkLeavers(report, leavers),
    ...checkDoubts(report, leavers),
    ...concludes(conclusion, expected, 'its findings, and the test about leavers, give'),
    ...(concludedBecause === conclusionSentence(kind, expected, leavers.doubts, nobodyLeft(report))
      ? []
      : [
          problem(
            'verdict',
            'the report says why it concludes so in other words than its conclusion and the doubts about its leavers give',
          ),
        ]),
  ];
}

/**
 * What a report of the first format would conclude by the present rule, and why, where that is another conclusion than its own; undefined elsewhere. What
 * it does not hold, since it is older still, is not asked for.
 */
export function presentConclusion(report: JsonObject, counted: ReadonlyMap<string, number>): string | undefined {
  const { format, kind, conclusion } = report;
  if (format !== FORMATS[0] || !isKind(kind)) return undefined;
  const told = report['tests'] === undefined ? unasked : (testsOf(report).find(({ id }) => id === LEAVERS) ?? unasked);
  const doubts = [...told.doubts, ...(report['sources'] === undefined ? [] : untoldDoubts(report, told))];
  const expected = concludeReport(kind, countsOf(counted), { ...told, doubts });
  return expected === conclusion ? undefined : `${expected}: ${conclusionSentence(kind, expected, doubts)}`;
}

function isKind(kind: unknown): kind is Kind {
  return kind === 'INTERIM' || kind === 'FINAL';
}

function concludes(conclusion: unknown, expected: string, by: string): readonly Problem[] {
  return conclusion === expected ? [] : [problem('verdict', `the report concludes ${String(conclusion)}; ${by} ${expected}`)];
}

interface ReadTest extends LeaversTested {
  readonly id: string;
  readonly verdict: string;
  readonly period: JsonObject | null;
}

function testsOf(report: JsonObject): readonly ReadTest[] {
  return listAt(report['tests'], 'tests').map((value): ReadTest => {
    const test = objectAt(value, 'a test');
    const id = textAt(test['id'], 'the id of a test');
    return {
      id,
      verdict: textAt(test['verdict'], `${id}.verdict`),
      effects: Object.fromEntries(Object.entries(objectAt(test['effects'], `${id}.effects`)).map(([name, n]) => [name, indexAt(n, name)])),
      doubts: listAt(test['doubts'], `${id}.doubts`).map((each): PopulationDoubt => {
        const doubt = objectAt(each, 'a doubt');
        return { code: textAt(doubt['code'], 'the code of a doubt'), detail: textAt(doubt['detail'], 'the detail of a doubt') };
      }),
      period: test['period'] === null ? null : objectAt(test['period'], `${id}.period`),
    };
  });
}

function checkTest({ id, verdict, effects, doubts }: ReadTest): readonly Problem[] {
  const expected = concludeTest(effects, doubts.length > 0);
  return verdict === expected ? [] : [problem('verdict', `the test ${id} comes to ${verdict}; its members and doubts give ${expected}`)];
}

/** Formats before 4 do not say that nothing was tested where nobody left. */
function nobodyLeft(report: JsonObject): NobodyLeft | undefined {
  if (!isSince(report['format'], 4) || listAt(report['findings'], 'findings').some((unit) => hasLeft(unit, report))) return undefined;
  return { imports: listAt(objectAt(report['sources'], 'sources')['roster'], 'sources.roster').length };
}

/** The test, and the totals, count the leavers that the report lists: those of its findings that ended within its period. */
function checkLeavers(report: JsonObject, { effects }: LeaversTested): readonly Problem[] {
  const left = listAt(report['findings'], 'findings').filter((unit) => hasLeft(unit, report));
  const listed: Record<string, number> = {};
  for (const unit of left) {
    const effect = String(objectAt(unit, 'a finding')['effect']);
    listed[effect] = (listed[effect] ?? 0) + 1;
  }
  const counted = Object.fromEntries(Object.entries(effects).filter(([, count]) => count !== 0));
  const { leavers } = objectAt(report['totals'], 'totals');
  return [
    ...(same(counted, listed)
      ? []
      : [problem('verdict', `the test ${LEAVERS} counts ${saidOf(counted)}; the leavers that are listed are ${saidOf(listed)}`)]),
    ...(leavers === left.length
      ? []
      : [problem('verdict', `the totals count ${JSON.stringify(leavers)} leavers; ${left.length} are listed`)]),
  ];
}

function saidOf(effects: Readonly<Record<string, number>>): string {
  const said = Object.entries(effects).map(([effect, count]) => `${count} × ${effect}`);
  return said.length === 0 ? 'nobody' : said.join(', ');
}

/** The test is of the report's own period, and no doubt is left out that the report's sources show. */
function checkDoubts(report: JsonObject, leavers: ReadTest): readonly Problem[] {
  const { from, to } = leavers.period ?? {};
  return [
    ...(from === report['periodStart'] && to === report['periodEnd']
      ? []
      : [problem('verdict', `the test ${LEAVERS} is of another period than the report`)]),
    ...untoldDoubts(report, leavers).map(({ code, detail }) =>
      problem('verdict', `the test ${LEAVERS} leaves out the doubt ${code}: ${detail}`),
    ),
  ];
}

/** Doubts about who left that follow from the instants and the findings in the report, and that its test does not tell. */
function untoldDoubts(report: JsonObject, { doubts }: LeaversTested): readonly PopulationDoubt[] {
  return [...shownDoubts(report), ...leftOutDoubts(report)].filter(({ code }) => !doubts.some((told) => told.code === code));
}

function shownDoubts(report: JsonObject): readonly PopulationDoubt[] {
  const [asOf, periodEnd] = [instantAt(report['asOf'], 'asOf'), instantAt(report['periodEnd'], 'periodEnd')];
  const imports = listAt(objectAt(report['sources'], 'sources')['roster'], 'sources.roster');
  const heard = imports.flatMap((each) => heardAt(objectAt(each, 'an import'), isSince(report['format'], 3)));
  const last = heard.sort().at(-1);
  if (last === undefined) return [{ code: 'roster-never-imported', detail: 'The report names no roster of everybody.' }];
  if (asOf < periodEnd) return [{ code: 'period-not-over', detail: `It was judged by what was known at ${asOf}.` }];
  if (last >= periodEnd) return [];
  return [{ code: 'roster-before-period-end', detail: `HR’s latest roster of everybody came at ${last}, before the period ended.` }];
}

/** Whoever a roster leaves out with no end that has come is in no test about leavers; formats before 5 do not say that this leaves it open. */
function leftOutDoubts(report: JsonObject): readonly PopulationDoubt[] {
  if (!isSince(report['format'], 5)) return [];
  const leftOut = listAt(report['findings'], 'findings').filter((finding) => {
    const vector = objectAt(objectAt(finding, 'a finding')['vector'], 'a vector');
    return vector['roster'] === 'DROPPED' && vector['employment'] !== 'ENDED';
  });
  return leftOut.length === 0
    ? []
    : [
        {
          code: 'roster-leaves-out',
          detail: `By ${plural(leftOut.length, 'finding')} nobody has said whether whom a roster leaves out has left.`,
        },
      ];
}

/** When an import told of everybody; nothing where it told of changes alone, which formats before 3 do not say. */
function heardAt(made: JsonObject, isOfThird: boolean): readonly Instant[] {
  if (!isOfThird) return [instantAt(made['importedAt'], 'importedAt')];
  return made['tells'] === 'everybody' || made['tells'] === 'changes-and-no-others' ? [instantAt(made['toldAt'], 'toldAt')] : [];
}

function countsOf(counted: ReadonlyMap<string, number>): EffectCounts {
  return Object.fromEntries(counted);
}
