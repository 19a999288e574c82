import type { Instant, OwnerId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { OwnerPerson } from './owner-person-store.ts';

export interface Owner {
  readonly id: OwnerId;
  readonly name: string;
  readonly createdAt: Instant;
  readonly credentialProvenAt: Instant | null;
  /** To the minute: each move of it is a ledger record. */
  readonly lastUsedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Who they are said to be; null while nobody is named, and then nobody is told when they leave. */
  readonly person: (OwnerPerson & { readonly namedAt: Instant; readonly namedBy: string; readonly reason: string | null }) | null;
}

export interface NewOwner {
  readonly id: OwnerId;
  readonly name: string;
  readonly credentialHash: Buffer;
  readonly at: Instant;
  readonly actor: string;
}

export async function insertOwner(tx: Queryable, workspaceId: WorkspaceId, owner: NewOwner): Promise<void> {
  await tx.query('insert into owner (workspace_id, id, name, credential_hash, created_at, created_by) values ($1, $2, $3, $4, $5, $6)', [
    workspaceId,
    owner.id,
    owner.name,
    owner.credentialHash,
    owner.at,
    owner.actor,
  ]);
}

/** All owners there ever were, the present ones first, with who they are said to be. */
export async function listOwners(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Owner[]> {
  const { rows } = await q.query<Owner>(
    `select owner.id, owner.name, owner.created_at as "createdAt", owner.credential_proven_at as "credentialProvenAt",
       owner.last_used_at as "lastUsedAt", owner.ended_at as "endedAt",
       case when named.id is not null then jsonb_build_object('tenantId', named.tenant_id, 'objectId', named.object_id,
         'personId', named.person_id, 'namedAt', to_char(named.named_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'namedBy', named.named_by, 'reason', named.reason) end as person
     from owner
     left join owner_person as named
       on named.workspace_id = owner.workspace_id and named.owner_id = owner.id and named.ended_at is null
     where owner.workspace_id = $1
     order by owner.ended_at nulls first, owner.created_at, owner.id`,
    [workspaceId],
  );
  return rows;
}

export async function findOwnerByCredential(q: Queryable, workspaceId: WorkspaceId, hash: Buffer): Promise<OwnerId | undefined> {
  const { rows } = await q.query<{ id: OwnerId }>(
    'select owner.id from owner where owner.workspace_id = $1 and owner.credential_hash = $2 and owner.ended_at is null',
    [workspaceId, hash],
  );
  return rows[0]?.id;
}

/** Whether an id is that of an owner whom the workspace has or had. */
export async function isOwner(q: Queryable, workspaceId: WorkspaceId, id: string): Promise<boolean> {
  const { count } = await q.query('select 1 from owner where owner.workspace_id = $1 and owner.id = $2', [workspaceId, id]);
  return count === 1;
}

/** Moves the time of last use unless it stands after `recordedSince`; answers whether it moved. Proves the credential the first time. */
export async function markOwnerUse(
  tx: Queryable,
  workspaceId: WorkspaceId,
  use: { readonly id: OwnerId; readonly at: Instant; readonly recordedSince: Instant },
): Promise<boolean> {
  const { count } = await tx.query(
    `update owner
     set last_used_at = $3, credential_proven_at = coalesce(owner.credential_proven_at, $3::timestamptz)
     where owner.workspace_id = $1 and owner.id = $2 and owner.ended_at is null
       and (owner.last_used_at is null or owner.last_used_at <= $4)`,
    [workspaceId, use.id, use.at, use.recordedSince],
  );
  return count === 1;
}

/** Locks the present owners, in one order for everybody, until the transaction ends. */
export async function lockPresentOwners(tx: Queryable, workspaceId: WorkspaceId): Promise<readonly OwnerId[]> {
  const { rows } = await tx.query<{ id: OwnerId }>(
    'select owner.id from owner where owner.workspace_id = $1 and owner.ended_at is null order by owner.id for update',
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

export async function markOwnerEnded(
  tx: Queryable,
  workspaceId: WorkspaceId,
  end: { readonly id: OwnerId; readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query('update owner set ended_at = $3, ended_by = $4 where owner.workspace_id = $1 and owner.id = $2', [
    workspaceId,
    end.id,
    end.at,
    end.actor,
  ]);
}

/** When a present owner used their credential last: somebody can still get in when single sign-on fails. Undefined when none ever did. */
export async function lastOwnerUse(q: Queryable, workspaceId: WorkspaceId): Promise<Instant | undefined> {
  const { rows } = await q.query<{ at: Instant | null }>(
    `select max(owner.last_used_at) as at from owner
     where owner.workspace_id = $1 and owner.ended_at is null and owner.credential_proven_at is not null`,
    [workspaceId],
  );
  return rows[0]?.at ?? undefined;
}
