import { epochMs, type Instant, instantOf, MINUTE_MS, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import type { Database } from '../platform/index.ts';
import { addReadCounts, type ReadCount } from './exchange-store.ts';
import type { CountedResource } from './scim-request.ts';

/** Counters of plain reads: kept in memory, since a row per GET would cost more than the GET. */
export interface ReadCounters {
  count(read: {
    readonly workspaceId: WorkspaceId;
    readonly credentialId: ScimCredentialId;
    readonly at: Instant;
    readonly method: string;
    readonly resourceType: CountedResource;
    readonly status: number;
    /** Whether it was Entra's Test Connection (`isProbe`). */
    readonly isProbe: boolean;
  }): void;
  /** Writes what was counted; when that fails, the counts stay for the next time. */
  flush(): Promise<void>;
}

export function createReadCounters(database: Database): ReadCounters {
  const pending = new Map<string, ReadCount>();
  const add = (read: ReadCount) => {
    const { credentialId, isProbe, method, minute, resourceType, statusClass, workspaceId } = read;
    const key = [workspaceId, minute, credentialId, method, resourceType, statusClass, isProbe].join(' ');
    pending.set(key, { ...read, count: (pending.get(key)?.count ?? 0) + read.count });
  };
  return {
    count: ({ at, status, ...read }) => {
      const minute = instantOf(Math.floor(epochMs(at) / MINUTE_MS) * MINUTE_MS);
      add({ ...read, minute, statusClass: `${Math.floor(status / 100)}xx`, count: 1 });
    },
    flush: async () => {
      const counts = [...pending.values()];
      if (counts.length === 0) return;
      pending.clear();
      try {
        await addReadCounts(database, counts);
      } catch (error) {
        counts.forEach(add);
        throw error;
      }
    },
  };
}
