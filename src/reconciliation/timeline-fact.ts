import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import type { AccountName, System } from './report-population.ts';

/** Who a fact comes from. */
export type FactSource = 'roster' | 'policy' | 'directory' | 'audit-log' | 'scope' | 'scim' | 'matching' | 'findings' | 'dispositions';

/** What happened: the type of its ledger record, or what follows from HR's word and the policy. */
export type FactKind =
  | `hr.period.${'started' | 'rehired' | 'end_set' | 'end_changed' | 'end_cancelled' | 'ended'}`
  | `hr.period.${'site_changed' | 'status_changed' | 'type_changed'}`
  | `hr.person.${'dropped' | 'listed' | 'kept' | 'changed'}`
  | 'employment.ended'
  | 'access.due'
  | `graph.account.${'first_seen' | 'enabled' | 'disabled' | 'vanished' | 'soft_deleted' | 'hard_deleted' | 'restored' | 'audited' | 'leave_told'}`
  | 'scope.changed'
  | `scim.user.${'created' | 'updated' | 'deactivated' | 'reactivated' | 'deleted'}`
  | 'scim.role.changed'
  | 'scim.request.refused'
  | 'access.ended'
  | 'identity.linked'
  | `match.${'linked' | 'ambiguous' | 'barred' | 'unlinked'}`
  | `match.decision.${'requested' | 'approved' | 'withdrawn'}`
  | `account.classification.${'requested' | 'approved' | 'withdrawn' | 'expired'}`
  | `finding.${'opened' | 'changed' | 'closed'}`
  | `disposition.${'requested' | 'approved' | 'withdrawn' | 'expired'}`;

/**
 * How well the instants are known (evidence §1.3): A our own receipt, exact; B the directory's own exact time; C between two looks; D what
 * a human told. Null for what we concluded ourselves.
 */
export type FactGrade = 'A' | 'B' | 'C' | 'D' | null;

/** HR's two clocks: when it took effect, by the dates that HR gave, and when we were told. */
export interface HrClocks {
  readonly effective: InstantRange | null;
  readonly told: Instant;
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
}

/** One fact of a person's timeline. */
export interface TimelineFact {
  /** Where it stands in the list. */
  readonly position: string;
  readonly what: FactKind;
  readonly source: FactSource;
  readonly sentence: string;
  /** It became true after `from` (null: nobody looked before) and no later than `at`; the two are the same where the instant is known. */
  readonly from: Instant | null;
  readonly at: Instant;
  readonly grade: FactGrade;
  /** When we wrote it down. */
  readonly recordedAt: Instant | null;
  /** Who did it, where the ledger names somebody. */
  readonly by: string | null;
  readonly hr: HrClocks | null;
  readonly account: (AccountName & { readonly system: System; readonly accountId: string }) | null;
  readonly employmentPeriodId: string | null;
  readonly findingId: string | null;
  /** The ledger record that holds it; `index` is null until it has its place in the tree. */
  readonly record: { readonly id: LedgerRecordId; readonly index: number | null } | null;
}
