import { type DirectoryConnectionId, MINUTE_MS } from '../kernel/index.ts';
import { provableMinutes } from '../verdict/index.ts';

/** How a connected directory is looked at. */
export interface LookingFacts {
  readonly connectionId: DirectoryConnectionId;
  readonly syncEveryMinutes: number;
  /** The directory's audit log gives the instants of disablements. */
  readonly readsAudits: boolean;
}

/** The shortest allowance that a directory can be proven to keep. */
export interface ProvableSla {
  readonly connectionId: DirectoryConnectionId;
  readonly minutes: number;
  readonly because: 'interval' | 'audit-log';
}

/**
 * A disablement at the very end of employment is seen by the next look, and a replica may lag: less than the interval and that lag cannot be
 * proven (evidence §1.2). With the audit log the instant itself is known, and any allowance can be; SCIM's own receipts are exact.
 */
export function provableSla({ connectionId, syncEveryMinutes, readsAudits }: LookingFacts): ProvableSla {
  if (readsAudits) return { connectionId, minutes: 0, because: 'audit-log' };
  return { connectionId, minutes: provableMinutes(syncEveryMinutes * MINUTE_MS), because: 'interval' };
}
