import { createHash } from 'node:crypto';
import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { ReportPopulation, ReportUnit, TestResult } from '../reconciliation/index.ts';
import {
  concludeReport,
  type Conclusion,
  conclusionSentence,
  type EarlierSeal,
  type Effect,
  type LeaversTested,
  type NobodyLeft,
  type SetAside,
} from '../verdict/index.ts';
import type { Actor } from './actors-of.ts';
import type { CoverageRow } from './coverage.ts';
import { bytesOf } from './in-pieces.ts';
import { canonicalPieces } from './json-pieces.ts';
import type { NamedThing } from './named-thing.ts';
import type { ReportSources } from './report-sources.ts';
import type { ToldAfterSeal } from './told-after-seals.ts';

/**
 * How `report.json` is written and concluded; the verifier holds each report to the rules of its format. Of `rollcall-report/1` the conclusion looked at findings
 * alone. Of 2 any import was HR's word on everybody, and rows that it did not take were no doubt. Of 3 no finding named the stretches in which nobody looked. Of 4 access that
 * may have come back unseen had ended, and nothing was held to what the runs recorded.
 */
export const REPORT_FORMAT = 'rollcall-report/5';

/** `INTERIM`: as of now, at any time. `FINAL`: of a period that is over, frozen and reviewed before it was sealed. */
export type ReportKind = 'INTERIM' | 'FINAL';

export interface ReportHead {
  readonly kind: ReportKind;
  readonly reportId: ReportId;
  /** 1, or one more than that of the report which this one corrects. */
  readonly version: number;
  readonly supersedes: { readonly reportId: ReportId; readonly manifestSha256: string } | null;
  readonly workspace: { readonly id: WorkspaceId; readonly name: string };
  /** Origin of the ledger that seals the report. */
  readonly log: string;
}

/** What management said of a finding while the report was reviewed. It alters no verdict. */
export interface ManagementResponse {
  readonly findingId: string;
  readonly response: string;
  readonly respondedAt: Instant;
  readonly respondedBy: string;
  readonly recordId: LedgerRecordId;
}

/** That a final report's content was fixed, before anybody answered it: `sha256` is over `frozenBytes`, and stands in the record. */
export interface Freezing {
  readonly at: Instant;
  readonly by: string;
  readonly recordId: LedgerRecordId;
  readonly sha256: string;
}

/** What a report says of a period: all of it fixed when a final report is frozen. */
export interface ReportContent extends ReportHead {
  readonly format: typeof REPORT_FORMAT;
  readonly asOf: Instant;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly reconciliationRunId: string;
  readonly conclusion: Conclusion;
  /** The conclusion in words, each doubt about who left by name. */
  readonly concludedBecause: string;
  readonly effects: Readonly<Partial<Record<Effect, number>>>;
  readonly totals: ReportPopulation['totals'];
  readonly policies: ReportPopulation['policies'];
  readonly sources: ReportSources;
  readonly coverage: readonly CoverageRow[];
  /** What the compliance tests came to. The conclusion is never better than that of the leavers; the others stand beside it. */
  readonly tests: readonly TestResult[];
  /** What was taken from people by hand, or waits to be. */
  readonly takenAccounts: ReportPopulation['takenAccounts'];
  /** Exceptions and exclusions that were in force since the period began, those that have ended included. */
  readonly decisions: ReportPopulation['decisions'];
  readonly findings: readonly ReportUnit[];
  /** Those of the findings that a final report over the time of their end could not know, and no other has. */
  readonly toldAfterSeal: readonly ToldAfterSeal[];
}

/** `report.json`: what the other files show, and everything that the verdicts were decided from, so that they can be decided again. */
export interface ReportDocument extends ReportContent {
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Null for an interim report. */
  readonly frozen: Freezing | null;
  readonly responses: readonly ManagementResponse[];
  /** What the ledger's anchors left open when it was sealed, in sentences. */
  readonly leavesOpen: readonly string[];
  /** What was sealed before it over some of its period, in the ledger's order. */
  readonly earlierSeals: readonly EarlierSeal[];
  /** What was frozen before it over some of its period, and never sealed. */
  readonly setAside: readonly SetAside[];
  /** Whoever did something that the report tells of, as they were called when it was sealed. */
  readonly actors: readonly Actor[];
  /** Whatever it names by an id alone, as it was called then. */
  readonly names: readonly NamedThing[];
}

/** What was observed and judged. */
export interface ReportFacts {
  readonly population: ReportPopulation;
  readonly sources: ReportSources;
  readonly coverage: readonly CoverageRow[];
  readonly tests: readonly TestResult[];
  readonly toldAfterSeal: readonly ToldAfterSeal[];
}

export function reportContent(head: ReportHead, { population, sources, coverage, tests, toldAfterSeal }: ReportFacts): ReportContent {
  const effects = countEffects(population.units);
  const leavers = leaversTested(tests);
  const conclusion = concludeReport(head.kind, effects, leavers);
  return {
    format: REPORT_FORMAT,
    ...head,
    asOf: population.run.asOf,
    periodStart: population.periodStart,
    periodEnd: population.periodEnd,
    reconciliationRunId: population.run.id,
    conclusion,
    concludedBecause: conclusionSentence(head.kind, conclusion, leavers.doubts, nobodyLeft(population, sources)),
    effects,
    totals: population.totals,
    policies: population.policies,
    sources,
    coverage,
    tests,
    takenAccounts: population.takenAccounts,
    decisions: population.decisions,
    findings: population.units,
    toldAfterSeal,
  };
}

function nobodyLeft({ totals }: ReportPopulation, { roster }: ReportSources): NobodyLeft | undefined {
  return totals.leavers === 0 ? { imports: roster.length } : undefined;
}

/** The canonical bytes of what is frozen: everything but who seals it when, and what is said of it afterwards. */
export async function frozenBytes(content: ReportContent): Promise<Buffer> {
  return await bytesOf(canonicalPieces(content));
}

export function sha256Of(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const order: readonly Effect[] = ['FAIL', 'INSUF', 'PEND', 'WARN', 'PASS', 'OK', 'INFO', 'N/A'];

/** Units by effect, worst first; effects that nobody has are left out. */
function countEffects(units: readonly ReportUnit[]): ReportContent['effects'] {
  const counts = order.map((effect) => [effect, units.filter((unit) => unit.effect === effect).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** What the test about leavers came to. Throws where it is not among the tests: nothing could be concluded then. */
function leaversTested(tests: readonly TestResult[]): LeaversTested {
  const leavers = tests.find(({ id }) => id === 'terminated-people-are-deactivated');
  if (leavers === undefined) throw new Error('a report has the test about leavers');
  return leavers;
}

/** What needs somebody's attention comes first. */
export function worstFirst(units: readonly ReportUnit[]): readonly ReportUnit[] {
  return [...units].sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

/** Exceptions and exclusions that were in force since the period began, and stand beside no finding of the report: most of them have ended. */
export function decisionsBeside({ decisions, findings }: Pick<ReportContent, 'decisions' | 'findings'>): ReportContent['decisions'] {
  const shown = new Set(findings.flatMap(({ disposition, exclusion }) => [disposition?.id, exclusion?.id]));
  return decisions.filter(({ id }) => !shown.has(id));
}

/** The units that the test is about: people whose employment ended within the reporting period. */
export function leaversOf(report: Pick<ReportContent, 'findings' | 'periodEnd' | 'periodStart'>): readonly ReportUnit[] {
  return report.findings.filter(({ end }) => end !== null && end.earliest >= report.periodStart && end.earliest < report.periodEnd);
}

/** What a report of management's answers expects one of: whatever is no pass and not settled. */
export function wantsResponse({ effect }: ReportUnit): boolean {
  return effect === 'FAIL' || effect === 'INSUF' || effect === 'PEND' || effect === 'WARN';
}
