import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Database, Log } from '../platform/index.ts';
import { expiryOf } from './credential-expiry.ts';
import { type CredentialUse, writeUses } from './credential-use-store.ts';

/** When credentials were last used: kept in memory and written behind, since no request should wait for it. */
export interface CredentialUses {
  note(workspaceId: WorkspaceId, id: ScimCredentialId, at: Instant): void;
  /**
   * Writes the uses, once a minute per credential at most, and logs `scim.credential.expiring` for each credential in use that
   * ends soon, once a day whatever the number of processes. When that fails, the uses stay for the next time.
   */
  flush(deps: { readonly database: Database; readonly log: Log }): Promise<void>;
}

export function createCredentialUses(): CredentialUses {
  const pending = new Map<string, CredentialUse>();
  return {
    note: (workspaceId, id, at) => void pending.set(`${workspaceId} ${id}`, { workspaceId, id, at }),
    flush: async ({ database, log }) => {
      if (pending.size === 0) return;
      const uses = [...pending];
      const expiring = await writeUses(
        database,
        uses.map(([, use]) => use),
      );
      for (const [key, use] of uses) if (pending.get(key) === use) pending.delete(key);
      for (const { workspaceId, id, expiresAt, at } of expiring) {
        const { expiresInDays } = expiryOf({ expiresAt, revokedAt: null }, at);
        log.warn('scim.credential.expiring', { workspaceId, credentialId: id, expiresAt, expiresInDays });
      }
    },
  };
}
