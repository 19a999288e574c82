import { type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Queryable } from '../platform/index.ts';
import { addOwner, type CreatedOwner, type OwnerInput } from './create-owner.ts';
import { refusingStrangers } from './name-owner-person.ts';
import { lockPresentOwners, markOwnerEnded } from './owner-store.ts';

/**
 * Opens the door again when no credential of an owner is at hand: adds an owner and, where one is named, ends the owner whom
 * they replace, in one transaction. A credential is never exchanged: no row of an owner changes but by its end (I5).
 * For the command line of the server itself. Throws DomainError `not-found` when the one to replace is no present
 * owner, and for a person whom no roster knows.
 */
export async function recoverOwner(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: OwnerInput & { readonly reason: string; readonly replaces: OwnerId | undefined },
): Promise<CreatedOwner> {
  const at = deps.clock.now();
  const { name, person, reason, replaces } = input;
  if (reason.trim() === '') refuse('invalid-request', { detail: 'A recovery has a reason: whoever reads the ledger will ask for it.' });
  const recover = async (tx: Queryable) => {
    const present = await lockPresentOwners(tx, workspaceId);
    if (replaces !== undefined && !present.includes(replaces)) {
      refuse('not-found', { detail: 'The owner to replace is none of the workspace, or was ended before.' });
    }
    const recovered = await addOwner(tx, workspaceId, { name, person, at });
    const ended =
      replaces === undefined ? [] : [{ type: 'owner.ended' as const, at, actor: 'system', subject: { kind: 'owner', id: replaces } }];
    if (replaces !== undefined) await markOwnerEnded(tx, workspaceId, { id: replaces, at, actor: 'system' });
    const detail = { replaces: replaces ?? null };
    await append(tx, workspaceId, [
      ...ended,
      { type: 'owner.recovered', at, actor: 'system', subject: { kind: 'owner', id: recovered.id }, detail, disclose: { reason } },
    ]);
    return recovered;
  };
  return refusingStrangers(() => deps.database.transaction(recover));
}
