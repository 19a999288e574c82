import { type Instant, newId, type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, type Database, hashToken, newToken, type Queryable } from '../platform/index.ts';
import { insertOwner } from './owner-store.ts';
import { findWorkspace } from './workspace-store.ts';

/** An owner whose credential can be seen this once: only its hash is stored. */
export interface CreatedOwner {
  readonly id: OwnerId;
  readonly credential: string;
}

const MAX_NAME = 200;

/**
 * Adds a break-glass owner to a workspace: for the command line of the server itself, where whoever sits already rules.
 * Throws DomainError `not-found` for an unknown workspace, `invalid-request` for an empty name.
 */
export async function createOwner(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly name: string },
): Promise<CreatedOwner> {
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    if ((await findWorkspace(tx, workspaceId)) === undefined) refuse('not-found', { detail: 'There is no such workspace.' });
    return addOwner(tx, workspaceId, { name: input.name, at });
  });
}

/** As `createOwner`, in the caller's transaction. */
export async function addOwner(
  tx: Queryable,
  workspaceId: WorkspaceId,
  input: { readonly name: string; readonly at: Instant },
): Promise<CreatedOwner> {
  const name = input.name.trim();
  if (name === '' || name.length > MAX_NAME) refuse('invalid-request', { detail: `An owner's name has 1 to ${MAX_NAME} characters.` });
  const id = newId<'owner'>(input.at);
  const credential = newToken('rco');
  await insertOwner(tx, workspaceId, { id, name, credentialHash: hashToken(credential), at: input.at, actor: 'system' });
  await append(tx, workspaceId, [
    { type: 'owner.created', at: input.at, actor: 'system', subject: { kind: 'owner', id }, disclose: { name } },
  ]);
  return { id, credential };
}
