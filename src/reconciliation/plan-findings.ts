import type { Effect } from '../verdict/index.ts';
import type { Evaluation, Unit } from './evaluation.ts';

/** The open row of a unit, as far as a run needs to know it. */
export interface OpenFinding {
  readonly id: string;
  readonly unitKind: Unit['kind'];
  readonly unitId: string;
  readonly rule: string;
  readonly verdict: string;
  readonly effect: Effect;
  /** Of every rule that applies, each once. */
  readonly effects: readonly Effect[];
  /** As of the evaluation, in hex. */
  readonly digest: string;
  /** Null for a row that no run has written since there are such hashes. */
  readonly contentHash: string | null;
}

/**
 * What becomes of a unit's row. `record` is what the ledger is to say; undefined where nothing new is to be said.
 * `open`: a new row; `keep`: the same row, rewritten where it says something else than before; `close`: the row ends (its unit is gone, or goes
 * on in a new row).
 */
export type FindingStep =
  | { readonly step: 'open'; readonly evaluation: Evaluation; readonly record: 'finding.opened' | undefined }
  | {
      readonly step: 'keep';
      readonly open: OpenFinding;
      readonly evaluation: Evaluation;
      readonly isChanged: boolean;
      readonly isRewritten: boolean;
      readonly record: 'finding.changed' | undefined;
    }
  | {
      readonly step: 'close';
      readonly open: OpenFinding;
      readonly evaluation: Evaluation | undefined;
      readonly record: 'finding.closed' | undefined;
    };

/** Whether it is worth the ledger: every leaver's verdict is, passes included, and what is wrong with a role; "all is well with somebody employed" is not. */
export function isFinding(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect !== 'OK' && effect !== 'INFO');
}

/**
 * Compares an evaluation with the unit's open row. A finding stays one row while it lives, whatever it changes to; it closes when all is well
 * again or its unit is gone, which is what no evaluation says. The same facts again change nothing.
 */
export function planFinding(evaluation: Evaluation | undefined, open: OpenFinding | null): readonly FindingStep[] {
  if (evaluation === undefined) return open === null ? [] : [closing(open, undefined)];
  if (open === null) return [opening(evaluation)];
  const is = isFinding(evaluation.effects);
  if (isFinding(open.effects) !== is) return [closing(open, evaluation), opening(evaluation)];
  const isChanged = open.digest !== evaluation.digest;
  const isRewritten = open.contentHash !== evaluation.contentHash;
  return [{ step: 'keep', open, evaluation, isChanged, isRewritten, record: is && isChanged ? 'finding.changed' : undefined }];
}

function opening(evaluation: Evaluation): FindingStep {
  return { step: 'open', evaluation, record: isFinding(evaluation.effects) ? 'finding.opened' : undefined };
}

function closing(open: OpenFinding, evaluation: Evaluation | undefined): FindingStep {
  return { step: 'close', open, evaluation, record: isFinding(open.effects) ? 'finding.closed' : undefined };
}
