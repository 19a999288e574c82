import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';

/** How long before its end a credential is warned about, in days: Entra quarantines a job whose credential ends under it. */
export const EXPIRY_WARNING_DAYS = 30;

/** How near the end of a credential is. */
export interface CredentialExpiry {
  /** Whole days that are left, 0 on the last and afterwards; null when it never ends by itself. */
  readonly expiresInDays: number | null;
  readonly warning: 'expiring' | 'expired' | null;
}

/** What to tell an administrator about a credential's end. One that was revoked is warned about no more. */
export function expiryOf(
  { expiresAt, revokedAt }: { readonly expiresAt: Instant | null; readonly revokedAt: Instant | null },
  at: Instant,
): CredentialExpiry {
  if (expiresAt === null) return { expiresInDays: null, warning: null };
  const left = msBetween(at, expiresAt);
  const expiresInDays = Math.max(0, Math.floor(left / DAY_MS));
  if (revokedAt !== null) return { expiresInDays, warning: null };
  if (left <= 0) return { expiresInDays, warning: 'expired' };
  return { expiresInDays, warning: left <= EXPIRY_WARNING_DAYS * DAY_MS ? 'expiring' : null };
}
