import { expectManyRows, type Queryable } from '../platform/index.ts';
import type { RunKey, UnsettledAccount } from './stage-store.ts';

/**
 * Objects that were found by id and are no accounts yet, and that the recycle bin shows too, in the order of their ids after `after`: one of
 * the two is behind. `unsettledMentions` is about accounts.
 */
export async function unsettledNewcomers(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly UnsettledAccount[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<UnsettledAccount>(
    `select distinct bin.object_id as "objectId", true as "isInBin"
     from directory_stage_account as bin
     join directory_stage_account as found
       on found.workspace_id = bin.workspace_id and found.run_id = bin.run_id and found.object_id = bin.object_id
       and found.source = 'get' and found.state in ('enabled', 'disabled')
     where bin.workspace_id = $1
       and bin.run_id = $3
       and bin.source = 'deletedItems'
       and ($4::uuid is null or bin.object_id > $4::uuid)
       and not exists (
         select 1
         from directory_account as account
         where account.workspace_id = $1 and account.connection_id = $2 and account.object_id = bin.object_id
       )
     order by bin.object_id
     limit $5`,
    [workspaceId, connectionId, runId, after, limit],
  );
  return rows;
}
