import {
  type ComplianceTestId,
  concludeTest,
  decide,
  judgeTiming,
  sentenceOf,
  testSentence,
  testWords,
  worstTiming,
} from '../../src/verdict/index.ts';
import type { Json } from './resealed.ts';

export function findingOf(report: Json, name: string): Json {
  return report.findings.find(({ person }: Json) => person?.displayName === name);
}

/** The finding judged by what it now says, and the report counted by its findings: forged so that it agrees with itself. */
export function rejudge(report: Json, finding: Json): void {
  for (const system of finding.systems) system.judged = judgeTiming(system.timing);
  const timings = (name: string) => finding.systems.filter(({ system }: Json) => system === name).map(({ timing }: Json) => timing);
  const outcomeOf = (name: string) => worstTiming(timings(name).map((timing: Json) => judgeTiming(timing).outcome));
  finding.vector = { ...finding.vector, directoryTiming: outcomeOf('directory'), scimTiming: outcomeOf('scim') };
  const decision = decide(finding.vector);
  const sentence = sentenceOf(decision, { vector: finding.vector, directory: timings('directory'), scim: timings('scim') });
  Object.assign(finding, decision.primary, { all: decision.all, sentence });
  count(report);
}

/** The finding decided by other words of its vector, with accounts that no deadline is held to, and the report counted by its findings. */
export function redecide(report: Json, finding: Json, vector: Json): void {
  Object.assign(finding.vector, vector);
  const decision = decide(finding.vector);
  Object.assign(finding, decision.primary, {
    all: decision.all.map(({ rule, verdict, effect }) => ({ rule, verdict, effect })),
    sentence: sentenceOf(decision, { vector: finding.vector, directory: [], scim: [] }),
  });
  count(report);
}

export function count(report: Json): void {
  const left = report.findings.filter(({ end }: Json) => end?.earliest >= report.periodStart && end?.earliest < report.periodEnd);
  const of = (findings: Json) => findings.reduce((all: Json, { effect }: Json) => ({ ...all, [effect]: (all[effect] ?? 0) + 1 }), {});
  const totals = { ...report.totals, leavers: left.length };
  const { continued, endedOutsidePeriod, active, prehire } = totals;
  totals.employmentPeriods = left.length + endedOutsidePeriod + continued + active + prehire;
  Object.assign(report, { effects: of(report.findings), totals });
  const taken = left.filter(({ systems }: Json) => systems.some((each: Json) => each.taken && each.standing !== 'released')).length;
  countLeavers(report.tests[0], of(left), taken);
}

/** The test about leavers as such leavers give it. */
export function countLeavers(test: Json, effects: Json, taken = 0): void {
  const members: number = Object.values<number>(effects).reduce((sum, count) => sum + count, 0);
  Object.assign(test, { effects, passed: effects.PASS ?? 0, of: members });
  test.ties.parts[0].count = members;
  test.ties.rows = test.ties.parts.reduce((sum: number, { count }: Json) => sum + count, 0);
  saysItsFigures(test, taken);
}

/** The sentence of a test as its figures give it. */
export function saysItsFigures(test: Json, taken = 0): void {
  test.sentence = testSentence(testWords[test.id as ComplianceTestId], { ...test, taken });
}

export function systemOf(report: Json, name: string, system: string): Json {
  return findingOf(report, name).systems.find((each: Json) => each.system === system);
}

export function testOf(report: Json, id: string): Json {
  return report.tests.find((test: Json) => test.id === id);
}

/** Counts so many of a test's members otherwise, and all that follows from it. */
export function recount(report: Json, id: string, effects: Json): void {
  const test = testOf(report, id);
  for (const [effect, more] of Object.entries<number>(effects)) test.effects[effect] = (test.effects[effect] ?? 0) + more;
  const of = Object.values<number>(test.effects).reduce((sum, each) => sum + each, 0);
  const parts = test.ties.parts.map((part: Json, index: number) => (index === 0 ? { ...part, count: part.count + of - test.of } : part));
  Object.assign(test, { passed: test.effects.PASS ?? 0, of, verdict: concludeTest(test.effects, test.doubts.length > 0) });
  test.ties = { ...test.ties, rows: of, parts };
  saysItsFigures(test);
}
