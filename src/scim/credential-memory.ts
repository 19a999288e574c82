import { earliest, type Instant, plusMs, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import { type CredentialUses, createCredentialUses } from './credential-uses.ts';
import type { FoundCredential } from './scim-credential.ts';
import type { PresentedCredential } from './scim-request.ts';

/** How long a credential that was found live may let bodies be read without a look-up; the statement asks again in any case. */
const TRUST_MS = 30 * SECOND_MS;
/** How many credentials are remembered; tokens that do not exist never are. */
const MAX_REMEMBERED = 10_000;

/** Credentials seen lately, by workspace and token (I12). It decides whether a body is worth reading, and nothing else. */
export interface CredentialMemory {
  recall(workspaceId: WorkspaceId, tokenHash: Buffer, at: Instant): PresentedCredential | undefined;
  /**
   * Keeps a live credential of a workspace whose switch is on, and forgets any other. It is kept no longer than it lives:
   * statements check the credential's row, and would not notice the end of an access token before it.
   */
  note(workspaceId: WorkspaceId, tokenHash: Buffer, at: Instant, found: FoundCredential | undefined): void;
  readonly uses: CredentialUses;
}

export function createCredentialMemory(): CredentialMemory {
  const remembered = new Map<string, { readonly credential: PresentedCredential; readonly until: Instant }>();
  const keyOf = (workspaceId: WorkspaceId, tokenHash: Buffer) => `${workspaceId} ${tokenHash.toString('base64')}`;
  return {
    recall: (workspaceId, tokenHash, at) => {
      const entry = remembered.get(keyOf(workspaceId, tokenHash));
      return entry !== undefined && entry.until > at ? entry.credential : undefined;
    },
    note: (workspaceId, tokenHash, at, found) => {
      const key = keyOf(workspaceId, tokenHash);
      if (!found?.isLive || found.switchState === 'off') {
        remembered.delete(key);
        return;
      }
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      const until = plusMs(at, TRUST_MS);
      remembered.set(key, { credential: found, until: found.endsAt === null ? until : earliest(until, found.endsAt) });
    },
    uses: createCredentialUses(),
  };
}
