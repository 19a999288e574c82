import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { SignInIdentity } from './admit-administrator.ts';

/** What a sign-in found: which SCIM user the identity is, and by which attribute. */
export interface FoundLink {
  readonly identity: SignInIdentity;
  readonly scimUserId: string;
  readonly linkedBy: 'externalId' | 'userName';
  readonly at: Instant;
}

export async function upsertIdentityLink(tx: Queryable, workspaceId: WorkspaceId, link: FoundLink): Promise<void> {
  const { at, identity, linkedBy, scimUserId } = link;
  await tx.query(
    `insert into identity_link (workspace_id, tenant_id, object_id, scim_user_id, linked_by, linked_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, tenant_id, object_id)
     do update set scim_user_id = excluded.scim_user_id, linked_by = excluded.linked_by, linked_at = excluded.linked_at`,
    [workspaceId, identity.tenantId, identity.objectId, scimUserId, linkedBy, at],
  );
}
