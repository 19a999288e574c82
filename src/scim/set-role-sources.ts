import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { type RoleSource, roleSources } from '../scim-protocol/index.ts';
import { lockRoleSources, updateRoleSources } from './role-source-store.ts';

export interface SetRoleSources {
  readonly workspaceId: WorkspaceId;
  readonly names: readonly string[];
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Says where a user's role is looked for, in which order; a source that is left out is not asked. It holds at once for every user,
 * since a user's role is worked out where it is asked. The same order again changes nothing.
 * Throws DomainError `invalid-request` for a list that is empty, repeats a source or names one that is none.
 */
export async function setRoleSources(
  database: Database,
  { workspaceId, names, at, actor }: SetRoleSources,
): Promise<readonly RoleSource[]> {
  const sources = readSources(names);
  await database.transaction(async (tx) => {
    const before = await lockRoleSources(tx, workspaceId);
    if (before.join() === sources.join()) return;
    await updateRoleSources(tx, workspaceId, sources);
    const subject = { kind: 'workspace', id: workspaceId };
    await append(tx, workspaceId, [{ type: 'role.sources.set', at, actor, subject, before: { sources: before }, after: { sources } }]);
  });
  return sources;
}

function readSources(names: readonly string[]): readonly RoleSource[] {
  const sources = roleSources.filter((source) => names.includes(source));
  if (sources.length === 0 || sources.length !== names.length) {
    refuse('invalid-request', { detail: `"sources" lists at least one of ${roleSources.join(', ')}, each once.` });
  }
  return sources.toSorted((one, other) => names.indexOf(one) - names.indexOf(other));
}
