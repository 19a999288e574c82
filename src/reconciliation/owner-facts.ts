import type { Instant, LedgerRecordId, OwnerId } from '../kernel/index.ts';
import type { DirectoryStretch, PeriodFacts } from './unit-facts.ts';

/** A SCIM user of the person behind an owner. */
export interface OwnerScimFacts {
  readonly accountId: string;
  readonly state: 'active' | 'inactive' | 'deleted';
  readonly since: Instant;
  readonly recordId: LedgerRecordId | null;
}

/** A directory account of theirs, as the last complete look showed it; an incomplete one shows nothing (I8). */
export interface OwnerDirectoryFacts {
  readonly accountId: string;
  readonly connectionId: string;
  readonly state: Exclude<DirectoryStretch['state'], 'restored'>;
  /** The first instant at which it is known to have been so. */
  readonly since: Instant;
  readonly recordId: LedgerRecordId | null;
}

/** An employment period of theirs. */
export interface OwnerPeriodFacts extends PeriodFacts {
  /** Since when no roster names them, where nobody has said what that means; else null. */
  readonly droppedAt: Instant | null;
  /** The record that says so. */
  readonly droppedRecordId: LedgerRecordId | null;
}

/** What is known of the person who is named as a present owner. */
export interface OwnerFacts {
  readonly ownerId: OwnerId;
  readonly namingId: string;
  readonly namingRecordId: LedgerRecordId;
  readonly scim: readonly OwnerScimFacts[];
  readonly directory: readonly OwnerDirectoryFacts[];
  /** In order of their start; none where the roster does not know them. */
  readonly periods: readonly OwnerPeriodFacts[];
}
