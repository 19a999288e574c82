import { type Instant, refuse, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { readCredential } from './credential-store.ts';
import { confirmSeenCaller } from './enrolment-store.ts';
import type { Caller, ScimCredential } from './scim-credential.ts';

export interface ConfirmCaller {
  readonly workspaceId: WorkspaceId;
  readonly id: ScimCredentialId;
  readonly at: Instant;
  readonly actor: string;
  /** As the administrator saw it: what is confirmed is this one, whoever comes meanwhile. */
  readonly caller: Caller;
}

/**
 * Confirms the caller whose token was seen first; from then on that caller's tokens are taken, and no other's. Throws DomainError
 * `not-found`, or `conflict` when it is no enrolment, has ended, has a caller, or saw another one.
 */
export async function confirmCaller(database: Database, input: ConfirmCaller): Promise<ScimCredential> {
  const { workspaceId, id, at, actor, caller } = input;
  return database.transaction(async (tx) => {
    const enrolment = requireCredential(await readCredential(tx, workspaceId, id, 'for no key update'));
    const problem = problemOf(enrolment, caller, at);
    if (problem !== undefined) refuse('conflict', { detail: problem });
    await confirmSeenCaller(tx, workspaceId, id, caller);
    const after = { caller: { app_id: caller.appId, object_id: caller.objectId } };
    await append(tx, workspaceId, [{ type: 'scim.credential.confirmed', at, actor, subject: { kind: 'scim-credential', id }, after }]);
    return { ...enrolment, caller };
  });
}

/** Throws DomainError `not-found`. */
export function requireCredential(credential: ScimCredential | undefined): ScimCredential {
  return credential ?? refuse('not-found', { detail: 'This workspace has no SCIM credential of that id.' });
}

function problemOf({ kind, caller, seenCaller, revokedAt, expiresAt }: ScimCredential, named: Caller, at: Instant): string | undefined {
  if (kind !== 'entra-jwt') return 'Only a tenant of Entra has a caller to confirm.';
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) return 'The enrolment has ended.';
  if (caller !== null) return 'The enrolment has a confirmed caller; enrol the tenant anew to take another.';
  if (seenCaller === null) return 'No caller has been seen yet; test the connection in Entra first.';
  const isSeen = seenCaller.appId === named.appId && seenCaller.objectId === named.objectId;
  return isSeen ? undefined : 'The caller that was seen is another one.';
}
