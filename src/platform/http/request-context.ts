import type { Request } from 'express';
import { type Instant, refuse, type WorkspaceId } from '../../kernel/index.ts';

/** What a principal may do. `read` looks; each other name is a room's word for changing what lives there. */
export const scopes = ['read', 'workspace', 'sso', 'scim', 'directory', 'roster', 'activation', 'reconciliation', 'evidence'] as const;

export type Scope = (typeof scopes)[number];

/** Who is asking, once a credential has been checked. */
export interface Principal {
  /** `person`: somebody who signed in and administers nothing by invitation. */
  readonly kind: 'owner' | 'administrator' | 'person';
  readonly id: string;
  /** As the ledger names them: `owner:<id>`, `administrator:<id>`, `scim-user:<id>`, `directory-account:<object id>`. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** When the API token that was presented ends; left out for one that does not, and for every other credential. */
  readonly expiresAt?: Instant;
  /** Until when an administrator may enter whom SCIM, which decides, has not provisioned. */
  readonly graceEndsAt?: Instant;
  /** The session that was presented. */
  readonly sessionId?: string;
  /** Whether the scope `workspace` comes from a role that the directory pushed, and from nobody of the workspace: owners are out of its reach (I5). */
  readonly isDirectoryGranted?: boolean;
}

export interface RequestContext {
  readonly requestId: string;
  /** When the request arrived. */
  readonly at: Instant;
}

interface Attached {
  context?: RequestContext;
  workspaceId?: WorkspaceId;
  principal?: Principal;
}

/** Beside the request rather than on it, so that no library can read or overwrite it. */
const attached = new WeakMap<Request, Attached>();

function of(request: Request): Attached {
  const known = attached.get(request);
  if (known !== undefined) return known;
  const fresh: Attached = {};
  attached.set(request, fresh);
  return fresh;
}

export function setContext(request: Request, context: RequestContext): void {
  of(request).context = context;
}

/** Throws when the composition root forgot to set it: a programming error, not a request's. */
export function contextOf(request: Request): RequestContext {
  const { context } = of(request);
  if (context === undefined) throw new Error('a route runs outside the administration app');
  return context;
}

export function setWorkspace(request: Request, workspaceId: WorkspaceId): void {
  of(request).workspaceId = workspaceId;
}

export function workspaceOf(request: Request): WorkspaceId {
  const { workspaceId } = of(request);
  if (workspaceId === undefined) throw new Error('a route runs outside a workspace');
  return workspaceId;
}

export function setPrincipal(request: Request, principal: Principal): void {
  of(request).principal = principal;
}

/** The principal, whatever its scopes. Throws DomainError `unauthenticated`. */
export function principalOf(request: Request): Principal {
  const { principal } = of(request);
  return (
    principal ??
    refuse('unauthenticated', {
      detail: 'The request carries no valid credential.',
      next: 'Send one as "Authorization: Bearer …", or sign in.',
    })
  );
}

/** The principal, when it has that scope. Throws DomainError `unauthenticated` or `forbidden`. */
export function requireScope(request: Request, scope: Scope): Principal {
  const principal = principalOf(request);
  if (!principal.scopes.includes(scope)) {
    return refuse('forbidden', {
      detail: `This credential does not have the scope "${scope}".`,
      next: 'Use one that has it, or ask an owner for it.',
    });
  }
  return principal;
}
