import type { Effect, RuleMatch } from '../verdict/index.ts';
import type { Evaluation, Unit } from './evaluation.ts';

/** The open row of a unit, as far as a run needs to know it. */
export interface OpenFinding {
  readonly id: string;
  readonly unitKind: Unit['kind'];
  readonly unitId: string;
  readonly rule: string;
  readonly effect: Effect;
  /** Every rule that applies. */
  readonly all: readonly Pick<RuleMatch, 'effect'>[];
  readonly digest: Buffer;
}

/**
 * What becomes of a unit's row. `record` is what the ledger is to say; undefined where nothing new is to be said.
 * `open`: a new row; `keep`: the same row with the latest facts; `close`: the row ends (its unit is gone, or goes on in a new row).
 */
export type FindingStep =
  | { readonly step: 'open'; readonly evaluation: Evaluation; readonly record: 'finding.opened' | undefined }
  | {
      readonly step: 'keep';
      readonly open: OpenFinding;
      readonly evaluation: Evaluation;
      readonly isChanged: boolean;
      readonly record: 'finding.changed' | undefined;
    }
  | {
      readonly step: 'close';
      readonly open: OpenFinding;
      readonly evaluation: Evaluation | undefined;
      readonly record: 'finding.closed' | undefined;
    };

/** Whether it is worth the ledger: every leaver's verdict is, passes included, and what is wrong with a role; "all is well with somebody employed" is not. */
export function isFinding(all: readonly Pick<RuleMatch, 'effect'>[]): boolean {
  return all.some(({ effect }) => effect !== 'OK' && effect !== 'INFO');
}

/**
 * Compares a run's evaluations with the open rows. A finding stays one row while it lives, whatever it changes to; it closes
 * when all is well again or its unit is gone. The same facts again change nothing.
 */
export function planFindings(evaluations: readonly Evaluation[], open: readonly OpenFinding[]): readonly FindingStep[] {
  const rows = new Map(open.map((row) => [keyOf(row.unitKind, row.unitId), row]));
  const steps = evaluations.flatMap((evaluation) => {
    const key = keyOf(evaluation.unit.kind, evaluation.unit.id);
    const row = rows.get(key);
    rows.delete(key);
    return stepsFor(evaluation, row);
  });
  return [...steps, ...[...rows.values()].map((row) => closing(row, undefined))];
}

function stepsFor(evaluation: Evaluation, row: OpenFinding | undefined): readonly FindingStep[] {
  if (row === undefined) return [opening(evaluation)];
  const was = isFinding(row.all);
  const is = isFinding(evaluation.decision.all);
  if (was !== is) return [closing(row, evaluation), opening(evaluation)];
  const isChanged = !row.digest.equals(evaluation.digest);
  return [{ step: 'keep', open: row, evaluation, isChanged, record: is && isChanged ? 'finding.changed' : undefined }];
}

function opening(evaluation: Evaluation): FindingStep {
  return { step: 'open', evaluation, record: isFinding(evaluation.decision.all) ? 'finding.opened' : undefined };
}

function closing(open: OpenFinding, evaluation: Evaluation | undefined): FindingStep {
  return { step: 'close', open, evaluation, record: isFinding(open.all) ? 'finding.closed' : undefined };
}

function keyOf(kind: Unit['kind'], id: string): string {
  return `${kind}:${id}`;
}
