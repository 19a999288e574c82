import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { appendOne } from './append.ts';
import { eraseOfSubjects } from './retention-store.ts';

export interface SubjectErasure {
  /** Whose erasure it is, by our own random id: it stands in the record. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** Everything whose records disclose something about them. */
  readonly subjectIds: readonly string[];
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Erases what the ledger discloses about somebody, in the caller's transaction, and records that it was done and how much it was; every
 * record and proof stays (I11). Throws DomainError `not-found` where nothing is disclosed (any more).
 */
export async function eraseSubjects(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { actor, at, subject, subjectIds }: SubjectErasure,
): Promise<{ readonly values: number; readonly records: number }> {
  const erased = await eraseOfSubjects(tx, workspaceId, { at, subjectIds });
  if (erased.values === 0) refuse('not-found', { detail: 'The ledger discloses nothing about them.' });
  await appendOne(tx, workspaceId, { type: 'ledger.erased', at, actor, subject, detail: { ...erased } });
  return erased;
}
