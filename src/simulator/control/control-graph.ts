import { refuse } from '../../kernel/index.ts';
import type { ReadOnlyViolation } from '../graph/graph-context.ts';
import { DELTA_PAGE_SIZE, deltaHabits, type GraphFault, type GraphFaults, graphFaultKinds } from '../graph/graph-faults.ts';
import type { Lag, Replicas } from '../graph/lagging-replica.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { json, noContent } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { type ControlFields, controlBody, controlFields } from './control-body.ts';

export interface GraphControl {
  readonly tenant: Tenant;
  readonly violations: readonly ReadOnlyViolation[];
  readonly faults: GraphFaults;
  readonly replicas: Replicas;
}

export function controlGraphRoutes({ tenant, violations, faults, replicas }: GraphControl): readonly Route[] {
  return [
    [
      'PUT',
      '/control/cloud',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const sub = fields.optionalText('regionSubScope');
        tenant.cloud = {
          tenant_region_scope: fields.text('regionScope'),
          ...(sub !== undefined && { tenant_region_sub_scope: sub }),
          cloud_instance_name: fields.text('instance'),
          cloud_graph_host_name: 'graph.windows.net',
          msgraph_host: fields.text('graphHost'),
        };
        return noContent();
      },
    ],
    ['GET', '/control/graph/violations', () => json(200, { violations })],
    [
      'PUT',
      '/control/graph/faults',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        faults.set({
          faults: (fields.optionalObjects('faults') ?? []).map(faultOf),
          delta: new Set((fields.optionalTexts('delta') ?? []).map((habit) => oneOf(deltaHabits, habit))),
          deltaPageSize: fields.optionalCount('deltaPageSize') ?? DELTA_PAGE_SIZE,
          policySpacingMs: fields.optionalCount('policySpacingMs') ?? 0,
        });
        const lag = fields.optionalObject('lag');
        replicas.lag(lag && lagOf(lag));
        return noContent();
      },
    ],
  ];
}

function faultOf(fields: ControlFields): GraphFault {
  return {
    kind: oneOf(graphFaultKinds, fields.text('kind')),
    path: fields.optionalText('path') ?? '/v1.0/',
    after: fields.optionalCount('after') ?? 0,
    times: fields.optionalCount('times'),
    retryAfter: fields.optionalText('retryAfter'),
    status: fields.optionalCount('status') ?? 200,
    code: fields.optionalText('code') ?? 'UnknownError',
    elsewhere: fields.optionalText('elsewhere') ?? '',
  };
}

/** A replica that is behind for less than a minute surprises nobody. */
const USUAL_LAG_SECONDS = 60;

function lagOf(fields: ControlFields): Lag {
  return {
    path: fields.optionalText('path') ?? '/v1.0/',
    after: fields.optionalCount('after') ?? 0,
    requests: fields.optionalCount('requests') ?? 1,
    seconds: fields.optionalCount('seconds') ?? USUAL_LAG_SECONDS,
  };
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  return known.find((one) => one === text) ?? refuse('invalid-request', { detail: `${text} is none of: ${known.join(', ')}` });
}
