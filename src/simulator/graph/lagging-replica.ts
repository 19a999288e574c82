import { type Instant, plusMs, SECOND_MS } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** For how many requests a replica that is behind answers, after how many that are answered rightly, and by how much it may be behind. */
export interface Lag {
  /** The beginning of the paths that it concerns; the others are not counted. */
  readonly path: string;
  readonly after: number;
  readonly requests: number;
  readonly seconds: number;
}

/** The tenant as a request sees it: now, or as it was when the lag was set (microsoft-graph §2.7). */
export interface Replicas {
  lag(lag: Lag | undefined): void;
  /** What this request sees, counted. */
  seenBy(exchange: Exchange): Tenant;
}

/** Users alone lag; the audit log is another service. */
export function createReplicas(tenant: Tenant): Replicas {
  let behind: { readonly lag: Lag; readonly tenant: Tenant; readonly until: Instant } | undefined;
  let seen = 0;
  return {
    lag: (lag) => {
      seen = 0;
      behind = lag && { lag, tenant: snapshotOf(tenant), until: plusMs(tenant.now(), lag.seconds * SECOND_MS) };
    },
    seenBy: ({ url }) => {
      if (behind === undefined || !url.pathname.startsWith(behind.lag.path)) return tenant;
      seen += 1;
      const { after, requests } = behind.lag;
      return seen > after && seen <= after + requests && tenant.now() <= behind.until ? behind.tenant : tenant;
    },
  };
}

/** Users are replaced, never changed in place, so that copies of the maps are enough. */
function snapshotOf(tenant: Tenant): Tenant {
  return { ...tenant, users: new Map(tenant.users), userIdByName: new Map(tenant.userIdByName) };
}
