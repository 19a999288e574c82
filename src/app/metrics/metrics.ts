import type { RequestListener } from 'node:http';
import { createMetricsRegistry, type Log } from '../../platform/index.ts';
import { scimErrorCodes } from '../../scim-protocol/index.ts';
import type { ScimObserver } from '../../scim/index.ts';
import { countEvents } from './counted-events.ts';
import { measureRequests } from './measured-requests.ts';
import { type StandingSources, standingGauges } from './standing-gauges.ts';

/** What one server counts. docs/operations.md lists all of it. */
export interface Metrics {
  /** The same log, whose events are counted. */
  readonly log: Log;
  /** What the data plane tells. */
  readonly scim: ScimObserver;
  /** The same listener, whose requests are measured. */
  measure(listener: RequestListener): RequestListener;
  /** The exposition, as of now. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetrics(sources: StandingSources): Metrics {
  const registry = createMetricsRegistry();
  const refusals = registry.counter({
    name: 'rollcall_scim_refusals_total',
    help: 'Refused SCIM requests, and refused operations of bulk requests, by cause: the scimType, else what the status means.',
    labels: { cause: scimErrorCodes },
  });
  const deactivations = registry.counter({
    name: 'rollcall_scim_deactivations_total',
    help: 'SCIM users that were made inactive by a change, and users that were deleted.',
    labels: { by: ['change', 'deletion'] },
  });
  const look = standingGauges(registry, sources);
  return {
    log: countEvents(sources.log, registry),
    scim: { refused: (cause) => refusals({ cause }), deactivated: (by) => deactivations({ by }) },
    measure: (listener) => measureRequests(listener, registry),
    render: async () => {
      await look();
      return registry.render();
    },
  };
}
