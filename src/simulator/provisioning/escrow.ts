import { DAY_MS, type Instant, msBetween, plusMs } from '../../kernel/index.ts';
import type { Step } from './object-failure.ts';

/** An object that could not be provisioned. */
export interface EscrowEntry {
  readonly step: Step;
  readonly status: number;
  readonly body: string;
  readonly firstFailedAt: Instant;
  readonly failures: number;
  /** When it is tried again, unless it changes before; null once it is given up. */
  readonly retryAt: Instant | null;
  /** What the object looked like when it failed. */
  readonly fingerprint: string;
}

const HOUR_MS = 3_600_000;

/** In the next cycle, then with decreasing frequency (entra-scim-client §4.3, §10). */
const WAITS_MS: readonly number[] = [0, 6 * HOUR_MS, 12 * HOUR_MS];
const LONGEST_WAIT_MS = 24 * HOUR_MS;
const GIVE_UP_AFTER_MS = 28 * DAY_MS;

interface FailedNow {
  readonly step: Step;
  readonly status: number;
  readonly body: string;
  readonly fingerprint: string;
  readonly at: Instant;
}

/** The entry after one more failure. An object that has changed since the last one is a new case. */
export function afterFailure(before: EscrowEntry | undefined, { at, ...failed }: FailedNow): EscrowEntry {
  const same = before?.fingerprint === failed.fingerprint ? before : undefined;
  const firstFailedAt = same?.firstFailedAt ?? at;
  const failures = (same?.failures ?? 0) + 1;
  const givenUp = msBetween(firstFailedAt, at) >= GIVE_UP_AFTER_MS;
  const retryAt = givenUp ? null : plusMs(at, WAITS_MS[failures - 1] ?? LONGEST_WAIT_MS);
  return { ...failed, firstFailedAt, failures, retryAt };
}

/** Whether an object in escrow is tried again at an instant, looking as it does now. */
export function isRetryDue(entry: EscrowEntry, fingerprint: string, at: Instant): boolean {
  return entry.fingerprint !== fingerprint || (entry.retryAt !== null && entry.retryAt <= at);
}

/** A reference that cannot be set: counted apart, for it does not stop a job (entra-scim-client §4.3). */
export function isReferenceFailure({ step }: { readonly step: Step }): boolean {
  return step === 'manager' || step === 'members';
}
