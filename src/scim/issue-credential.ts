import { type Instant, newId, refuse, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Database, hashToken, newToken } from '../platform/index.ts';
import { insertCredential, type ScimCredential } from './credential-store.ts';

export interface IssueCredential {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
  readonly actor: string;
  readonly label: string;
  /** Null: never. Entra stops provisioning when a credential ends under it. */
  readonly expiresAt: Instant | null;
}

/** Makes a SCIM credential; the token is returned here and nowhere else. Throws DomainError `invalid-request` for an end in the past. */
export async function issueCredential(database: Database, input: IssueCredential): Promise<ScimCredential & { readonly token: string }> {
  const { workspaceId, at, actor, label, expiresAt } = input;
  if (expiresAt !== null && expiresAt <= at) refuse('invalid-request', { detail: '"expiresAt" lies in the past.' });
  const id: ScimCredentialId = newId<'scim-credential'>(at);
  const token = newToken('rcs');
  await database.transaction(async (tx) => {
    await insertCredential(tx, workspaceId, { id, label, tokenHash: hashToken(token), createdAt: at, createdBy: actor, expiresAt });
    await append(tx, workspaceId, [
      { type: 'scim.credential.issued', at, actor, subject: { kind: 'scim-credential', id }, after: { expiresAt }, disclose: { label } },
    ]);
  });
  return { id, label, createdAt: at, createdBy: actor, expiresAt, revokedAt: null, token };
}
