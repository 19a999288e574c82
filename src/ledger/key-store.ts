import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** Why a key signs no longer. */
export type RetirementReason = 'rotated' | 'compromised';

/** A key of a ledger, and whether it still signs; what is said of its end is null while it does. */
export interface LedgerKey {
  /** Which key of the ledger it is, from 1 in the order in which they came. */
  readonly ordinal: number;
  readonly vkey: string;
  readonly addedAt: Instant;
  readonly retiredAt: Instant | null;
  readonly because: RetirementReason | null;
  /** From when on the key's signatures prove nothing. */
  readonly compromisedFrom: Instant | null;
  /** The record `ledger.key_retired`. */
  readonly recordId: LedgerRecordId | null;
}

/** Keys that have signed this ledger, in the order in which they came; `after` is an ordinal. */
export async function readKeys(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly LedgerKey[]> {
  const { rows } = await q.query<LedgerKey>(
    `select key.ordinal, key.vkey, key.added_at as "addedAt", retirement.retired_at as "retiredAt", retirement.because,
            retirement.compromised_from as "compromisedFrom", retirement.record_id as "recordId"
       from (select ledger_key.vkey, ledger_key.added_at, row_number() over (order by ledger_key.added_at, ledger_key.vkey) as ordinal
               from ledger_key
              where ledger_key.workspace_id = $1) as key
       left join ledger_key_retirement as retirement on retirement.workspace_id = $1 and retirement.vkey = key.vkey
      where key.ordinal > coalesce($2::bigint, 0)
      order by key.ordinal
      limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Keys whose retirement stands in the tree of the first `size` records: they have signed their last. */
export async function readRetiredWithin(q: Queryable, workspaceId: WorkspaceId, size: number): Promise<readonly string[]> {
  const { rows } = await q.query<{ vkey: string }>(
    `select retirement.vkey
       from ledger_key_retirement as retirement
       join ledger_leaf on ledger_leaf.workspace_id = retirement.workspace_id and ledger_leaf.record_id = retirement.record_id
      where retirement.workspace_id = $1 and ledger_leaf.leaf_index < $2`,
    [workspaceId, size],
  );
  return rows.map(({ vkey }) => vkey);
}

/** Notes a key that signs this ledger; true when it is new to it. */
export async function insertKey(tx: Queryable, workspaceId: WorkspaceId, key: { vkey: string; at: Instant }): Promise<boolean> {
  const { count } = await tx.query(
    {
      name: 'ledger-insert-key',
      text: `insert into ledger_key (workspace_id, vkey, added_at) values ($1, $2, $3)
                  on conflict (workspace_id, vkey) do nothing`,
    },
    [workspaceId, key.vkey, key.at],
  );
  return count === 1;
}

export interface KeyRetirement {
  readonly vkey: string;
  readonly because: RetirementReason;
  readonly compromisedFrom: Instant | null;
  readonly at: Instant;
  readonly recordId: LedgerRecordId;
}

export async function insertRetirement(tx: Queryable, workspaceId: WorkspaceId, retirement: KeyRetirement): Promise<void> {
  await tx.query(
    `insert into ledger_key_retirement (workspace_id, vkey, because, compromised_from, retired_at, record_id)
     values ($1, $2, $3, $4, $5, $6)`,
    [workspaceId, retirement.vkey, retirement.because, retirement.compromisedFrom, retirement.at, retirement.recordId],
  );
}
