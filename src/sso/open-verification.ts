import { HOUR_MS, type Instant, plusMs, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { signInUrl } from './sign-in-address.ts';
import { findConnection, markVerificationOpen } from './sso-store.ts';

/** Time to send the address to a colleague; a candidate that stays open is a second front door. */
const VERIFICATION_OPEN_MS = HOUR_MS;

/**
 * Opens a candidate for sign-ins, so that one can verify it; who opened this second front door, and until when, is a ledger record.
 * Throws DomainError `not-found` for an unknown connection, `conflict` for a retired one.
 */
export async function openVerification(
  deps: { readonly database: Database; readonly clock: Clock; readonly publicUrl: string },
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: SsoConnectionId; readonly actor: string },
): Promise<{ readonly signInUrl: string; readonly expiresAt: Instant }> {
  const at = deps.clock.now();
  const until = plusMs(at, VERIFICATION_OPEN_MS);
  await deps.database.transaction(async (tx) => {
    const connection = await findConnection(tx, workspaceId, id);
    if (connection === undefined) refuse('not-found', { detail: 'There is no such connection.' });
    if (connection.state === 'retired') refuse('conflict', { detail: 'This connection is retired.', next: 'Add its configuration anew.' });
    await markVerificationOpen(tx, workspaceId, { id, until });
    const subject = { kind: 'sso-connection', id };
    await append(tx, workspaceId, [{ type: 'sso.verification.opened', at, actor, subject, after: { until } }]);
  });
  return { signInUrl: signInUrl(deps.publicUrl, workspaceId, id), expiresAt: until };
}
