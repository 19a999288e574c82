import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface UsedAssertion {
  readonly credentialId: ScimCredentialId;
  readonly hash: Buffer;
  readonly at: Instant;
  /** From when on it would be refused anyway. */
  readonly forgottenAt: Instant;
}

/** Uses an assertion up; false when it had been used before, on whichever process. Those that have expired are forgotten. */
export async function useAssertion(tx: Queryable, workspaceId: WorkspaceId, used: UsedAssertion): Promise<boolean> {
  const { credentialId, hash, at, forgottenAt } = used;
  await tx.query(
    `delete from scim_assertion
     where scim_assertion.workspace_id = $1 and scim_assertion.credential_id = $2 and scim_assertion.expires_at <= $3`,
    [workspaceId, credentialId, at],
  );
  const { count } = await tx.query(
    `insert into scim_assertion (workspace_id, credential_id, assertion_hash, used_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [workspaceId, credentialId, hash, at, forgottenAt],
  );
  return count > 0;
}
