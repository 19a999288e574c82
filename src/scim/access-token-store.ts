import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** How many access tokens of one credential live at a time; the oldest give way, so that nobody can fill the table. */
const MAX_LIVE_TOKENS = 100;

export interface AccessToken {
  readonly credentialId: ScimCredentialId;
  readonly tokenHash: Buffer;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

/** Stores an access token, and removes those of the credential that have ended or are too many. */
export async function insertAccessToken(q: Queryable, workspaceId: WorkspaceId, token: AccessToken): Promise<void> {
  await q.query(
    `with pruned as (
       delete from scim_access_token
       where scim_access_token.workspace_id = $1 and scim_access_token.credential_id = $2
         and (scim_access_token.expires_at <= $4::timestamptz or scim_access_token.token_hash in (
           select kept.token_hash from scim_access_token as kept
           where kept.workspace_id = $1 and kept.credential_id = $2
           order by kept.issued_at desc, kept.token_hash
           offset $6::int - 1))
     )
     insert into scim_access_token (workspace_id, credential_id, token_hash, issued_at, expires_at) values ($1, $2, $3, $4, $5)`,
    [workspaceId, token.credentialId, token.tokenHash, token.at, token.expiresAt, MAX_LIVE_TOKENS],
  );
}
