import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { isOwnerRole } from './owner-role.ts';
import { findRole, type Role, type RoleInput, upsertRole } from './role-store.ts';

export interface RoleSet {
  readonly outcome: 'created' | 'changed';
  readonly role: Role;
}

/**
 * Puts a role into the catalogue, or renames and re-ranks one that is there, or says whether the directory may grant it; answers
 * which of the two it was. What a role may do in the administration is not part of it: that goes by its id.
 * Throws DomainError `invalid-request` for an id that could not stand in a SCIM attribute unescaped, and for the owner's.
 */
export async function setRole(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly role: RoleInput; readonly actor: string },
): Promise<RoleSet> {
  const { actor } = input;
  const { id, name, rank } = input.role;
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(id)) {
    refuse('invalid-request', { detail: '"id" has 1 to 100 letters, digits, ".", "_", ":" or "-", and begins with a letter or digit.' });
  }
  if (isOwnerRole(id)) {
    refuse('invalid-request', {
      detail: 'No role is called "owner": owners are made on the server\'s command line alone, and a directory must not seem to make one.',
      next: 'Choose another id; the name may be what you like.',
    });
  }
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const before = await findRole(tx, workspaceId, id);
    const role = { id, name, rank, directoryMayGrant: await upsertRole(tx, workspaceId, input.role, at) };
    await append(tx, workspaceId, [
      {
        type: 'role.set',
        at,
        actor,
        subject: { kind: 'workspace', id: workspaceId },
        ...(before === undefined ? {} : { before: { ...before } }),
        after: role,
      },
    ]);
    return { outcome: before === undefined ? 'created' : 'changed', role };
  });
}
