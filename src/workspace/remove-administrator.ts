import { type AdministratorId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { lockAdministrators, markAdministratorRemoved } from './administrator-store.ts';

/**
 * Removes an administrator: invitation, sessions and API tokens end in the same transaction. Owners remain whatever happens.
 * Throws DomainError `not-found` for one who is none, `last-administrator` for the only one left: whom SCIM deactivates it deactivates,
 * but nobody shuts the door behind themselves by mistake.
 */
export async function removeAdministrator(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly id: AdministratorId; readonly actor: string },
): Promise<void> {
  const at = deps.clock.now();
  const { id, actor } = input;
  await deps.database.transaction(async (tx) => {
    const present = await lockAdministrators(tx, workspaceId);
    if (!present.includes(id)) refuse('not-found', { detail: 'There is no such administrator, or they were removed before.' });
    if (present.length === 1) {
      refuse('last-administrator', {
        detail: 'This is the only administrator; without one, every further step needs an owner.',
        next: 'Invite another administrator, then remove this one.',
      });
    }
    await markAdministratorRemoved(tx, workspaceId, { id, at, actor });
    await append(tx, workspaceId, [{ type: 'administrator.removed', at, actor, subject: { kind: 'administrator', id } }]);
  });
}
