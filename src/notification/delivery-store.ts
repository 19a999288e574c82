import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { ToldFinding } from './notification-body.ts';
import { overdueRules } from './overdue-rules.ts';
import type { DeliveryProblem, SaidProblem } from './say-problem.ts';

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly type: 'finding.overdue' | 'test';
  readonly findingId: string | null;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly nextAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly lastStatus: number | null;
  readonly lastProblem: DeliveryProblem | null;
  /** What went wrong and what to do, in words. */
  readonly lastDetail: string | null;
}

/** The deliveries of a webhook, latest first. */
export async function listDeliveries(
  q: Queryable,
  workspaceId: WorkspaceId,
  { webhookId, after, limit }: Page & { readonly webhookId: string },
): Promise<readonly Delivery[]> {
  const { rows } = await q.query<Delivery>(
    `select delivery.id, delivery.event_id as "eventId", event.type, event.finding_id as "findingId", delivery.state, delivery.attempts,
            delivery.created_at as "createdAt", case when delivery.state = 'pending' then delivery.next_at end as "nextAt",
            delivery.last_at as "lastAt", delivery.last_status as "lastStatus", delivery.last_problem as "lastProblem",
            delivery.last_detail as "lastDetail"
     from webhook_delivery as delivery
     join notification_event as event on event.workspace_id = delivery.workspace_id and event.id = delivery.event_id
     where delivery.workspace_id = $1 and delivery.webhook_id = $2 and ($3::uuid is null or delivery.id < $3::uuid)
     order by delivery.id desc
     limit $4`,
    [workspaceId, webhookId, after ?? null, limit],
  );
  return rows;
}

/** Workspaces that have a webhook at work. */
export async function workspacesWithWebhooks(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ id: WorkspaceId }>(
    `select distinct webhook.workspace_id as id from webhook where webhook.state = 'active' order by 1`,
  );
  return rows.map(({ id }) => id);
}

/** Findings that became overdue after what a webhook at work could have read when it was added, and that are not told yet under their present verdict. */
export async function untoldFindings(tx: Queryable, workspaceId: WorkspaceId, limit: number): Promise<readonly ToldFinding[]> {
  const { rows } = await tx.query<ToldFinding>(
    `select finding.id, finding.unit_kind as kind, finding.rule, finding.verdict, finding.effect, finding.changed_at as since
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null and finding.rule in (${overdueRules.map((rule) => `'${rule}'`).join(', ')})
       and finding.changed_at > (
         select min(coalesce(webhook.told_after, '-infinity')) from webhook where webhook.workspace_id = $1 and webhook.state = 'active'
       )
       and not exists (
         select from notification_event as event
         where event.workspace_id = $1 and event.finding_id = finding.id and event.rule = finding.rule
       )
     order by finding.changed_at, finding.id
     limit $2`,
    [workspaceId, limit],
  );
  return rows;
}

export interface EventRow {
  readonly id: string;
  readonly type: 'finding.overdue' | 'test';
  readonly findingId: string | null;
  readonly rule: string | null;
  readonly body: string;
}

/** Adds events; one that another process has told of meanwhile is left out. Returns the ids of those that are new. */
export async function insertEvents(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, events }: { readonly at: Instant; readonly events: readonly EventRow[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into notification_event (workspace_id, id, type, at, finding_id, rule, body)
     select $1::uuid, row.id, row.type, $2::timestamptz, row."findingId", row.rule, row.body
     from jsonb_to_recordset($3::jsonb) as row (id uuid, type text, "findingId" uuid, rule text, body text)
     on conflict do nothing
     returning notification_event.id`,
    [workspaceId, at, JSON.stringify(events)],
  );
  return new Set(rows.map(({ id }) => id));
}

export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
}

export async function insertDeliveries(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, deliveries }: { readonly at: Instant; readonly deliveries: readonly DeliveryRow[] },
): Promise<void> {
  await tx.query(
    `insert into webhook_delivery (workspace_id, id, webhook_id, event_id, created_at, next_at)
     select $1::uuid, row.id, row."webhookId", row."eventId", $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "webhookId" uuid, "eventId" uuid)`,
    [workspaceId, at, JSON.stringify(deliveries)],
  );
}

/** Webhooks that are told, and of what became overdue after when, null for everything: those that are disabled, too, which are sent it once they are resumed. */
export async function toldWebhooks(
  tx: Queryable,
  workspaceId: WorkspaceId,
): Promise<readonly { readonly id: string; readonly toldAfter: Instant | null }[]> {
  const { rows } = await tx.query<{ id: string; toldAfter: Instant | null }>(
    `select webhook.id, webhook.told_after as "toldAfter" from webhook where webhook.workspace_id = $1 and webhook.state <> 'removed' order by webhook.id`,
    [workspaceId],
  );
  return rows;
}

/** Webhooks at work that have something to send by `at`. */
export async function webhooksWithDue(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select webhook.id from webhook
     where webhook.workspace_id = $1 and webhook.state = 'active' and exists (
       select from webhook_delivery as delivery
       where delivery.workspace_id = $1 and delivery.webhook_id = webhook.id and delivery.state = 'pending' and delivery.next_at <= $2
     )`,
    [workspaceId, at],
  );
  return rows.map(({ id }) => id);
}

export interface TakenDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly body: string;
  /** This one counted. */
  readonly attempts: number;
  readonly createdAt: Instant;
}

/** Takes the next delivery that is due for one process: should that die, another may take it from `leaseEnd` on. */
export async function takeDelivery(
  q: Queryable,
  workspaceId: WorkspaceId,
  { webhookId, at, leaseEnd }: { readonly webhookId: string; readonly at: Instant; readonly leaseEnd: Instant },
): Promise<TakenDelivery | undefined> {
  const { rows } = await q.query<TakenDelivery>(
    `update webhook_delivery as delivery
     set attempts = delivery.attempts + 1, next_at = $4, last_at = $3
     from notification_event as event
     where delivery.workspace_id = $1 and event.workspace_id = $1 and event.id = delivery.event_id and delivery.id = (
       select due.id from webhook_delivery as due
       where due.workspace_id = $1 and due.webhook_id = $2 and due.state = 'pending' and due.next_at <= $3
       order by due.next_at, due.id
       limit 1
       for update skip locked
     )
     returning delivery.id, delivery.event_id as "eventId", event.body, delivery.attempts, delivery.created_at as "createdAt"`,
    [workspaceId, webhookId, at, leaseEnd],
  );
  return rows[0];
}

/** What came of an attempt. */
export async function noteAttempt(
  tx: Queryable,
  workspaceId: WorkspaceId,
  noted: {
    readonly id: string;
    readonly state: Delivery['state'];
    readonly nextAt: Instant;
    readonly status: number | null;
    readonly said: SaidProblem | null;
  },
): Promise<void> {
  await tx.query(
    `update webhook_delivery as delivery
     set state = $3, next_at = $4, last_status = $5, last_problem = $6, last_detail = $7
     where delivery.workspace_id = $1 and delivery.id = $2`,
    [workspaceId, noted.id, noted.state, noted.nextAt, noted.status, noted.said?.problem ?? null, noted.said?.detail ?? null],
  );
}
