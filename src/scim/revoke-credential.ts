import { type Instant, refuse, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { endCredential } from './credential-store.ts';

export interface RevokeCredential {
  readonly workspaceId: WorkspaceId;
  readonly id: ScimCredentialId;
  readonly at: Instant;
  readonly actor: string;
}

/** Ends a credential at once: the statement of every later request checks it. Ending it twice changes nothing. Throws DomainError `not-found`. */
export async function revokeCredential(database: Database, { workspaceId, id, at, actor }: RevokeCredential): Promise<void> {
  await database.transaction(async (tx) => {
    const outcome = await endCredential(tx, workspaceId, id, at);
    if (outcome === 'unknown') refuse('not-found', { detail: 'This workspace has no SCIM credential of that id.' });
    if (outcome === 'gone') return;
    await append(tx, workspaceId, [{ type: 'scim.credential.revoked', at, actor, subject: { kind: 'scim-credential', id } }]);
  });
}
