import type { Instant } from '../../kernel/index.ts';

/** What the provisioning log says of one user (microsoft-graph §6.3). */
export interface ProvisioningEntry {
  readonly id: string;
  readonly ordinal: number;
  readonly at: Instant;
  /** When the log begins to show it: entries come late. */
  readonly shownFrom: Instant;
  readonly appId: string;
  readonly action: 'create' | 'update' | 'disable' | 'delete' | 'other';
  readonly status: 'success' | 'failure' | 'skipped';
  readonly cycle: number;
  readonly objectId: string;
  readonly displayName: string;
  /** The id at the target; null where nothing is linked. */
  readonly targetId: string | null;
  readonly error: { readonly code: string; readonly reason: string } | null;
}
