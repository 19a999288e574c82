import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** What webhooks have not taken yet, of all workspaces; those that were removed take nothing any more. */
export interface Undelivered {
  readonly deliveries: number;
  /** Since when the oldest of them waits; null where none does. */
  readonly oldestAt: Instant | null;
  /** Webhooks that were disabled because nothing reached them, and that nobody has resumed or removed. */
  readonly disabled: number;
}

export async function countUndelivered(q: Queryable): Promise<Undelivered> {
  const { rows } = await q.query<Undelivered>(
    `select count(waiting.id)::int as deliveries, min(waiting.created_at) as "oldestAt",
            (select count(*)::int from webhook where webhook.state = 'disabled') as disabled
     from (
       select delivery.id, delivery.created_at
       from webhook_delivery as delivery
       join webhook on webhook.workspace_id = delivery.workspace_id and webhook.id = delivery.webhook_id and webhook.state <> 'removed'
       where delivery.state = 'pending'
     ) as waiting`,
  );
  return rows[0] ?? { deliveries: 0, oldestAt: null, disabled: 0 };
}
