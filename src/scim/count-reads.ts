import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
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
  const pending = new Map<string, { readonly read: Omit<ReadCount, 'count'>; count: number }>();
  const add = (read: Omit<ReadCount, 'count'>, count: number) => {
    const { credentialId, isProbe, method, minute, resourceType, statusClass, workspaceId } = read;
    const key = `${workspaceId} ${minute} ${credentialId} ${method} ${resourceType} ${statusClass} ${isProbe}`;
    const counted = pending.get(key);
    if (counted === undefined) pending.set(key, { read, count });
    else counted.count += count;
  };
  return {
    count: ({ at, status, ...read }) => {
      add({ ...read, minute: minuteOf(at), statusClass: `${Math.floor(status / 100)}xx` }, 1);
    },
    flush: async () => {
      const counts = [...pending.values()];
      if (counts.length === 0) return;
      pending.clear();
      try {
        await addReadCounts(
          database,
          counts.map(({ read, count }) => ({ ...read, count })),
        );
      } catch (error) {
        for (const { read, count } of counts) add(read, count);
        throw error;
      }
    },
  };
}

/** The minute that an instant lies in; an instant's text begins with it. */
function minuteOf(at: Instant): Instant {
  return `${at.slice(0, 'YYYY-MM-DDTHH:mm'.length)}:00.000Z` as Instant;
}
