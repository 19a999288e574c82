import type { Queryable } from '../platform/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { RunKey } from './stage-store.ts';

/** Keeps what was read of sign-ins. They move forward alone: an older instant comes from a copy that is behind. */
export async function applySignIns(tx: Queryable, key: RunKey, at: Instant): Promise<void> {
  await tx.query(
    `insert into directory_sign_in as known (workspace_id, connection_id, object_id, last_successful_at, observed_at, run_id)
     select stage.workspace_id, $2::uuid, stage.object_id, max(stage.last_successful_at), $4::timestamptz, stage.run_id
     from directory_stage_sign_in as stage
     where stage.workspace_id = $1 and stage.run_id = $3
     group by stage.workspace_id, stage.object_id, stage.run_id
     on conflict (workspace_id, connection_id, object_id) do update
     set last_successful_at = excluded.last_successful_at, observed_at = excluded.observed_at, run_id = excluded.run_id
     where known.last_successful_at < excluded.last_successful_at`,
    [key.workspaceId, key.connectionId, key.runId, at],
  );
}
