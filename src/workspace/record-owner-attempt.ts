import type { CanonicalObject, Instant, WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Log, Queryable } from '../platform/index.ts';

/**
 * How SCIM, or a role that the directory pushed, reached for an owner. `role-claim`: a SCIM user claims the owner's role.
 * `scim-target`: a SCIM request writes to an owner by its id. `directory-role`: somebody whose power to administer comes from a
 * pushed role asks to end an owner or to say who one is. None of them has an effect (I5).
 */
export const ownerAttempts = ['role-claim', 'scim-target', 'directory-role'] as const;
export type OwnerAttempt = (typeof ownerAttempts)[number];

export interface OwnerAttempted {
  readonly attempt: OwnerAttempt;
  readonly at: Instant;
  readonly actor: string;
  /** The owner, where the attempt names one; else the SCIM user that claims to be one. */
  readonly subject: RecordInput['subject'];
  readonly detail?: CanonicalObject;
}

/** What the ledger says of an attempt. */
export function ownerAttemptRecord({ actor, at, attempt, detail, subject }: OwnerAttempted): RecordInput {
  return { type: 'owner.attempted', at, actor, subject, detail: { attempt, ...detail } };
}

/** The alarm: whoever watches the log hears of it at once. */
export function alarmOfOwnerAttempt(log: Log, workspaceId: WorkspaceId, { actor, attempt, subject }: OwnerAttempted): void {
  log.error('owner.attempted', { workspaceId, attempt, actor, subject: `${subject.kind}:${subject.id}` });
}

/** Keeps an attempt that changed nothing, and raises the alarm. */
export async function recordOwnerAttempt(
  { database, log }: { readonly database: Queryable; readonly log: Log },
  workspaceId: WorkspaceId,
  attempted: OwnerAttempted,
): Promise<void> {
  alarmOfOwnerAttempt(log, workspaceId, attempted);
  await append(database, workspaceId, [ownerAttemptRecord(attempted)]);
}
