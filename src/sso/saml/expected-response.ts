import type { Instant } from '../../kernel/index.ts';
import type { SigningCertificate } from './certificate.ts';

/** What an answer has to be about. */
export interface ExpectedResponse {
  /** The identity provider's entity id. */
  readonly issuer: string;
  /** Where it takes requests. */
  readonly ssoUrl: string;
  readonly certificates: readonly SigningCertificate[];
  /** This side's entity id, for which the assertion has to be meant. */
  readonly entityId: string;
  /** Where it was to be sent. */
  readonly acsUrl: string;
  /** The request that it answers. */
  readonly requestId: string;
  readonly at: Instant;
}

/** As far as the clocks of two servers may disagree, in milliseconds. */
export const CLOCK_SKEW_MS = 60_000;
