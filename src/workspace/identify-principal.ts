import type { AdministratorId, Instant, OwnerId, WorkspaceId } from '../kernel/index.ts';
import { type Database, hashToken, type Principal, type Scope } from '../platform/index.ts';
import { findAdministratorByInvitation } from './administrator-store.ts';
import { findApiToken } from './api-token-store.ts';
import { findOwnerByCredential } from './owner-store.ts';
import { recordOwnerUse } from './record-owner-use.ts';
import { ownerScopes, scopesOfRole, scopesOfToken } from './role-scopes.ts';
import { findAdministratorBySession } from './session-store.ts';

/** What a request brought along, and when. */
export interface PresentedCredential {
  readonly kind: 'bearer' | 'session';
  readonly token: string;
  readonly at: Instant;
}

/**
 * Whose credential that is in this workspace; undefined when it is nobody's, or no longer good. Each kind of token is
 * looked for among its own kind only. The use of an owner's credential is recorded before it counts.
 */
export async function identifyPrincipal(
  database: Database,
  workspaceId: WorkspaceId,
  presented: PresentedCredential,
): Promise<Principal | undefined> {
  const { token, at } = presented;
  const sought = { hash: hashToken(token), at };
  if (presented.kind === 'session') {
    const holder = await findAdministratorBySession(database, workspaceId, sought);
    return holder && administrator(holder.id, scopesOfRole(holder.roleId));
  }
  if (token.startsWith('rca_')) {
    const live = await findApiToken(database, workspaceId, sought);
    if (live === undefined) return undefined;
    const principal = administrator(live.administratorId, scopesOfToken(live.scopes, live.roleId));
    return live.expiresAt === null ? principal : { ...principal, expiresAt: live.expiresAt };
  }
  if (token.startsWith('rci_')) {
    const invited = await findAdministratorByInvitation(database, workspaceId, sought);
    return invited && administrator(invited.id, scopesOfRole(invited.roleId));
  }
  return token.startsWith('rco_') ? identifyOwner(database, workspaceId, sought) : undefined;
}

async function identifyOwner(
  database: Database,
  workspaceId: WorkspaceId,
  sought: { readonly hash: Buffer; readonly at: Instant },
): Promise<Principal | undefined> {
  const id = await findOwnerByCredential(database, workspaceId, sought.hash);
  if (id === undefined) return undefined;
  await recordOwnerUse(database, workspaceId, { id, at: sought.at });
  return owner(id);
}

function owner(id: OwnerId): Principal {
  return { kind: 'owner', id, actor: `owner:${id}`, scopes: ownerScopes };
}

function administrator(id: AdministratorId, scopes: readonly Scope[]): Principal {
  return { kind: 'administrator', id, actor: `administrator:${id}`, scopes };
}
