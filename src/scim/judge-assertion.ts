import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';
import { type Claims, isMeantFor, textClaim } from './signed-token.ts';

/** What a workload identity pins of a client assertion. */
export interface PinnedWorkload {
  readonly tenantId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

export type AssertionRefusal = 'issuer' | 'tenant' | 'subject' | 'audience' | 'lives-too-long';

/** Entra's live for 65 minutes. Each is remembered until its end, so that end has to be near, in milliseconds. */
const MAX_LIFE_MS = DAY_MS;

/** Judges the claims of a client assertion whose signature and times hold (RFC 7523 §3); undefined when it is taken. */
export function judgeAssertion(
  pinned: PinnedWorkload,
  { claims, expiresAt, at }: { readonly claims: Claims; readonly expiresAt: Instant; readonly at: Instant },
): AssertionRefusal | undefined {
  if (claims['iss'] !== pinned.issuer) return 'issuer';
  // The issuer names the tenant already; a token that also says another one is not what was enrolled.
  if (claims['tid'] !== undefined && textClaim(claims, 'tid')?.toLowerCase() !== pinned.tenantId) return 'tenant';
  if (claims['sub'] !== pinned.subject) return 'subject';
  if (!isMeantFor(claims, pinned.audiences)) return 'audience';
  return msBetween(at, expiresAt) > MAX_LIFE_MS ? 'lives-too-long' : undefined;
}
