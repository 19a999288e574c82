import { type CanonicalObject, type Instant, newId, type OwnerId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { type Clock, constraintOf, type Database, type Log, type Principal, type Queryable } from '../platform/index.ts';
import { keepOwnerFromDirectory } from './keep-owner-from-directory.ts';
import { type OwnerPerson, PERSON_CONSTRAINT, presentPerson, replacePerson } from './owner-person-store.ts';
import { lockPresentOwners } from './owner-store.ts';

/** What is said of the person behind an owner; what is left out is not known. */
export interface PersonInput {
  readonly tenantId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly personId?: string | undefined;
}

/**
 * Says who an owner is, so that somebody is told when that person leaves. The credential is as it was (I5): it is what somebody
 * holds, and not who they are. Saying the same again is no change.
 * Throws DomainError `not-found` for an owner or a person who is not there, `invalid-request` where nobody is named, `forbidden` to
 * a role that the directory pushed.
 */
export async function nameOwnerPerson(
  deps: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  workspaceId: WorkspaceId,
  input: { readonly id: OwnerId; readonly person: PersonInput; readonly reason: string; readonly principal: Principal },
): Promise<void> {
  const { id, principal, reason } = input;
  const at = deps.clock.now();
  await keepOwnerFromDirectory(deps, workspaceId, { id, principal, asked: 'name-person', at });
  await refusingStrangers(() =>
    deps.database.transaction(async (tx) => {
      const present = await lockPresentOwners(tx, workspaceId);
      if (!present.includes(id)) refuse('not-found', { detail: 'There is no such owner, or they were ended before.' });
      await namePerson(tx, workspaceId, { ownerId: id, person: readPerson(input.person), reason, at, actor: principal.actor });
    }),
  );
}

/** Throws DomainError `not-found` where the work names a person whom no roster knows. */
export async function refusingStrangers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (constraintOf(error) !== PERSON_CONSTRAINT) throw error;
    return refuse('not-found', { detail: 'There is no such person on the roster.', next: 'GET people lists them.' });
  }
}

/** Throws DomainError `invalid-request` for half an identity, and where nobody is named at all. */
export function readPerson(input: PersonInput): OwnerPerson {
  const person = { tenantId: input.tenantId ?? null, objectId: input.objectId ?? null, personId: input.personId ?? null };
  const { objectId, personId, tenantId } = person;
  if ((tenantId === null) !== (objectId === null)) {
    refuse('invalid-request', { detail: 'An identity is a tenant and an object id in it: "tenantId" and "objectId" go together.' });
  }
  if (objectId === null && personId === null) {
    refuse('invalid-request', {
      detail: 'Nobody is named.',
      next: 'Name an identity of a tenant ("tenantId" and "objectId"), a person of the roster ("personId"), or both.',
    });
  }
  return person;
}

export interface Naming {
  readonly ownerId: OwnerId;
  readonly person: OwnerPerson;
  readonly reason: string | null;
  readonly at: Instant;
  readonly actor: string;
}

/** In the caller's transaction, which holds the owner or has just made it. */
export async function namePerson(tx: Queryable, workspaceId: WorkspaceId, naming: Naming): Promise<void> {
  const { actor, at, ownerId, person, reason } = naming;
  const before = await presentPerson(tx, workspaceId, ownerId);
  if (before !== undefined && isSame(before, person)) return;
  const recordId = await appendOne(tx, workspaceId, {
    type: 'owner.person.named',
    at,
    actor,
    subject: { kind: 'owner', id: ownerId },
    ...(before === undefined ? {} : { before: recorded(before) }),
    after: recorded(person),
    disclose: { ...(person.objectId === null ? {} : { objectId: person.objectId }), ...(reason === null ? {} : { reason }) },
  });
  await replacePerson(tx, workspaceId, { ...person, id: newId<'owner-person'>(at), ownerId, reason, at, actor, recordId });
}

function isSame(one: OwnerPerson, other: OwnerPerson): boolean {
  return one.tenantId === other.tenantId && one.objectId === other.objectId && one.personId === other.personId;
}

/** The object id is one from outside, and stands in a disclosure (I11). */
function recorded({ personId, tenantId }: OwnerPerson): CanonicalObject {
  return { tenantId, person: personId };
}
