import { DAY_MS, type Instant, msBetween, plusMs } from '../../kernel/index.ts';
import { type EscrowEntry, isReferenceFailure } from './escrow.ts';

/** Graph's synchronizationQuarantine reasons, as far as this engine comes to them. */
export type QuarantineReason =
  | 'EncounteredQuarantineException'
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'
  | 'EncounteredEscrowProportionThreshold'
  | 'TooManyDeletes';

/** While it lasts, the job's cycles come more and more seldom, until it is disabled. */
export interface QuarantineState {
  readonly reason: QuarantineReason;
  readonly since: Instant;
  /** How many cycles have ended in quarantine since then. */
  readonly seriesCount: number;
  readonly retryAt: Instant;
}

export interface QuarantineThresholds {
  /** Failures below this number are never weighed against the objects in scope. */
  readonly evaluateFrom: number;
  /** The most objects that may fail, those that only lack a reference left out. */
  readonly base: number;
  /** The most objects that may fail. */
  readonly total: number;
}

/** entra-scim-client §4.3. */
export const defaultThresholds: QuarantineThresholds = { evaluateFrom: 5_000, base: 40_000, total: 60_000 };
const MOST_FAILING_PROPORTION = 0.4;

const HOUR_MS = 3_600_000;
const WAITS_MS: readonly number[] = [6 * HOUR_MS, 12 * HOUR_MS];
const LONGEST_WAIT_MS = 24 * HOUR_MS;
const DISABLED_AFTER_MS = 28 * DAY_MS;

/** The state after a cycle that ended in quarantine. */
export function enterQuarantine(before: QuarantineState | null, reason: QuarantineReason, at: Instant): QuarantineState {
  const seriesCount = (before?.seriesCount ?? 0) + 1;
  const retryAt = plusMs(at, WAITS_MS[seriesCount - 1] ?? LONGEST_WAIT_MS);
  return { reason, since: before?.since ?? at, seriesCount, retryAt };
}

/** Whether Entra has disabled the job of a quarantine that nobody has ended. */
export function isDisabled({ since }: QuarantineState, at: Instant): boolean {
  return msBetween(since, at) >= DISABLED_AFTER_MS;
}

/** Whether so many failures stop the job, and which limit they passed. */
export function weighFailures(
  escrow: Iterable<EscrowEntry>,
  objectsInScope: number,
  { evaluateFrom, base, total }: QuarantineThresholds,
): QuarantineReason | undefined {
  const failing = [...escrow];
  const failed = failing.filter((entry) => !isReferenceFailure(entry)).length;
  if (failing.length > total) return 'EncounteredTotalEscrowThreshold';
  if (failed > base) return 'EncounteredBaseEscrowThreshold';
  const weighed = failing.length >= evaluateFrom && failed > objectsInScope * MOST_FAILING_PROPORTION;
  return weighed ? 'EncounteredEscrowProportionThreshold' : undefined;
}
