import type { Instant, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { ReportPopulation, ReportUnit } from '../reconciliation/index.ts';
import type { Effect } from '../verdict/index.ts';
import type { CoverageRow } from './coverage.ts';

/** FAIL outweighs doubt, and doubt outweighs waiting. There is no PASS: an interim report cannot know what is still to come (I10). */
export type Conclusion = 'FAIL' | 'INSUFFICIENT' | 'PENDING';

export interface ReportHead {
  readonly reportId: ReportId;
  readonly workspace: { readonly id: WorkspaceId; readonly name: string };
  /** Origin of the ledger that seals the report. */
  readonly log: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

/** `report.json`: what the other files show, and everything that the verdicts were decided from, so that they can be decided again. */
export interface ReportDocument {
  readonly format: 'rollcall-report/1';
  readonly kind: 'INTERIM';
  readonly reportId: ReportId;
  readonly workspace: ReportHead['workspace'];
  readonly log: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly asOf: Instant;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly reconciliationRunId: string;
  readonly conclusion: Conclusion;
  readonly effects: Readonly<Partial<Record<Effect, number>>>;
  readonly totals: ReportPopulation['totals'];
  readonly policies: ReportPopulation['policies'];
  readonly coverage: readonly CoverageRow[];
  readonly findings: readonly ReportUnit[];
}

export function reportDocument(head: ReportHead, population: ReportPopulation, coverage: readonly CoverageRow[]): ReportDocument {
  const effects = countEffects(population.units);
  return {
    format: 'rollcall-report/1',
    kind: 'INTERIM',
    ...head,
    asOf: population.run.asOf,
    periodStart: population.periodStart,
    periodEnd: population.periodEnd,
    reconciliationRunId: population.run.id,
    conclusion: conclude(effects),
    effects,
    totals: population.totals,
    policies: population.policies,
    coverage,
    findings: population.units,
  };
}

const order: readonly Effect[] = ['FAIL', 'INSUF', 'PEND', 'WARN', 'PASS', 'OK', 'INFO', 'N/A'];

/** Units by effect, worst first; effects that nobody has are left out. */
function countEffects(units: readonly ReportUnit[]): ReportDocument['effects'] {
  const counts = order.map((effect) => [effect, units.filter((unit) => unit.effect === effect).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function conclude(effects: ReportDocument['effects']): Conclusion {
  if (effects.FAIL !== undefined) return 'FAIL';
  return effects.INSUF === undefined ? 'PENDING' : 'INSUFFICIENT';
}

/** What needs somebody's attention comes first. */
export function worstFirst(units: readonly ReportUnit[]): readonly ReportUnit[] {
  return [...units].sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

/** The units that the test is about: people whose employment ended within the reporting period. */
export function leaversOf(report: ReportDocument): readonly ReportUnit[] {
  return report.findings.filter(({ end }) => end !== null && end.earliest >= report.periodStart && end.earliest < report.periodEnd);
}
