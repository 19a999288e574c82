import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable, Scope } from '../platform/index.ts';

/** One request under a key, and the claim by which it holds the key. */
export interface KeyClaim {
  readonly actor: string;
  readonly keySha256: Buffer;
  readonly requestSha256: Buffer;
  readonly scopes: readonly Scope[];
  readonly claim: string;
  readonly at: Instant;
}

/** What is kept of the request that holds a key. */
export interface HeldKey {
  readonly requestSha256: Buffer;
  readonly scopes: readonly Scope[];
  readonly claimedAt: Instant;
  /** When something that it changed was committed; null as long as nothing was. */
  readonly effectedAt: Instant | null;
  /** Null until it was answered. */
  readonly status: number | null;
  /** The body of the answer as JSON, with null in the place of secrets; null where it had none. */
  readonly answer: string | null;
  readonly showedSecret: boolean;
}

export type KeptAnswer = Pick<HeldKey, 'answer' | 'showedSecret'> & { readonly status: number };

/**
 * Takes a key that nobody holds, that was claimed before `forgottenAt`, or whose request has been silent since before `abandonedAt`
 * and has changed nothing. Undefined when it is taken, else who holds it: of the two that come at once, one.
 */
export async function claimKey(
  q: Queryable,
  workspaceId: WorkspaceId,
  { actor, keySha256, requestSha256, scopes, claim, at }: KeyClaim,
  before: { readonly forgottenAt: Instant; readonly abandonedAt: Instant },
): Promise<HeldKey | undefined> {
  const { rows } = await q.query<HeldKey & { readonly isOwn: boolean }>(
    `with taken as (
       insert into idempotency_key as held (workspace_id, actor, key_sha256, request_sha256, scopes, claim, claimed_at, alive_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (workspace_id, actor, key_sha256) do update
         set request_sha256 = excluded.request_sha256, scopes = excluded.scopes, claim = excluded.claim, claimed_at = excluded.claimed_at,
           alive_at = excluded.alive_at, effected_at = null, status = null, answer = null,
           showed_secret = false
         where held.claimed_at < $8::timestamptz
           or (held.alive_at < $9::timestamptz and held.effected_at is null and held.status is null and held.request_sha256 = excluded.request_sha256)
       returning held.claim
     )
     select held.request_sha256 as "requestSha256", held.scopes, held.claimed_at as "claimedAt", held.effected_at as "effectedAt", held.status,
       held.answer, held.showed_secret as "showedSecret", false as "isOwn"
     from idempotency_key as held
     where held.workspace_id = $1 and held.actor = $2 and held.key_sha256 = $3 and not exists (select from taken)
     union all
     select $4, $5, $7::timestamptz, null, null, null, false, true from taken`,
    [workspaceId, actor, keySha256, requestSha256, scopes, claim, at, before.forgottenAt, before.abandonedAt],
  );
  const [row] = rows;
  // No row: whoever held it a moment ago let it go, or took it in this very moment. Its next attempt will know.
  if (row === undefined) return { requestSha256, scopes, claimedAt: at, effectedAt: null, status: null, answer: null, showedSecret: false };
  return row.isOwn ? undefined : row;
}

/** The request of a claim is at work still. */
export async function stayAlive(q: Queryable, workspaceId: WorkspaceId, { actor, keySha256, claim }: KeyClaim, at: Instant): Promise<void> {
  await q.query(
    `update idempotency_key set alive_at = $5
     where idempotency_key.workspace_id = $1 and idempotency_key.actor = $2 and idempotency_key.key_sha256 = $3 and idempotency_key.claim = $4`,
    [workspaceId, actor, keySha256, claim, at],
  );
}

/** Whether the claim is still this request's; if so, what is committed with this is known to be its work. */
export async function markEffected(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { actor, keySha256, claim }: KeyClaim,
  at: Instant,
): Promise<boolean> {
  const { count } = await tx.query(
    `update idempotency_key set effected_at = coalesce(effected_at, $5)
     where idempotency_key.workspace_id = $1 and idempotency_key.actor = $2 and idempotency_key.key_sha256 = $3 and idempotency_key.claim = $4`,
    [workspaceId, actor, keySha256, claim, at],
  );
  return count === 1;
}

export async function keepAnswer(
  q: Queryable,
  workspaceId: WorkspaceId,
  { actor, keySha256, claim }: KeyClaim,
  { status, answer, showedSecret }: KeptAnswer,
): Promise<void> {
  await q.query(
    `update idempotency_key set status = $5, answer = $6, showed_secret = $7
     where idempotency_key.workspace_id = $1 and idempotency_key.actor = $2 and idempotency_key.key_sha256 = $3 and idempotency_key.claim = $4`,
    [workspaceId, actor, keySha256, claim, status, answer, showedSecret],
  );
}

/** Lets a key go whose request was refused, unless it changed something all the same. */
export async function releaseKey(q: Queryable, workspaceId: WorkspaceId, { actor, keySha256, claim }: KeyClaim): Promise<void> {
  await q.query(
    `delete from idempotency_key
     where idempotency_key.workspace_id = $1 and idempotency_key.actor = $2 and idempotency_key.key_sha256 = $3 and idempotency_key.claim = $4
       and idempotency_key.effected_at is null`,
    [workspaceId, actor, keySha256, claim],
  );
}

/** Deletes what was claimed before an instant, in every workspace; says how many. */
export async function forgetKeys(q: Queryable, before: Instant): Promise<number> {
  const { count } = await q.query('delete from idempotency_key where idempotency_key.claimed_at < $1', [before]);
  return count;
}
