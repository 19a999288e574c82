import { type Instant, newId, type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, type Database, hashToken, newToken, type Principal, type Queryable } from '../platform/index.ts';
import { namePerson, type PersonInput, readPerson, refusingStrangers } from './name-owner-person.ts';
import { insertOwner } from './owner-store.ts';
import { findWorkspace } from './workspace-store.ts';

/** An owner whose credential can be seen this once: only its hash is stored. */
export interface CreatedOwner {
  readonly id: OwnerId;
  readonly credential: string;
}

export interface OwnerInput {
  readonly name: string;
  /** The person behind the owner; may be said later. */
  readonly person?: PersonInput | undefined;
  /** The owner who adds them; left out for the command line of the server itself, where whoever sits already rules. */
  readonly principal?: Principal;
}

const MAX_NAME = 200;

/**
 * Adds a break-glass owner to a workspace: only an owner may, since an owner outranks every administrator and stays when they go (I5).
 * Throws DomainError `forbidden` for anybody else, `not-found` for an unknown workspace or person, `invalid-request` for an empty
 * name or half an identity.
 */
export async function createOwner(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: OwnerInput,
): Promise<CreatedOwner> {
  const at = deps.clock.now();
  refuseOthers(input.principal);
  return refusingStrangers(() =>
    deps.database.transaction(async (tx) => {
      if ((await findWorkspace(tx, workspaceId)) === undefined) refuse('not-found', { detail: 'There is no such workspace.' });
      return addOwner(tx, workspaceId, { ...input, at });
    }),
  );
}

function refuseOthers(principal: Principal | undefined): void {
  if (principal === undefined || principal.kind === 'owner') return;
  refuse('forbidden', {
    detail: 'Only an owner adds an owner.',
    next: 'Ask an owner, or whoever runs the server: rollcall owner adds one, and rollcall owner recover where none is at hand.',
  });
}

/** As `createOwner`, in the caller's transaction. */
export async function addOwner(
  tx: Queryable,
  workspaceId: WorkspaceId,
  input: OwnerInput & { readonly at: Instant },
): Promise<CreatedOwner> {
  const name = input.name.trim();
  if (name === '' || name.length > MAX_NAME) refuse('invalid-request', { detail: `An owner's name has 1 to ${MAX_NAME} characters.` });
  const actor = input.principal?.actor ?? 'system';
  const id = newId<'owner'>(input.at);
  const credential = newToken('rco');
  await insertOwner(tx, workspaceId, { id, name, credentialHash: hashToken(credential), at: input.at, actor });
  await append(tx, workspaceId, [{ type: 'owner.created', at: input.at, actor, subject: { kind: 'owner', id }, disclose: { name } }]);
  if (input.person !== undefined) {
    await namePerson(tx, workspaceId, { ownerId: id, person: readPerson(input.person), reason: null, at: input.at, actor });
  }
  return { id, credential };
}
