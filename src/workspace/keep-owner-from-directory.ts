import { type Instant, type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Database, Log, Principal } from '../platform/index.ts';
import { isOwner } from './owner-store.ts';
import { recordOwnerAttempt } from './record-owner-attempt.ts';

export interface OwnerRequest {
  readonly id: OwnerId;
  readonly principal: Principal;
  readonly asked: 'end' | 'name-person';
  readonly at: Instant;
}

/**
 * A role that the directory pushed does not reach an owner (I5): whoever could push it could lock everybody out.
 * Throws DomainError `forbidden`, having recorded the attempt where it means an owner.
 */
export async function keepOwnerFromDirectory(
  deps: { readonly database: Database; readonly log: Log },
  workspaceId: WorkspaceId,
  { asked, at, id, principal }: OwnerRequest,
): Promise<void> {
  if (principal.isDirectoryGranted !== true) return;
  if (await isOwner(deps.database, workspaceId, id)) {
    const subject = { kind: 'owner', id };
    await recordOwnerAttempt(deps, workspaceId, { attempt: 'directory-role', at, actor: principal.actor, subject, detail: { asked } });
  }
  refuse('forbidden', {
    detail: 'Your power to administer comes from a role that the directory pushed, and no such role touches an owner.',
    next: 'Ask an owner, or an administrator who was invited as one.',
  });
}
