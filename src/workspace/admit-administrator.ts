import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import {
  type Administrator,
  lockAdministratorByIdentity,
  lockInvitedAdministrator,
  markAdministratorBound,
} from './administrator-store.ts';

/** Whom an identity provider says somebody is. */
export interface SignInIdentity {
  readonly tenantId: string;
  readonly objectId: string;
  /** The name that they sign in with; null when the provider did not say. Never the mail claim, which a tenant's users can set. */
  readonly userPrincipalName: string | null;
}

/**
 * The administrator that a proven identity is: the one bound to its tenant and object id, else the one invited under its
 * sign-in name, who is bound now (and whose invitation token thereby ends). Undefined when it is neither.
 * Runs in the caller's transaction; what it returns stays locked until that ends.
 */
export async function admitAdministrator(
  tx: Queryable,
  workspaceId: WorkspaceId,
  sighting: { readonly identity: SignInIdentity; readonly at: Instant },
): Promise<Administrator | undefined> {
  const { identity, at } = sighting;
  const bound = await lockAdministratorByIdentity(tx, workspaceId, identity);
  if (bound !== undefined || identity.userPrincipalName === null) return bound;
  const invited = await lockInvitedAdministrator(tx, workspaceId, { email: identity.userPrincipalName, at });
  if (invited === undefined) return undefined;
  const { tenantId, objectId } = identity;
  await markAdministratorBound(tx, workspaceId, { id: invited.id, tenantId, objectId, at });
  await append(tx, workspaceId, [
    {
      type: 'administrator.bound',
      at,
      actor: `administrator:${invited.id}`,
      subject: { kind: 'administrator', id: invited.id },
      after: { tenantId },
      disclose: { objectId },
    },
  ]);
  return { ...invited, tenantId, objectId, boundAt: at };
}
