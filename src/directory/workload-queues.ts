import { epochMs, type Instant, instantOf, SECOND_MS } from '../kernel/index.ts';
import type { Clock } from '../platform/index.ts';
import { GraphPause } from './graph-pause.ts';
import type { Delay } from './patience.ts';

/** What Microsoft limits apart from each other (microsoft-graph §2.5). */
export type Workload = 'directory' | 'reports' | 'policies' | 'azure';

interface WorkloadLimit {
  /** Requests under way at once. */
  readonly width: number;
  /** From one request to the next, in milliseconds. */
  readonly spacingMs: number;
  /** Whose requests Microsoft counts together: those of one application in a tenant, or of all. */
  readonly countedBy: 'application' | 'tenant';
}

/**
 * Reports and audit logs take 5 requests in 10 s from one application in one tenant. Policies take 1 a second from all applications
 * in the tenant together, and say no without Retry-After. The directory counts the resource units of one application in one tenant, of which
 * 8 requests at once stay far below. Azure Resource Manager refills a bucket of 250 reads by 25 a second for each subscription; one reader at
 * a time does not empty it.
 */
const limits: Readonly<Record<Workload, WorkloadLimit>> = {
  directory: { width: 8, spacingMs: 0, countedBy: 'application' },
  reports: { width: 1, spacingMs: 2 * SECOND_MS, countedBy: 'application' },
  policies: { width: 1, spacingMs: SECOND_MS, countedBy: 'tenant' },
  azure: { width: 1, spacingMs: 0, countedBy: 'tenant' },
};

/** Which workload a path of Graph is counted to. */
export function workloadOf(path: string): Workload {
  if (/^\/v1\.0\/(auditLogs|reports)\//.test(path)) return 'reports';
  return /^\/v1\.0\/(identity\/conditionalAccess|policies)\//.test(path) ? 'policies' : 'directory';
}

/** Who asks. */
export interface Asker {
  /** The cloud and the tenant. */
  readonly tenant: string;
  readonly clientId: string;
}

/** A queue for all whose requests are counted together. Tenants share nothing, so that a slow one delays nobody else. */
export interface WorkloadQueues {
  /**
   * Does one request when its turn has come. Throws GraphPause when all who are counted together were asked for more
   * patience than `wait` allows.
   */
  take<Value>(asker: Asker, workload: Workload, wait: Wait, work: () => Promise<Value>): Promise<Value>;
  /** Nobody who is counted together with this one asks the workload again before then. */
  rest(asker: Asker, workload: Workload, until: Instant): void;
}

export interface Wait {
  readonly clock: Clock;
  readonly delay: Delay;
  readonly signal?: AbortSignal;
  /** The longest that is waited in place, in milliseconds. */
  readonly maxWaitMs: number;
}

interface Queue {
  readonly limit: WorkloadLimit;
  under: number;
  readonly waiting: (() => void)[];
  /** Milliseconds since 1970. */
  nextAt: number;
}

export function createWorkloadQueues(): WorkloadQueues {
  const queues = new Map<string, Queue>();
  const queueOf = ({ tenant, clientId }: Asker, workload: Workload): Queue => {
    const limit = limits[workload];
    const name = JSON.stringify(limit.countedBy === 'tenant' ? [workload, tenant] : [workload, tenant, clientId]);
    const known = queues.get(name) ?? { limit, under: 0, waiting: [], nextAt: 0 };
    queues.set(name, known);
    return known;
  };
  return {
    take: async (asker, workload, wait, work) => {
      const queue = queueOf(asker, workload);
      await enter(queue);
      try {
        await comeDue(queue, wait);
        return await work();
      } finally {
        leave(queue);
      }
    },
    rest: (asker, workload, until) => {
      const queue = queueOf(asker, workload);
      queue.nextAt = Math.max(queue.nextAt, epochMs(until));
    },
  };
}

async function enter(queue: Queue): Promise<void> {
  if (queue.under < queue.limit.width) queue.under += 1;
  else await new Promise<void>((resolve) => queue.waiting.push(resolve));
}

/** The place goes to the next in the queue, or is free. */
function leave(queue: Queue): void {
  const next = queue.waiting.shift();
  if (next === undefined) queue.under -= 1;
  else next();
}

async function comeDue(queue: Queue, { clock, delay, maxWaitMs, signal }: Wait): Promise<void> {
  const now = epochMs(clock.now());
  const at = Math.max(now, queue.nextAt);
  if (at - now > maxWaitMs) throw new GraphPause(instantOf(at));
  queue.nextAt = at + queue.limit.spacingMs;
  if (at > now) await delay(at - now, signal);
}
