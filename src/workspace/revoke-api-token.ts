import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Principal } from '../platform/index.ts';
import { lockApiToken, markApiTokenRevoked } from './api-token-store.ts';

/** Revokes an API token. Throws DomainError `not-found` when there is none or it was revoked before. */
export async function revokeApiToken(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  { principal, id }: { readonly principal: Principal; readonly id: string },
): Promise<void> {
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const token = await lockApiToken(tx, workspaceId, id);
    if (token === undefined) refuse('not-found', { detail: 'There is no such API token, or it was revoked before.' });
    await markApiTokenRevoked(tx, workspaceId, { id, at, actor: principal.actor });
    await append(tx, workspaceId, [{ type: 'api-token.revoked', at, actor: principal.actor, subject: { kind: 'api-token', id } }]);
  });
}
