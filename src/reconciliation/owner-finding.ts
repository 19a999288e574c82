import type { Instant, LedgerRecordId, OwnerFindingId, OwnerId } from '../kernel/index.ts';
import type { OwnerAttempt } from '../workspace/index.ts';
import type { Testimony } from './judge-owner.ts';

/** `person-left`: the person behind an owner left. `attempt`: SCIM or a pushed role reached for an owner. */
export const ownerFindingKinds = ['person-left', 'attempt'] as const;
export type OwnerFindingKind = (typeof ownerFindingKinds)[number];

/** What a finding about an owner's person rests on. */
export interface LeftFacts {
  readonly naming: string;
  readonly testimonies: readonly Testimony[];
}

/** Attempts of one kind, by one actor, at one owner (or at none by name), that nobody has acknowledged. */
export interface AttemptFacts {
  readonly attempt: OwnerAttempt;
  readonly actor: string;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** `present`: somebody who is named is known to be here. `owner-ended`: the owner was ended. `acknowledged`: somebody looked at the attempts. */
export type ClosedBecause = 'present' | 'owner-ended' | 'acknowledged';

/** An urgent finding as it stands before a review. */
export interface OpenOwnerFinding {
  readonly id: OwnerFindingId;
  readonly kind: OwnerFindingKind;
  readonly unit: string;
  readonly ownerId: OwnerId | null;
  readonly facts: LeftFacts | AttemptFacts;
  readonly sentence: string;
  readonly evidence: readonly LedgerRecordId[];
}

/** What a review comes to. */
export interface OwnerFindingContent {
  readonly kind: OwnerFindingKind;
  readonly unit: string;
  readonly ownerId: OwnerId | null;
  readonly facts: LeftFacts | AttemptFacts;
  readonly sentence: string;
  readonly evidence: readonly LedgerRecordId[];
  /** Attempts: the place in the ledger of the last one that is counted. */
  readonly throughLeaf: number | null;
}

export type OwnerFindingStep =
  | { readonly step: 'open'; readonly content: OwnerFindingContent }
  | { readonly step: 'change'; readonly open: OpenOwnerFinding; readonly content: OwnerFindingContent }
  | { readonly step: 'close'; readonly open: OpenOwnerFinding; readonly because: ClosedBecause };
