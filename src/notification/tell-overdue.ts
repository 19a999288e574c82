import { type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import type { Clock, Database, Transaction } from '../platform/index.ts';
import { DELIVER_TASK, deliverKey } from './deliver-task.ts';
import { insertDeliveries, insertEvents, toldWebhooks, untoldFindings, webhooksWithDue, workspacesWithWebhooks } from './delivery-store.ts';
import { notificationBody } from './notification-body.ts';

const EVERY_MINUTE = '* * * * *';
/** What a roster of many leavers makes overdue at once; the rest follows in the next minute. */
const MOST_AT_ONCE = 1_000;

/**
 * Looks every minute for findings that became overdue, whatever brought them about, and has what is due delivered. It reads findings as they
 * stand: a run of reconciliation waits for no receiver, and none is told of a verdict that is not in the ledger.
 */
export function tellOverdueTask({ clock, database }: { readonly clock: Clock; readonly database: Database }): Task {
  return {
    name: 'notification.tell-overdue',
    schedule: EVERY_MINUTE,
    run: async () => {
      for (const workspaceId of await workspacesWithWebhooks(database)) {
        const at = clock.now();
        await database.transaction(async (tx) => {
          await tell(tx, workspaceId, at);
          for (const webhookId of await webhooksWithDue(tx, workspaceId, at)) {
            await enqueue(tx, { task: DELIVER_TASK, payload: { workspaceId, webhookId }, jobKey: deliverKey(webhookId) });
          }
        });
      }
    },
  };
}

async function tell(tx: Transaction, workspaceId: WorkspaceId, at: Instant): Promise<void> {
  const findings = await untoldFindings(tx, workspaceId, MOST_AT_ONCE);
  if (findings.length === 0) return;
  const told = findings.map((finding) => {
    const id = newId<'notification-event'>(at);
    const body = notificationBody({ id, at, workspaceId, finding });
    return { since: finding.since, event: { id, type: 'finding.overdue' as const, findingId: finding.id, rule: finding.rule, body } };
  });
  const added = await insertEvents(tx, workspaceId, { at, events: told.map(({ event }) => event) });
  const webhooks = await toldWebhooks(tx, workspaceId);
  const deliveries = told.flatMap(({ event, since }) =>
    added.has(event.id)
      ? webhooks
          .filter(({ toldAfter }) => toldAfter === null || toldAfter < since)
          .map((webhook) => ({ id: newId<'webhook-delivery'>(at), webhookId: webhook.id, eventId: event.id }))
      : [],
  );
  await insertDeliveries(tx, workspaceId, { at, deliveries });
}
