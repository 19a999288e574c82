import { DAY_MS, type Instant, msBetween } from './instant.ts';

/** How many days before the end of a secret or certificate to warn; 0 is the end itself, with which everything fails that needs it. */
export const EXPIRY_WARNINGS_DAYS = [60, 30, 14, 7, 1, 0] as const;

/** How near an end is. */
export interface Expiry {
  /** Whole days that are left, 0 on the last and afterwards; null when nobody has said when it ends. */
  readonly expiresInDays: number | null;
  readonly warning: 'expired' | 'expiring' | null;
}

export function expiryOf(expiresAt: Instant | null, at: Instant): Expiry {
  if (expiresAt === null) return { expiresInDays: null, warning: null };
  const left = msBetween(at, expiresAt);
  const expiresInDays = Math.max(0, Math.floor(left / DAY_MS));
  if (left <= 0) return { expiresInDays, warning: 'expired' };
  return { expiresInDays, warning: left <= EXPIRY_WARNINGS_DAYS[0] * DAY_MS ? 'expiring' : null };
}
