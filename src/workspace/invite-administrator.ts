import { type AdministratorId, DAY_MS, type Instant, newId, plusMs, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, constraintOf, type Database, hashToken, newToken, type Principal } from '../platform/index.ts';
import { insertAdministrator } from './administrator-store.ts';
import { scopesOfRole } from './role-scopes.ts';
import { findRole } from './role-store.ts';

/** Long enough to set single sign-on up within a working week; after it somebody has to invite anew. */
const INVITATION_LIFE_MS = 7 * DAY_MS;

export interface Invitation {
  readonly id: AdministratorId;
  readonly email: string;
  readonly roleId: string;
  /** The token can be seen this once: only its hash is stored. */
  readonly invitation: { readonly token: string; readonly expiresAt: Instant };
}

/**
 * Invites a person to administer. `email` is the name they sign in with at the identity provider (their user principal
 * name): the first sign-in under it binds the invitation to tenant and object id, and ends the token.
 * Throws DomainError `invalid-request` for an unknown role or no address, `forbidden` for a role that may do more than the
 * one who invites (the invitation is a credential, and they hold it) and for one that reaches owners where the directory pushed
 * that of the one who invites, `conflict` for one who is invited already.
 */
export async function inviteAdministrator(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  { principal, email, roleId }: { readonly principal: Principal; readonly email: string; readonly roleId: string },
): Promise<Invitation> {
  const { actor } = principal;
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) refuse('invalid-request', { detail: '"email" must be an e-mail address.' });
  const beyond = scopesOfRole(roleId).find((scope) => !principal.scopes.includes(scope));
  if (beyond !== undefined) {
    refuse('forbidden', {
      detail: `The role "${roleId}" gives the scope "${beyond}", which this credential does not have and cannot give.`,
    });
  }
  if (principal.isDirectoryGranted === true && scopesOfRole(roleId).includes('workspace')) {
    refuse('forbidden', {
      detail: 'Your power to administer comes from a role that the directory pushed; it does not make others administrators by invitation.',
      next: 'Push them the role too, or ask an owner or an administrator who was invited as one.',
    });
  }
  const at = deps.clock.now();
  const id = newId<'administrator'>(at);
  const token = newToken('rci');
  const expiresAt = plusMs(at, INVITATION_LIFE_MS);
  try {
    await deps.database.transaction(async (tx) => {
      if ((await findRole(tx, workspaceId, roleId)) === undefined) {
        refuse('invalid-request', { detail: `There is no role "${roleId}" in the catalogue.`, next: 'GET roles lists those there are.' });
      }
      const invitation = { invitationHash: hashToken(token), invitationExpiresAt: expiresAt };
      await insertAdministrator(tx, workspaceId, { id, email, roleId, ...invitation, at, actor });
      const subject = { kind: 'administrator', id };
      await append(tx, workspaceId, [
        { type: 'administrator.invited', at, actor, subject, after: { roleId, expiresAt }, disclose: { email } },
      ]);
    });
  } catch (error) {
    if (constraintOf(error) === 'administrator_email_unique') {
      refuse('conflict', {
        detail: 'This address is invited already, or administers already.',
        next: 'Remove that administrator first to invite them anew.',
      });
    }
    throw error;
  }
  return { id, email, roleId, invitation: { token, expiresAt } };
}
