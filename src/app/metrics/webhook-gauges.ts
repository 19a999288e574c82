import { epochMs } from '../../kernel/index.ts';
import { countUndelivered } from '../../notification/index.ts';
import type { Clock, MetricsRegistry, Queryable } from '../../platform/index.ts';

/** How the webhooks of all workspaces stand: what they have not taken, for how long, and how many are given up. */
interface WebhookStanding {
  readonly undelivered: number;
  readonly lagSeconds: number;
  readonly disabled: number;
}

export async function readWebhookStanding({
  clock,
  database,
}: {
  readonly clock: Clock;
  readonly database: Queryable;
}): Promise<WebhookStanding> {
  const { deliveries, disabled, oldestAt } = await countUndelivered(database);
  const lagSeconds = oldestAt === null ? 0 : Math.max(0, (epochMs(clock.now()) - epochMs(oldestAt)) / 1000);
  return { undelivered: deliveries, lagSeconds, disabled };
}

/** Shows it; undefined while the database cannot be asked, and then nothing is shown. */
export function webhookGauges(registry: MetricsRegistry): (standing: WebhookStanding | undefined) => void {
  const undelivered = registry.gauge({
    name: 'rollcall_webhook_deliveries_undelivered',
    help: 'Deliveries that a webhook has not taken yet.',
    labels: {},
  });
  const lag = registry.gauge({ name: 'rollcall_webhook_delivery_lag_seconds', help: 'For how long the oldest of them waits.', labels: {} });
  const disabled = registry.gauge({
    name: 'rollcall_webhooks_disabled',
    help: 'Webhooks that nothing reached for so long that they are disabled.',
    labels: {},
  });
  return (standing) => {
    undelivered({}, standing?.undelivered ?? null);
    lag({}, standing?.lagSeconds ?? null);
    disabled({}, standing?.disabled ?? null);
  };
}
