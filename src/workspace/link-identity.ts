import type { WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type FoundLink, upsertIdentityLink } from './identity-link-store.ts';

/** Keeps which SCIM user an identity is, in the transaction of its sign-in: from then on neither a rename nor another user's name changes that. */
export async function linkIdentity(tx: Queryable, workspaceId: WorkspaceId, link: FoundLink): Promise<void> {
  const { at, identity, linkedBy, scimUserId } = link;
  await upsertIdentityLink(tx, workspaceId, link);
  const { objectId, tenantId } = identity;
  const subject = { kind: 'scim-user', id: scimUserId };
  await append(tx, workspaceId, [
    { type: 'identity.linked', at, actor: 'system', subject, after: { tenantId, linkedBy }, disclose: { objectId } },
  ]);
}
