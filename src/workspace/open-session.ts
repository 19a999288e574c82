import { HOUR_MS, type Instant, newId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, newToken, type Queryable } from '../platform/index.ts';
import { insertSession, type SessionHolder } from './session-store.ts';

/** A working day; then the identity provider is asked again. */
export const SESSION_LIFE_MS = 8 * HOUR_MS;

/** Opens a session in the caller's transaction. The token goes into the cookie and is stored only as a hash. */
export async function openSession(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, holder }: { readonly holder: SessionHolder; readonly at: Instant },
): Promise<{ readonly token: string; readonly expiresAt: Instant }> {
  const token = newToken('rcw');
  const expiresAt = plusMs(at, SESSION_LIFE_MS);
  await insertSession(tx, workspaceId, { id: newId(at), holder, at, tokenHash: hashToken(token), expiresAt });
  return { token, expiresAt };
}
