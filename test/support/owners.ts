import type { WorkspaceId } from '../../src/kernel/index.ts';
import { type Clock, type Database, scopes } from '../../src/platform/index.ts';
import { createOwner } from '../../src/workspace/index.ts';

/** Two actors whose credentials one person holds: an owner, and another whom she has made. */
export async function oneWithTwoCredentials(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
): Promise<readonly [string, string]> {
  const { id } = await createOwner(deps, workspaceId, { name: 'Olive' });
  const actor = `owner:${id}`;
  const other = await createOwner(deps, workspaceId, { name: 'Otto', principal: { kind: 'owner', id, actor, scopes } });
  return [actor, `owner:${other.id}`];
}
