import { hash } from 'node:crypto';
import { canonicalJson, type WorkspaceId } from '../kernel/index.ts';
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
