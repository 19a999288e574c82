import type { ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import type { CountedPopulation } from './counted-population.ts';

/** How many populations a process remembers: each is a few hundred lines at most. */
const MAX_REMEMBERED = 200;

/**
 * Populations as they were counted after a run. Verdicts change with a run and with nothing else, so that they need not be counted anew
 * for every page; what is decided about findings meanwhile is never remembered here.
 */
export interface TallyMemory {
  recall(of: TallyKey, count: () => Promise<CountedPopulation>): Promise<CountedPopulation>;
}

export interface TallyKey {
  readonly workspaceId: WorkspaceId;
  readonly runId: ReconciliationRunId;
  /** What was counted. */
  readonly what: string;
}

export function createTallyMemory(): TallyMemory {
  const remembered = new Map<string, CountedPopulation>();
  return {
    recall: async ({ runId, what, workspaceId }, count) => {
      const key = `${workspaceId} ${runId} ${what}`;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const counted = await count();
      // A Map lists its keys in the order of their insertion: the first is the one that was counted longest ago.
      const [oldest] = remembered.size < MAX_REMEMBERED ? [] : remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
      remembered.set(key, counted);
      return counted;
    },
  };
}
