import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** By employment period that the present verdict holds to a privileged role: the accounts that are linked in it. */
export async function privilegedLeavers(q: Queryable, workspaceId: WorkspaceId): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await q.query<{ periodId: string; accountIds: readonly string[] }>(
    `select finding.unit_id as "periodId",
            jsonb_path_query_array(finding.systems, '$[*] ? (@.standing == "linked").accountId') as "accountIds"
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null and finding.unit_kind = 'employment_period'
       and finding.vector ->> 'privileged' = 'YES'`,
    [workspaceId],
  );
  return new Map(rows.map(({ periodId, accountIds }) => [periodId, accountIds]));
}
