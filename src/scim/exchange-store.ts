import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { CanonicalOperation, Ignored, Tolerated } from '../scim-protocol/index.ts';

/** A row of the wire log. It holds our own ids and names of attributes, and nothing that a person could be known by. */
export interface Exchange {
  readonly id: string;
  readonly at: Instant;
  readonly credentialId: ScimCredentialId;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly scimType: string | null;
  readonly detail: string | null;
  readonly tolerated: readonly Tolerated[];
  readonly ignored: readonly Ignored[];
  /** What the request was understood as; no values but that of `active`. */
  readonly canonical: readonly CanonicalOperation[];
  /** What the request changed; null where it changed nothing, or where only its statement knows. */
  readonly effect: Effect | null;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly bodySha256: Buffer | null;
}

/** The attributes that changed, by their qualified names. */
export interface Effect {
  readonly changed: readonly string[];
  /** What `active` is now, where it changed. */
  readonly active?: boolean;
  /** How many members of a group came and went. */
  readonly added?: number;
  readonly removed?: number;
}

/** What an exchange says of its request beside who sent it, when and how. */
export type ExchangeContent = Pick<Exchange, 'tolerated' | 'ignored' | 'canonical' | 'effect' | 'userId' | 'groupId'>;

/** A row for a request that changed nothing; one that changes something writes its row in the same statement. */
export async function insertExchange(q: Queryable, workspaceId: WorkspaceId, exchange: Exchange): Promise<void> {
  await q.query(
    `insert into scim_exchange (workspace_id, id, at, credential_id, request_id, method, path, status, scim_type, detail,
       tolerated, ignored, canonical, effect, user_id, group_id, body_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13::jsonb, $14::jsonb, $15, $16, $17)`,
    [
      workspaceId,
      exchange.id,
      exchange.at,
      exchange.credentialId,
      exchange.requestId,
      exchange.method,
      exchange.path,
      exchange.status,
      exchange.scimType,
      exchange.detail,
      JSON.stringify(exchange.tolerated),
      JSON.stringify(exchange.ignored),
      JSON.stringify(exchange.canonical),
      exchange.effect === null ? null : JSON.stringify(exchange.effect),
      exchange.userId,
      exchange.groupId,
      exchange.bodySha256,
    ],
  );
}

export interface ReadCount {
  readonly workspaceId: WorkspaceId;
  readonly minute: Instant;
  readonly credentialId: ScimCredentialId;
  readonly method: string;
  readonly resourceType: string;
  readonly statusClass: string;
  /** Whether these were filters by a GUID that found nothing (entra-scim-client §1.1). */
  readonly isProbe: boolean;
  readonly count: number;
}

/** Adds to the counters per minute; each key may stand in `counts` once. */
export async function addReadCounts(q: Queryable, counts: readonly ReadCount[]): Promise<void> {
  await q.query(
    `insert into scim_exchange_minute (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe, count)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bigint[])
     order by 1, 2, 3, 4, 5, 6, 7
     on conflict (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe)
     do update set count = scim_exchange_minute.count + excluded.count`,
    [
      counts.map((row) => row.workspaceId),
      counts.map((row) => row.minute),
      counts.map((row) => row.credentialId),
      counts.map((row) => row.method),
      counts.map((row) => row.resourceType),
      counts.map((row) => row.statusClass),
      counts.map((row) => row.isProbe),
      counts.map((row) => row.count),
    ],
  );
}
