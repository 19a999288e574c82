import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/**
 * For so long the recycle bin keeps a deleted user, who cannot be restored any more after that (microsoft-graph §2.4). Entra may keep one for
 * longer, never for less.
 */
const RECYCLE_BIN_DAYS = 30;

/** What proves that an account that is found nowhere is deleted for good. */
export type DeletionProof = 'audit-log' | 'past-retention' | 'missing-again';

/**
 * Decides what it proves that known accounts were found neither by id nor in the recycle bin. The two may come from replicas of which one is
 * behind, so alone it proves nothing: an account that was just deleted, or just restored, looks the same, and counts as vanished (I8). It is deleted for
 * good where the audit log says so, where it was seen in the bin and its time there is over, and where a look that shows the directory as it was
 * at `lookedFrom` or later finds it missing again: by then every replica has what the first look missed.
 */
export async function decideMissing(tx: Queryable, { workspaceId, connectionId, runId }: RunKey, lookedFrom: Instant): Promise<void> {
  await tx.query(
    `with missing as (
       select look.object_id, look.seq, coalesce(account.missing_since, answer.held_to) as since,
         case
           when account.object_id in (
             select told.object_id
             from directory_stage_audit as told
             where told.workspace_id = $1 and told.run_id = $3 and told.led_to = 'hard_deleted'
           ) or exists (
             select 1
             from directory_audit_event as event
             where event.workspace_id = $1 and event.connection_id = $2 and event.object_id = account.object_id
               and event.led_to = 'hard_deleted'
           ) then 'audit-log'
           when account.state = 'soft_deleted' and account.deleted_at <= answer.held_from - interval '${RECYCLE_BIN_DAYS} days'
             then 'past-retention'
           when account.missing_since <= $4 then 'missing-again'
         end as proof
       from directory_stage_account as look
       join directory_account as account
         on account.workspace_id = $1 and account.connection_id = $2 and account.object_id = look.object_id
       join directory_stage_answer as answer
         on answer.workspace_id = $1 and answer.run_id = $3 and answer.seq = look.answer
       where look.workspace_id = $1 and look.run_id = $3 and look.state = 'not_found'
     )
     update directory_stage_account as look
     set state = case when missing.proof is null then 'vanished' else 'hard_deleted' end, proof = missing.proof, missing_since = missing.since
     from missing
     where look.workspace_id = $1 and look.run_id = $3 and look.object_id = missing.object_id and look.seq = missing.seq`,
    [workspaceId, connectionId, runId, lookedFrom],
  );
}
