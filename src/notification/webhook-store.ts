import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** Where findings are sent to, as it is shown. */
export interface Webhook {
  readonly id: string;
  /** Without its path, which may hold a secret. */
  readonly origin: string;
  readonly state: 'active' | 'disabled';
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** The first failure since the last success; null while it works. */
  readonly failingSince: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly disabledAt: Instant | null;
  readonly secrets: readonly { readonly id: string; readonly createdAt: Instant }[];
  /** Deliveries that wait, for the next attempt or for the webhook to be resumed. */
  readonly pending: number;
}

const columns = `webhook.id, webhook.origin, webhook.state, webhook.created_at as "createdAt", webhook.created_by as "createdBy",
  webhook.failing_since as "failingSince", webhook.last_success_at as "lastSuccessAt", webhook.ended_at as "disabledAt",
  (select coalesce(jsonb_agg(jsonb_build_object('id', secret.id,
            'createdAt', to_char(secret.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by secret.id), '[]')
   from webhook_secret as secret
   where secret.workspace_id = webhook.workspace_id and secret.webhook_id = webhook.id and secret.ended_at is null) as secrets,
  (select count(*) from webhook_delivery as delivery
   where delivery.workspace_id = webhook.workspace_id and delivery.webhook_id = webhook.id and delivery.state = 'pending') as pending`;

/** Those that were not removed, latest first. */
export async function listWebhooks(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Webhook[]> {
  const { rows } = await q.query<Webhook>(
    `select ${columns} from webhook
     where webhook.workspace_id = $1 and webhook.state <> 'removed' and ($2::uuid is null or webhook.id < $2::uuid)
     order by webhook.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

export async function findWebhook(q: Queryable, workspaceId: WorkspaceId, id: string): Promise<Webhook | undefined> {
  const { rows } = await q.query<Webhook>(
    `select ${columns} from webhook where webhook.workspace_id = $1 and webhook.id = $2 and webhook.state <> 'removed'`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Lets one change of a workspace's webhooks run at a time. */
export async function lockWebhooks(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('webhook:' || $1::text, 0))`, [workspaceId]);
}

export async function insertWebhook(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: {
    readonly id: string;
    readonly origin: string;
    readonly sealedUrl: Buffer;
    readonly at: Instant;
    readonly actor: string;
    /** It is told of what became overdue later; null: of everything. */
    readonly toldAfter: Instant | null;
  },
): Promise<void> {
  await tx.query(
    'insert into webhook (workspace_id, id, origin, sealed_url, created_at, created_by, told_after) values ($1, $2, $3, $4, $5, $6, $7)',
    [workspaceId, made.id, made.origin, made.sealedUrl, made.at, made.actor, made.toldAfter],
  );
}

export async function insertSecret(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly id: string; readonly webhookId: string; readonly sealed: Buffer; readonly at: Instant },
): Promise<void> {
  await tx.query('insert into webhook_secret (workspace_id, id, webhook_id, sealed_secret, created_at) values ($1, $2, $3, $4, $5)', [
    workspaceId,
    made.id,
    made.webhookId,
    made.sealed,
    made.at,
  ]);
}

export async function endSecret(
  tx: Queryable,
  workspaceId: WorkspaceId,
  ended: { readonly webhookId: string; readonly id: string; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update webhook_secret as secret set ended_at = $4
     where secret.workspace_id = $1 and secret.webhook_id = $2 and secret.id = $3 and secret.ended_at is null`,
    [workspaceId, ended.webhookId, ended.id, ended.at],
  );
}

/** Ends a webhook, for now or for good, or lets it work again: then its failures are forgotten. Whether it was not so before. */
export async function setState(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { id, state, at }: { readonly id: string; readonly state: 'active' | 'disabled' | 'removed'; readonly at: Instant },
): Promise<boolean> {
  const { count } = await tx.query(
    `update webhook
     set state = $3, ended_at = case when $3 <> 'active' then $4::timestamptz end,
         failing_since = case when $3 <> 'active' then webhook.failing_since end
     where webhook.workspace_id = $1 and webhook.id = $2 and webhook.state <> $3 and webhook.state <> 'removed'`,
    [workspaceId, id, state, at],
  );
  return count === 1;
}

/** What a delivery needs: the whole address and the secrets, sealed. Undefined for a webhook that is not active. */
export async function sealedWebhook(
  q: Queryable,
  workspaceId: WorkspaceId,
  id: string,
): Promise<
  { readonly sealedUrl: Buffer; readonly sealedSecrets: readonly { readonly id: string; readonly sealed: Buffer }[] } | undefined
> {
  const { rows } = await q.query<{ sealedUrl: Buffer; secretId: string; sealed: Buffer }>(
    `select webhook.sealed_url as "sealedUrl", secret.id as "secretId", secret.sealed_secret as sealed
     from webhook
     join webhook_secret as secret on secret.workspace_id = webhook.workspace_id and secret.webhook_id = webhook.id and secret.ended_at is null
     where webhook.workspace_id = $1 and webhook.id = $2 and webhook.state = 'active'
     order by secret.id desc`,
    [workspaceId, id],
  );
  const [first] = rows;
  return first && { sealedUrl: first.sealedUrl, sealedSecrets: rows.map(({ secretId, sealed }) => ({ id: secretId, sealed })) };
}

/** Notes how an attempt went; answers since when the webhook has been failing, null where it works. */
export async function noteOutcome(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { id, at, isDelivered }: { readonly id: string; readonly at: Instant; readonly isDelivered: boolean },
): Promise<Instant | null> {
  const { rows } = await tx.query<{ since: Instant | null }>(
    `update webhook
     set failing_since = case when $4 then null else coalesce(webhook.failing_since, $3::timestamptz) end,
         last_success_at = case when $4 then $3::timestamptz else webhook.last_success_at end
     where webhook.workspace_id = $1 and webhook.id = $2
     returning webhook.failing_since as since`,
    [workspaceId, id, at, isDelivered],
  );
  return rows[0]?.since ?? null;
}
