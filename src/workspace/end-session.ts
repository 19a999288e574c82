import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Principal } from '../platform/index.ts';
import { markSessionEnded } from './session-store.ts';

/** Ends the session that the request came by. Throws DomainError `invalid-request` for one that came by a token. */
export async function endSession(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  { actor, sessionId }: Principal,
): Promise<void> {
  if (sessionId === undefined) {
    return refuse('invalid-request', {
      detail: 'This request came by a token, not by a session.',
      next: 'Revoke the token where it was issued.',
    });
  }
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    await markSessionEnded(tx, workspaceId, { id: sessionId, at });
    await append(tx, workspaceId, [{ type: 'session.ended', at, actor, subject: { kind: 'session', id: sessionId } }]);
  });
}
