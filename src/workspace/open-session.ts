import { type AdministratorId, HOUR_MS, type Instant, newId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, newToken, type Queryable } from '../platform/index.ts';
import { insertSession } from './session-store.ts';

/** A working day; then the identity provider is asked again. */
export const SESSION_LIFE_MS = 8 * HOUR_MS;

/** Opens a session in the caller's transaction. The token goes into the cookie and is stored only as a hash. */
export async function openSession(
  tx: Queryable,
  workspaceId: WorkspaceId,
  input: { readonly administratorId: AdministratorId; readonly at: Instant },
): Promise<{ readonly token: string; readonly expiresAt: Instant }> {
  const token = newToken('rcw');
  const expiresAt = plusMs(input.at, SESSION_LIFE_MS);
  await insertSession(tx, workspaceId, { id: newId(input.at), ...input, tokenHash: hashToken(token), expiresAt });
  return { token, expiresAt };
}
