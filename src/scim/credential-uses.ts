import { type Instant, MINUTE_MS, msBetween, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import type { Database, Log } from '../platform/index.ts';
import { expiryOf } from './credential-expiry.ts';
import { type CredentialUse, writeUses } from './credential-use-store.ts';

/** How often the last use of a credential is written at most, in milliseconds. */
const WRITE_INTERVAL_MS = MINUTE_MS;
/** How many credentials a process remembers to have written; beyond it, it forgets all and writes again. */
const MAX_REMEMBERED = 10_000;

/** When credentials were last used: kept in memory and written behind, since no request should wait for it. */
export interface CredentialUses {
  note(workspaceId: WorkspaceId, id: ScimCredentialId, at: Instant): void;
  /**
   * Writes what is due, and logs `scim.credential.expiring` for each credential in use that ends soon, once a day whatever
   * the number of processes. When that fails, the uses stay for the next time.
   */
  flush(deps: { readonly database: Database; readonly log: Log }): Promise<void>;
}

export function createCredentialUses(): CredentialUses {
  const pending = new Map<string, CredentialUse>();
  const written = new Map<string, Instant>();
  const keyOf = ({ workspaceId, id }: Omit<CredentialUse, 'at'>) => `${workspaceId} ${id}`;
  const isDue = (use: CredentialUse) => {
    const last = written.get(keyOf(use));
    return last === undefined || msBetween(last, use.at) >= WRITE_INTERVAL_MS;
  };
  return {
    note: (workspaceId, id, at) => void pending.set(keyOf({ workspaceId, id }), { workspaceId, id, at }),
    flush: async ({ database, log }) => {
      const due = [...pending.values()].filter(isDue);
      if (due.length === 0) return;
      const expiring = await writeUses(database, due);
      if (written.size + due.length > MAX_REMEMBERED) written.clear();
      for (const use of due) {
        written.set(keyOf(use), use.at);
        if (pending.get(keyOf(use)) === use) pending.delete(keyOf(use));
      }
      for (const { workspaceId, id, expiresAt, at } of expiring) {
        const { expiresInDays } = expiryOf({ expiresAt, revokedAt: null }, at);
        log.warn('scim.credential.expiring', { workspaceId, credentialId: id, expiresAt, expiresInDays });
      }
    },
  };
}
