import { type AdministratorId, type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, type Database, hashToken, newToken, type Principal, type Scope, scopes } from '../platform/index.ts';
import { type Administrator, lockAdministrator } from './administrator-store.ts';
import { insertApiToken } from './api-token-store.ts';
import { scopesOfRole } from './role-scopes.ts';

export interface ApiTokenInput {
  /** For whom; the asking administrator when left out. An owner has to name somebody: a token always is a person's. */
  readonly administratorId: AdministratorId | undefined;
  readonly scopes: readonly string[];
  /** Never, when left out. */
  readonly expiresAt: Instant | undefined;
}

export interface IssuedApiToken {
  readonly id: string;
  /** Can be seen this once: only its hash is stored. */
  readonly token: string;
  readonly administratorId: AdministratorId;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
}

/**
 * Issues an API token to an administrator who has signed in. Administrators issue for themselves, owners for any; neither
 * gives more than they have, nor more than the role of whom it is for, and a token begets none that outlives it.
 * Throws DomainError `invalid-request`, `forbidden`, or `not-found` for one who is no administrator.
 */
export async function issueApiToken(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  { principal, input }: { readonly principal: Principal; readonly input: ApiTokenInput },
): Promise<IssuedApiToken> {
  const at = deps.clock.now();
  const administratorId = holderOf(principal, input.administratorId);
  const asked = knownScopes(input.scopes);
  const beyond = asked.find((scope) => !principal.scopes.includes(scope));
  if (beyond !== undefined) refuse('forbidden', { detail: `This credential does not have the scope "${beyond}" and cannot give it.` });
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt !== null && expiresAt <= at) refuse('invalid-request', { detail: '"expiresAt" lies in the past.' });
  if (principal.expiresAt !== undefined && (expiresAt === null || expiresAt > principal.expiresAt)) {
    refuse('forbidden', { detail: `The token would outlive the one that asks for it, which ends at ${principal.expiresAt}.` });
  }
  const id = newId(at);
  const token = newToken('rca');
  await deps.database.transaction(async (tx) => {
    const holder = await lockAdministrator(tx, workspaceId, administratorId);
    refuseUnfit(holder, asked);
    await insertApiToken(tx, workspaceId, {
      id,
      administratorId,
      tokenHash: hashToken(token),
      scopes: asked,
      at,
      actor: principal.actor,
      expiresAt,
    });
    const after = { administratorId, scopes: asked, expiresAt };
    await append(tx, workspaceId, [{ type: 'api-token.issued', at, actor: principal.actor, subject: { kind: 'api-token', id }, after }]);
  });
  return { id, token, administratorId, scopes: asked, expiresAt };
}

function holderOf(principal: Principal, named: AdministratorId | undefined): AdministratorId {
  if (principal.kind === 'person') {
    refuse('forbidden', { detail: 'API tokens are issued to administrators.', next: 'Have an administrator invite you.' });
  }
  if (principal.kind === 'owner') {
    return named ?? refuse('invalid-request', { detail: '"administratorId" is missing: an owner says whom the token is for.' });
  }
  if (named !== undefined && named !== principal.id) {
    refuse('forbidden', { detail: 'An administrator issues API tokens for themselves only.', next: 'An owner may issue one for others.' });
  }
  return principal.id as AdministratorId;
}

function knownScopes(asked: readonly string[]): readonly Scope[] {
  const unknown = asked.find((name) => !scopes.some((scope) => scope === name));
  if (unknown !== undefined) refuse('invalid-request', { detail: `"${unknown}" is no scope.`, next: `Scopes: ${scopes.join(', ')}.` });
  if (asked.length === 0) refuse('invalid-request', { detail: '"scopes" must name at least one scope.' });
  return scopes.filter((scope) => asked.includes(scope));
}

function refuseUnfit(holder: Administrator | undefined, asked: readonly Scope[]): void {
  if (holder === undefined) return refuse('not-found', { detail: 'There is no such administrator.' });
  if (holder.boundAt === null) {
    refuse('forbidden', {
      detail: 'This administrator has never signed in; a token would outlive the invitation that is to prove who they are.',
      next: 'Sign in once, then issue the token.',
    });
  }
  const excess = asked.find((scope) => !scopesOfRole(holder.roleId).includes(scope));
  if (excess !== undefined) refuse('forbidden', { detail: `The role "${holder.roleId}" does not give the scope "${excess}".` });
}
