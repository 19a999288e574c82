import type { MissingAccounts } from './stage-store.ts';

/** So many missing accounts are never held, however small the tenant. */
const MISSING_AT_LEAST = 10;

/** The part of the accounts of the last accepted look that may be missing at once: microsoft-graph §10 #1. */
const MISSING_PART = 0.1;

/**
 * Whether so many accounts are no longer found that the look itself is in doubt: a permission that was narrowed or an endpoint that
 * changed looks just like a mass leaving, and only a person can tell. Those in the recycle bin count too, whatever it says of them.
 */
export function isSuspect({ present, inBin, gone, hidden }: MissingAccounts): boolean {
  return inBin + gone + hidden > Math.max(MISSING_AT_LEAST, present * MISSING_PART);
}
