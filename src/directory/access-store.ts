import type { Instant } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { AccessSource } from './access-source.ts';
import type { AccessLook } from './read-position.ts';
import type { RunKey } from './stage-store.ts';

/** What a look collected of a source: how many facts, and the SHA-256 of all of them in hex. */
export interface CollectedFacts {
  readonly facts: number;
  readonly sha256: string;
}

/**
 * Brings the facts of one source to what was read: those that are no longer shown, or otherwise, end; what is new begins. They are known to
 * have held until the source's last look before this one was sent, and not to have held then.
 */
export async function applyFacts(
  tx: Transaction,
  key: RunKey,
  { source, to }: { readonly source: AccessSource; readonly to: Instant },
): Promise<CollectedFacts> {
  const about = [key.workspaceId, key.connectionId, key.runId, source];
  const lastLook = `(select max(past.looked_from) from directory_access_look as past
    where past.workspace_id = $1 and past.connection_id = $2 and past.source = $4 and past.facts is not null)`;
  await tx.query(
    `delete from directory_stage_access as earlier
     using directory_stage_access as later
     where earlier.workspace_id = $1 and earlier.run_id = $2 and earlier.source = $3
       and later.workspace_id = $1 and later.run_id = $2 and later.source = $3
       and later.key = earlier.key and later.seq > earlier.seq`,
    [key.workspaceId, key.runId, source],
  );
  await tx.query(
    `update directory_access_fact as fact
     set confirmed_until = greatest(fact.observed_at, ${lastLook}), ended_run_id = $3
     where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = $4 and fact.confirmed_until is null
       and not exists (
         select 1
         from directory_stage_access as stage
         where stage.workspace_id = $1 and stage.run_id = $3 and stage.source = $4 and stage.key = fact.key
           and stage.body_sha256 = fact.body_sha256
       )`,
    about,
  );
  await tx.query(
    `insert into directory_access_fact
       (workspace_id, connection_id, source, key, ordinal, principal_id, body, body_sha256, not_before, observed_at, run_id)
     select stage.workspace_id, $2, stage.source, stage.key, coalesce(past.ordinal, 0) + 1, stage.principal_id, stage.body, stage.body_sha256,
       case when ${lastLook} <= $5::timestamptz then ${lastLook} end, $5::timestamptz, stage.run_id
     from directory_stage_access as stage
     left join lateral (
       select max(fact.ordinal) as ordinal, bool_or(fact.confirmed_until is null) as is_open
       from directory_access_fact as fact
       where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = $4 and fact.key = stage.key
     ) as past on true
     where stage.workspace_id = $1 and stage.run_id = $3 and stage.source = $4 and past.is_open is not true`,
    [...about, to],
  );
  return digestOf(tx, key, source);
}

async function digestOf(tx: Transaction, key: RunKey, source: AccessSource): Promise<CollectedFacts> {
  const { rows } = await tx.query<CollectedFacts>(
    `select count(*)::int as facts,
       encode(sha256(convert_to(coalesce(
         string_agg(fact.key || ' ' || encode(fact.body_sha256, 'hex'), E'\\n' order by fact.key collate "C"), ''), 'UTF8')), 'hex') as sha256
     from directory_access_fact as fact
     where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = $3 and fact.confirmed_until is null`,
    [key.workspaceId, key.connectionId, source],
  );
  const [collected] = rows;
  if (collected === undefined) throw new Error('a count without a row');
  return collected;
}

/** Keeps how a source was read: `collected` is null where it was not. */
export async function noteLook(
  tx: Transaction,
  key: RunKey,
  { source, look, collected }: { readonly source: AccessSource; readonly look: AccessLook; readonly collected: CollectedFacts | null },
): Promise<void> {
  await tx.query(
    `insert into directory_access_look
       (workspace_id, connection_id, source, run_id, looked_from, looked_to, facts, facts_sha256, reason, said)
     values ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), $9, $10)`,
    [
      key.workspaceId,
      key.connectionId,
      source,
      key.runId,
      look.from,
      look.to,
      collected?.facts ?? null,
      collected?.sha256 ?? null,
      look.missed?.reason ?? null,
      look.missed?.said ?? null,
    ],
  );
}
