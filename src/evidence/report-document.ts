import { createHash } from 'node:crypto';
import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { ReportPopulation, ReportUnit, TestResult } from '../reconciliation/index.ts';
import type { Effect } from '../verdict/index.ts';
import type { CoverageRow } from './coverage.ts';
import { bytesOf } from './in-pieces.ts';
import { canonicalPieces } from './json-pieces.ts';
import type { ReportSources } from './report-sources.ts';

/** `INTERIM`: as of now, at any time. `FINAL`: of a period that is over, frozen and reviewed before it was sealed. */
export type ReportKind = 'INTERIM' | 'FINAL';

/** FAIL outweighs doubt, and doubt outweighs waiting. An interim report never passes: it cannot know what is still to come (I10). */
export type Conclusion = 'FAIL' | 'INSUFFICIENT' | 'PENDING' | 'PASS';

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
  readonly format: 'rollcall-report/1';
  readonly asOf: Instant;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly reconciliationRunId: string;
  readonly conclusion: Conclusion;
  readonly effects: Readonly<Partial<Record<Effect, number>>>;
  readonly totals: ReportPopulation['totals'];
  readonly policies: ReportPopulation['policies'];
  readonly sources: ReportSources;
  readonly coverage: readonly CoverageRow[];
  /** What the compliance tests came to, beside the conclusion, which is about the leavers and what else was found. */
  readonly tests: readonly TestResult[];
  readonly findings: readonly ReportUnit[];
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
}

/** What was observed and judged. */
export interface ReportFacts {
  readonly population: ReportPopulation;
  readonly sources: ReportSources;
  readonly coverage: readonly CoverageRow[];
  readonly tests: readonly TestResult[];
}

export function reportContent(head: ReportHead, { population, sources, coverage, tests }: ReportFacts): ReportContent {
  const effects = countEffects(population.units);
  return {
    format: 'rollcall-report/1',
    ...head,
    asOf: population.run.asOf,
    periodStart: population.periodStart,
    periodEnd: population.periodEnd,
    reconciliationRunId: population.run.id,
    conclusion: conclude(head.kind, effects),
    effects,
    totals: population.totals,
    policies: population.policies,
    sources,
    coverage,
    tests,
    findings: population.units,
  };
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

/** Whatever is not settled when a final report is frozen is not a pass (I10). */
function conclude(kind: ReportKind, effects: ReportContent['effects']): Conclusion {
  if (effects.FAIL !== undefined) return 'FAIL';
  if (effects.INSUF !== undefined) return 'INSUFFICIENT';
  if (kind === 'INTERIM') return 'PENDING';
  return effects.PEND === undefined ? 'PASS' : 'INSUFFICIENT';
}

/** What needs somebody's attention comes first. */
export function worstFirst(units: readonly ReportUnit[]): readonly ReportUnit[] {
  return [...units].sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

/** The units that the test is about: people whose employment ended within the reporting period. */
export function leaversOf(report: ReportContent): readonly ReportUnit[] {
  return report.findings.filter(({ end }) => end !== null && end.earliest >= report.periodStart && end.earliest < report.periodEnd);
}

/** What a report of management's answers expects one of: whatever is no pass and not settled. */
export function wantsResponse({ effect }: ReportUnit): boolean {
  return effect === 'FAIL' || effect === 'INSUF' || effect === 'PEND' || effect === 'WARN';
}
