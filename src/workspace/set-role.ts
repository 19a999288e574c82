import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { findRole, type Role, upsertRole } from './role-store.ts';

/**
 * Puts a role into the catalogue, or renames and re-ranks one that is there; answers which of the two it was.
 * What a role may do in the administration is not part of it: that goes by its id.
 * Throws DomainError `invalid-request` for an id that could not stand in a SCIM attribute unescaped.
 */
export async function setRole(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly role: Role; readonly actor: string },
): Promise<'created' | 'changed'> {
  const { role, actor } = input;
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(role.id)) {
    refuse('invalid-request', { detail: '"id" has 1 to 100 letters, digits, ".", "_", ":" or "-", and begins with a letter or digit.' });
  }
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const before = await findRole(tx, workspaceId, role.id);
    await upsertRole(tx, workspaceId, role, at);
    await append(tx, workspaceId, [
      {
        type: 'role.set',
        at,
        actor,
        subject: { kind: 'workspace', id: workspaceId },
        ...(before === undefined ? {} : { before: { id: before.id, name: before.name, rank: before.rank } }),
        after: { id: role.id, name: role.name, rank: role.rank },
      },
    ]);
    return before === undefined ? 'created' : 'changed';
  });
}
