import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { DeltaLinks } from './read-changes.ts';
import type { ReadPosition } from './read-position.ts';
import type { RunKey } from './stage-store.ts';

/** Where the next delta queries go on; undefined unless both are known. */
export async function readDeltaLinks(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<DeltaLinks | undefined> {
  const { rows } = await q.query<{ resource: 'users' | 'groups'; link: string }>(
    `select delta.resource, delta.link
     from directory_delta_link as delta
     where delta.workspace_id = $1 and delta.connection_id = $2`,
    [workspaceId, connectionId],
  );
  const linkOf = (resource: string) => rows.find((row) => row.resource === resource)?.link;
  const users = linkOf('users');
  const groups = linkOf('groups');
  return users === undefined || groups === undefined ? undefined : { users, groups };
}

/** Replaces the links by those that belong to what is being applied; a resource without one is not followed any more. */
export async function writeDeltaLinks(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  links: ReadPosition['links'],
): Promise<void> {
  await forgetDeltaLinks(tx, workspaceId, connectionId);
  await tx.query(
    `insert into directory_delta_link (workspace_id, connection_id, resource, link, run_id)
     select $1, $2, given.resource, given.link, $3
     from jsonb_each_text($4::jsonb) as given (resource, link)
     where given.link is not null`,
    [workspaceId, connectionId, runId, JSON.stringify(links)],
  );
}

export async function forgetDeltaLinks(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<void> {
  await tx.query(
    'delete from directory_delta_link where directory_delta_link.workspace_id = $1 and directory_delta_link.connection_id = $2',
    [workspaceId, connectionId],
  );
}
