import type { Instant, LedgerRecordId, OwnerId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Who an owner is: an identity of a tenant, a person of the roster, or both; at least one of the two. */
export interface OwnerPerson {
  readonly tenantId: string | null;
  /** Entra's object id in that tenant; null where `tenantId` is. */
  readonly objectId: string | null;
  readonly personId: string | null;
}

/** The constraint that a person whom no roster knows would break. */
export const PERSON_CONSTRAINT = 'owner_person_on_roster';

export interface OwnerNaming extends OwnerPerson {
  readonly id: string;
  readonly ownerId: OwnerId;
  readonly reason: string | null;
  readonly at: Instant;
  readonly actor: string;
  readonly recordId: LedgerRecordId;
}

/** Who the owner is said to be at present; undefined while nobody is named. */
export async function presentPerson(q: Queryable, workspaceId: WorkspaceId, ownerId: OwnerId): Promise<OwnerPerson | undefined> {
  const { rows } = await q.query<OwnerPerson>(
    `select owner_person.tenant_id as "tenantId", owner_person.object_id as "objectId", owner_person.person_id as "personId"
     from owner_person
     where owner_person.workspace_id = $1 and owner_person.owner_id = $2 and owner_person.ended_at is null`,
    [workspaceId, ownerId],
  );
  return rows[0];
}

/** Ends the present naming and puts another in its place. Throws a violation of `PERSON_CONSTRAINT`. */
export async function replacePerson(tx: Queryable, workspaceId: WorkspaceId, naming: OwnerNaming): Promise<void> {
  await tx.query(
    `update owner_person set ended_at = $3
     where owner_person.workspace_id = $1 and owner_person.owner_id = $2 and owner_person.ended_at is null`,
    [workspaceId, naming.ownerId, naming.at],
  );
  await tx.query(
    `insert into owner_person (workspace_id, id, owner_id, tenant_id, object_id, person_id, reason, named_at, named_by, record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      workspaceId,
      naming.id,
      naming.ownerId,
      naming.tenantId,
      naming.objectId,
      naming.personId,
      naming.reason,
      naming.at,
      naming.actor,
      naming.recordId,
    ],
  );
}
