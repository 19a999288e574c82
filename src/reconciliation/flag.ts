import type { Instant } from '../kernel/index.ts';

/**
 * What another witness says of an account and does not fit what we saw. `signed-in-after-end`: Entra knows a successful sign-in later than the proven
 * end of access. `leave-date-differs`: the directory says that the holder leaves more than a day away from HR's last day. `end-beyond-employment`: HR told the holder's
 * end by a day so far ahead that it is taken for none. `last-day-after-end`: HR told a last day worked that is later than the day on which the employment ends.
 * `end-taken-back`: a run has judged an employment of the holder by an end that HR has taken back since, or moved to a later day. The others come of Entra's
 * provisioning log. A flag stands beside the finding; it never decides a verdict.
 */
export interface Flag {
  readonly kind:
    | 'signed-in-after-end'
    | 'leave-date-differs'
    | 'end-beyond-employment'
    | 'last-day-after-end'
    | 'end-taken-back'
    | 'success-without-request'
    | 'request-despite-failure';
  readonly accountId: string;
  /** Of the sign-in, or of the entry of the provisioning log; or when the holder leaves, by the directory; or when HR told the end, or took it back. */
  readonly at: Instant;
  /** The end of access that the sign-in is later than; the end by HR that is nearest to the directory's; or the one that was taken back. Null where there is none. */
  readonly endedAt: Instant | null;
  /** The entry's id in the provisioning log; null for a sign-in. */
  readonly entry: string | null;
}

export interface FlagsAsked {
  readonly accountIds: readonly string[];
  /** When it is asked. */
  readonly at: Instant;
}
