import { type Instant, msBetween, plusMs, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, newToken, type Queryable } from '../platform/index.ts';
import { insertAccessToken } from './access-token-store.ts';
import type { ClientCredential } from './credential-store.ts';

export interface IssuedAccessToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/**
 * Issues an access token through a credential. It is random and known by its hash alone, so it can be neither forged nor
 * confused with anybody's (docs/decisions/0009), lives as long as the credential says, and ends with it.
 */
export async function issueAccessToken(
  q: Queryable,
  workspaceId: WorkspaceId,
  { id, tokenLifeSeconds, expiresAt }: ClientCredential,
  at: Instant,
): Promise<IssuedAccessToken> {
  const accessToken = newToken('rct');
  const left = expiresAt === null ? tokenLifeSeconds : Math.floor(msBetween(at, expiresAt) / SECOND_MS);
  const expiresInSeconds = Math.max(1, Math.min(tokenLifeSeconds, left));
  const token = { credentialId: id, tokenHash: hashToken(accessToken), at, expiresAt: plusMs(at, expiresInSeconds * SECOND_MS) };
  await insertAccessToken(q, workspaceId, token);
  return { accessToken, expiresInSeconds };
}
