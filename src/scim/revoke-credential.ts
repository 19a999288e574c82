import { type Instant, refuse, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { endCredential, lockClientCredentials } from './credential-store.ts';

export interface RevokeCredential {
  readonly workspaceId: WorkspaceId;
  readonly id: ScimCredentialId;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Ends a credential at once, and every access token that was issued through it: the statement of every later request checks
 * its row. Ending it twice changes nothing. Throws DomainError `not-found`.
 */
export async function revokeCredential(database: Database, { workspaceId, id, at, actor }: RevokeCredential): Promise<void> {
  await database.transaction(async (tx) => {
    const outcome = await endCredential(tx, workspaceId, id, at);
    if (outcome === 'unknown') refuse('not-found', { detail: 'This workspace has no SCIM credential of that id.' });
    if (outcome === 'gone') return;
    await append(tx, workspaceId, [{ type: 'scim.credential.revoked', at, actor, subject: { kind: 'scim-credential', id } }]);
  });
}

/** Ends a client: every credential of it that has not ended, as `revokeCredential` would. Throws DomainError `not-found`. */
export async function revokeClient(database: Database, { workspaceId, id: clientId, at, actor }: RevokeCredential): Promise<void> {
  await database.transaction(async (tx) => {
    const credentials = await lockClientCredentials(tx, workspaceId, clientId, at);
    if (credentials.length === 0) refuse('not-found', { detail: 'This workspace has no SCIM client of that id.' });
    for (const { id } of credentials.filter(({ revokedAt }) => revokedAt === null)) {
      await endCredential(tx, workspaceId, id, at);
      await append(tx, workspaceId, [{ type: 'scim.credential.revoked', at, actor, subject: { kind: 'scim-credential', id } }]);
    }
  });
}
