import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** A checkpoint with a witness's cosignature behind those of the ledger. */
export interface CosignedCheckpoint {
  readonly id: string;
  readonly note: string;
}

/** A year of two witnesses and more; with as many time stamps, and what else is in a bundle, they stay below the files that a verifier takes. */
const MAX_DAILY_COSIGNATURES = 1_000;

/** The last cosignature of each day (UTC) by each witness from an instant on, oldest first; where there are too many, the latest of them. */
export async function readDailyCosignatures(q: Queryable, workspaceId: WorkspaceId, from: Instant): Promise<readonly CosignedCheckpoint[]> {
  const { rows } = await q.query<CosignedCheckpoint>(
    `with daily as (
       select distinct on (date_trunc('day', anchor.anchored_at, 'UTC'), anchor.place) anchor.id, anchor.size, anchor.token
         from ledger_anchor as anchor
        where anchor.workspace_id = $1 and anchor.kind = 'witness' and anchor.anchored_at >= $2
        order by date_trunc('day', anchor.anchored_at, 'UTC') desc, anchor.place, anchor.id desc
        limit $3
     )
     select daily.id, checkpoint.note || convert_from(daily.token, 'UTF8') as note
       from daily
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = $1 and checkpoint.size = daily.size
      order by daily.id`,
    [workspaceId, from, MAX_DAILY_COSIGNATURES],
  );
  return rows;
}
