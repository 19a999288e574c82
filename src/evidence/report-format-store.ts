import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Workspaces whose ledger does not say yet that reports are written in that format. */
export async function workspacesWithoutFormat(
  q: Queryable,
  { format, limit }: { readonly format: string; readonly limit: number },
): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ id: WorkspaceId }>(
    `select workspace.workspace_id as id
       from workspace
      where not exists (
        select from ledger_record as record
         where record.workspace_id = workspace.workspace_id and record.subject_id = workspace.workspace_id and record.type = 'report.format.set'
           and convert_from(record.leaf, 'UTF8')::jsonb #>> '{after,format}' = $1)
      order by workspace.workspace_id
      limit $2`,
    [format, limit],
  );
  return rows.map(({ id }) => id);
}
