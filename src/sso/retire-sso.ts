import { refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { lockSwitch } from '../workspace/index.ts';
import { findConnection, markRetired } from './sso-store.ts';

/**
 * Retires a connection: nobody signs in through it any more. Its row and its verifications stay as evidence.
 * Throws DomainError `sso-in-use` for the active one while the SCIM switch is on (I4), `not-found` for one that is none.
 */
export async function retireSso(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly id: SsoConnectionId; readonly actor: string },
): Promise<void> {
  const { id, actor } = input;
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const { state } = await lockSwitch(tx, workspaceId);
    const connection = await findConnection(tx, workspaceId, id);
    if (connection === undefined || connection.state === 'retired') {
      refuse('not-found', { detail: 'There is no such connection, or it was retired before.' });
    }
    if (connection.state === 'active' && state === 'on') {
      refuse('sso-in-use', {
        detail: 'SCIM decides who may enter, and single sign-on is how they do: it cannot be removed while the switch is on.',
        next: 'Add another configuration, sign in through it and activate it in place of this one, or turn the switch off first.',
      });
    }
    await markRetired(tx, workspaceId, { id, at });
    await append(tx, workspaceId, [{ type: 'sso.retired', at, actor, subject: { kind: 'sso-connection', id } }]);
  });
}
