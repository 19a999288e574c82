import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { CollectedFacts, CollectionOutcomes } from './collected-facts.ts';
import type { RunKey } from './stage-store.ts';

/** Keeps how collecting ended in a look that counts. What `look` showed held at some instant between the two. */
export async function noteCollections(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  outcomes: CollectionOutcomes,
  look: { readonly from: Instant; readonly to: Instant },
): Promise<void> {
  const tried = Object.entries(outcomes);
  await tx.query(
    `insert into directory_collection as known 
       (workspace_id, connection_id, facts, collected_from, collected_at, tried_at, because, refusals, missed_since)
     select $1, $2, tried.facts, case when tried.because is null then $5::timestamptz end, case when tried.because is null then $6::timestamptz end,
       $6::timestamptz, tried.because, case when tried.because is null then 0 else 1 end, case when tried.because is not null then $6::timestamptz end
     from unnest($3::text[], $4::text[]) as tried (facts, because)
     on conflict (workspace_id, connection_id, facts) do update
     set collected_from = case when excluded.because is null then excluded.collected_from else known.collected_from end,
       collected_at = coalesce(excluded.collected_at, known.collected_at), tried_at = excluded.tried_at, because = excluded.because,
       refusals = case when excluded.because is null then 0 else known.refusals + 1 end,
       missed_since = case when excluded.because is null then null when known.refusals = 0 then excluded.missed_since else known.missed_since end`,
    [workspaceId, connectionId, tried.map(([facts]) => facts), tried.map(([, because]) => because), look.from, look.to],
  );
}

/** When it was collected last; null when it never was. */
export async function collectedAt(q: Queryable, { workspaceId, connectionId }: RunKey, facts: CollectedFacts): Promise<Instant | null> {
  const { rows } = await q.query<{ at: Instant | null }>(
    `select collection.collected_at as at
     from directory_collection as collection
     where collection.workspace_id = $1 and collection.connection_id = $2 and collection.facts = $3`,
    [workspaceId, connectionId, facts],
  );
  return rows[0]?.at ?? null;
}

/** From when on what was collected last may have held; null when nothing was, or that was not kept. */
export async function collectedFrom(q: Queryable, { workspaceId, connectionId }: RunKey, facts: CollectedFacts): Promise<Instant | null> {
  const { rows } = await q.query<{ from: Instant | null }>(
    `select collection.collected_from as "from"
     from directory_collection as collection
     where collection.workspace_id = $1 and collection.connection_id = $2 and collection.facts = $3`,
    [workspaceId, connectionId, facts],
  );
  return rows[0]?.from ?? null;
}
