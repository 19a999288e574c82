import { hash } from 'node:crypto';
import { canonicalJson, type DirectoryRunId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Keeps a list of queries, once; gives the SHA-256 of it as canonical JSON, in hex. */
export async function keepQueries(tx: Queryable, workspaceId: WorkspaceId, queries: readonly string[]): Promise<string> {
  const sha256 = hash('sha256', canonicalJson(queries), 'buffer');
  await tx.query(
    `insert into directory_query_list (workspace_id, sha256, queries)
     values ($1, $2, $3)
     on conflict do nothing`,
    [workspaceId, sha256, queries],
  );
  return sha256.toString('hex');
}

/** What a complete look asked of Microsoft; both null of one that is not complete, and of those before this was noted. */
export interface RunQueries {
  /** Of the list as canonical JSON, in hex, as the record of the look names it. */
  readonly queriesSha256: string | null;
  readonly queries: readonly string[] | null;
}

export async function readQueries(q: Queryable, workspaceId: WorkspaceId, runId: DirectoryRunId): Promise<RunQueries> {
  const { rows } = await q.query<RunQueries>(
    `select encode(list.sha256, 'hex') as "queriesSha256", list.queries
     from directory_run as run
     join directory_query_list as list on list.workspace_id = run.workspace_id and list.sha256 = run.queries_sha256
     where run.workspace_id = $1 and run.id = $2`,
    [workspaceId, runId],
  );
  return rows[0] ?? { queriesSha256: null, queries: null };
}
