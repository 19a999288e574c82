import type { Instant } from '../../kernel/index.ts';

/** What the audit log calls what was done to a user (microsoft-graph §6.1). */
export type AuditActivity =
  | 'Add user'
  | 'Disable account'
  | 'Enable account'
  | 'Update user'
  | 'Delete user'
  | 'Hard Delete user'
  | 'Restore user';

export interface AuditEntry {
  readonly id: string;
  readonly ordinal: number;
  readonly at: Instant;
  readonly activity: AuditActivity;
  readonly correlationId: string;
  readonly userId: string;
  readonly userPrincipalName: string;
  /** Values as the log has them: texts that hold JSON, each kind of it in a form of its own. */
  readonly modified: readonly { readonly displayName: string; readonly oldValue: string | null; readonly newValue: string | null }[];
}
