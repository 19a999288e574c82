import type { AdministratorId, Instant, OwnerId, WorkspaceId } from '../kernel/index.ts';
import { type Database, hashToken, type Principal, type Scope } from '../platform/index.ts';
import { findAdministratorByInvitation } from './administrator-store.ts';
import { findApiToken } from './api-token-store.ts';
import type { Entry, EntryAsked, MayEnter } from './entry.ts';
import { findOwnerByCredential } from './owner-store.ts';
import { recordOwnerUse } from './record-owner-use.ts';
import { ownerScopes, scopesOfPerson, scopesOfRole, scopesOfToken } from './role-scopes.ts';
import { findSession, type LiveSession } from './session-store.ts';

/** What a request brought along, and when. */
export interface PresentedCredential {
  readonly kind: 'bearer' | 'session';
  readonly token: string;
  readonly at: Instant;
}

export interface IdentifyDeps {
  readonly database: Database;
  readonly mayEnter: MayEnter;
}

interface Sought {
  readonly hash: Buffer;
  readonly at: Instant;
}

/**
 * Whose credential that is in this workspace; undefined when it is nobody's, no longer good, or its holder's who may not enter by the
 * authority in force: that is asked at every request. Each kind of token is looked for among its own kind only. The use of an owner's
 * credential is recorded before it counts, and asks no authority (I5).
 */
export async function identifyPrincipal(
  deps: IdentifyDeps,
  workspaceId: WorkspaceId,
  presented: PresentedCredential,
): Promise<Principal | undefined> {
  const { token, at } = presented;
  const sought = { hash: hashToken(token), at };
  if (presented.kind === 'session') return identifySession(deps, workspaceId, sought);
  if (token.startsWith('rca_')) return identifyApiToken(deps, workspaceId, sought);
  if (token.startsWith('rci_')) return identifyInvited(deps, workspaceId, sought);
  return token.startsWith('rco_') ? identifyOwner(deps.database, workspaceId, sought) : undefined;
}

async function identifySession(deps: IdentifyDeps, workspaceId: WorkspaceId, sought: Sought): Promise<Principal | undefined> {
  const session = await findSession(deps.database, workspaceId, sought);
  if (session === undefined) return undefined;
  const { administratorId, roleId } = session;
  const entry = await ask(deps, workspaceId, { identity: identityOf(session), isAdministrator: administratorId !== null, at: sought.at });
  if (entry === undefined) return undefined;
  if (administratorId === null) return { ...person(session, entry), sessionId: session.id };
  return {
    ...administrator({ id: administratorId, roleId: roleId ?? '' }, scopesOfRole(entry.roleId ?? roleId ?? ''), entry),
    sessionId: session.id,
  };
}

async function identifyApiToken(deps: IdentifyDeps, workspaceId: WorkspaceId, sought: Sought): Promise<Principal | undefined> {
  const live = await findApiToken(deps.database, workspaceId, sought);
  if (live === undefined) return undefined;
  const entry = await ask(deps, workspaceId, { identity: identityOf(live), isAdministrator: true, at: sought.at });
  if (entry === undefined) return undefined;
  const { administratorId: id, roleId } = live;
  const principal = administrator({ id, roleId }, scopesOfToken(live.scopes, entry.roleId ?? roleId), entry);
  return live.expiresAt === null ? principal : { ...principal, expiresAt: live.expiresAt };
}

async function identifyInvited(deps: IdentifyDeps, workspaceId: WorkspaceId, sought: Sought): Promise<Principal | undefined> {
  const invited = await findAdministratorByInvitation(deps.database, workspaceId, sought);
  const entry = invited && (await ask(deps, workspaceId, { identity: undefined, isAdministrator: true, at: sought.at }));
  return invited && entry && administrator(invited, scopesOfRole(invited.roleId), entry);
}

type Entered = Extract<Entry, { kind: 'yes' }>;

async function ask({ database, mayEnter }: IdentifyDeps, workspaceId: WorkspaceId, asked: EntryAsked): Promise<Entered | undefined> {
  const entry = await mayEnter(database, workspaceId, asked);
  return entry.kind === 'yes' ? entry : undefined;
}

/** The name that somebody was invited under is the one that they signed in with first. */
function identityOf({ email, objectId, tenantId }: Pick<LiveSession, 'email' | 'tenantId' | 'objectId'>) {
  return { tenantId, objectId, userPrincipalName: email };
}

async function identifyOwner(database: Database, workspaceId: WorkspaceId, sought: Sought): Promise<Principal | undefined> {
  const id = await findOwnerByCredential(database, workspaceId, sought.hash);
  if (id === undefined) return undefined;
  await recordOwnerUse(database, workspaceId, { id, at: sought.at });
  return owner(id);
}

function owner(id: OwnerId): Principal {
  return { kind: 'owner', id, actor: `owner:${id}`, scopes: ownerScopes };
}

/** Who was invited to which role; what they may do now may be more or less, by the role that SCIM grants. */
interface Invited {
  readonly id: AdministratorId;
  readonly roleId: string;
}

function administrator({ id, roleId }: Invited, scopes: readonly Scope[], { graceEndsAt }: Entered): Principal {
  const grace = graceEndsAt === null ? {} : { graceEndsAt };
  return { kind: 'administrator', id, actor: `administrator:${id}`, scopes, ...grace, ...grantedBeyond(scopesOfRole(roleId), scopes) };
}

function person({ objectId }: LiveSession, { roleId, scimUser }: Entered): Principal {
  const [id, actor] = scimUser === null ? [objectId, `directory-account:${objectId}`] : [scimUser.id, `scim-user:${scimUser.id}`];
  const scopes = scopesOfPerson(roleId);
  return { kind: 'person', id, actor, scopes, ...grantedBeyond([], scopes) };
}

/** Says so where people of the workspace did not give the scope `workspace`. */
function grantedBeyond(given: readonly Scope[], scopes: readonly Scope[]): Pick<Principal, 'isDirectoryGranted'> {
  return scopes.includes('workspace') && !given.includes('workspace') ? { isDirectoryGranted: true } : {};
}
