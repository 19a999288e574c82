import { type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Log, Principal } from '../platform/index.ts';
import { keepOwnerFromDirectory } from './keep-owner-from-directory.ts';
import { lockPresentOwners, markOwnerEnded } from './owner-store.ts';

/**
 * Ends an owner: the credential opens nothing from now on. The row stays.
 * Throws DomainError `last-owner` for the only one left (I5), `not-found` for one who is none,
 * `forbidden` to a role that the directory pushed.
 */
export async function endOwner(
  deps: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  workspaceId: WorkspaceId,
  { id, principal }: { readonly id: OwnerId; readonly principal: Principal },
): Promise<void> {
  const at = deps.clock.now();
  const { actor } = principal;
  await keepOwnerFromDirectory(deps, workspaceId, { id, principal, asked: 'end', at });
  await deps.database.transaction(async (tx) => {
    const present = await lockPresentOwners(tx, workspaceId);
    if (!present.includes(id)) refuse('not-found', { detail: 'There is no such owner, or they were ended before.' });
    if (present.length === 1) {
      refuse('last-owner', {
        detail: 'This is the only owner, and without one a failing sign-in locks everybody out.',
        next: 'Create another owner on the server\'s command line ("rollcall owner"), then end this one.',
      });
    }
    await markOwnerEnded(tx, workspaceId, { id, at, actor });
    await append(tx, workspaceId, [{ type: 'owner.ended', at, actor, subject: { kind: 'owner', id } }]);
  });
}
