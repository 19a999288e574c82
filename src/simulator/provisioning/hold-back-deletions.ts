import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { Run } from './run.ts';
import { purgedInScope, standingIn } from './sync-user.ts';

/** The users that a cycle has to look at: the ones of the directory, and links whose user is gone from it. */
export interface Leavers {
  readonly due: readonly DirectoryUser[];
  readonly purged: readonly (readonly [objectId: string, targetId: string])[];
}

/**
 * Accidental-deletion prevention (entra-scim-client §4.3): when more users would be disabled and deleted than the job's
 * threshold allows, all of those are staged, and the others go on. An administrator lets them pass, once.
 */
export function holdBackDeletions(run: Run, { due, purged }: Leavers): Leavers & { readonly heldBack: boolean } {
  const { job } = run;
  const threshold = job.settings.deletesThreshold;
  const leaving = new Set([
    ...due.filter((user) => leaves(run, user)).map((user) => user.id),
    ...purged.filter(([objectId]) => job.settings.targetActions.delete && purgedInScope(run, objectId)).map(([objectId]) => objectId),
  ]);
  const heldBack = threshold !== null && leaving.size > threshold && !job.deletesAllowed;
  if (!heldBack) {
    job.deletesAllowed = false;
    return { due, purged, heldBack };
  }
  for (const objectId of leaving) run.staged.add(objectId);
  return {
    due: due.filter((user) => !leaving.has(user.id)),
    purged: purged.filter(([objectId]) => !leaving.has(objectId)),
    heldBack,
  };
}

/** Whether this cycle would disable (or, without soft deletion, delete) a user that the target has as active. */
function leaves(run: Run, user: DirectoryUser): boolean {
  const { job } = run;
  const standing = standingIn(run, user);
  if (standing === 'present' || !job.links.has(user.id) || job.inactive.has(user.id)) return false;
  if (standing === 'unassigned' && job.settings.skipOutOfScopeDeletions) return false;
  return job.settings.softDelete ? job.settings.targetActions.update : job.settings.targetActions.delete;
}
