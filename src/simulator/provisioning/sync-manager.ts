import type { DirectoryUser } from '../tenant/directory-user.ts';
import { ObjectFailure } from './object-failure.ts';
import { type ManagerChange, patchDialects, patchMessage } from './patch-dialects.ts';
import { holdsReference } from './reference-check.ts';
import type { Run } from './run.ts';
import { standingIn } from './sync-user.ts';

const MANAGER_FAILED = 'the manager is in scope and could not be provisioned yet';

/**
 * The reference that no POST carries: sent once both users exist at the target (entra-scim-client §2.1). A manager who is
 * out of scope is not sent, now or when it comes later, until the job starts over; one that failed is a failure here too.
 */
export async function syncManager(run: Run, user: DirectoryUser): Promise<void> {
  const { job } = run;
  const held = run.managersHeld.get(user.id);
  const targetId = job.links.get(user.id);
  if (held === undefined || targetId === undefined || !isInScope(run, user)) return;
  if (!job.settings.targetActions.update) return;
  if (user.managerId === null) {
    if (held !== null && job.managed.has(user.id)) await patchManager(run, user, { targetId, change: { to: null, present: true } });
    job.managed.delete(user.id);
    return;
  }
  const to = job.links.get(user.managerId);
  if (to === undefined) {
    if (run.failedIds.has(user.managerId) || job.escrow.has(user.managerId)) throw new ObjectFailure('manager', 0, MANAGER_FAILED);
    return;
  }
  if (!(await holdsReference(run, { from: targetId, attribute: 'manager', to }))) {
    await patchManager(run, user, { targetId, change: { to, present: held !== null } });
  }
  job.managed.add(user.id);
}

/** Of whoever is unassigned or deleted nothing but `active` is sent. */
function isInScope(run: Run, user: DirectoryUser): boolean {
  const standing = standingIn(run, user);
  return standing === 'present' || standing === 'disabled';
}

async function patchManager(run: Run, user: DirectoryUser, work: { targetId: string; change: ManagerChange }): Promise<void> {
  const body = patchMessage([patchDialects[run.dialect].manager(work.change)]);
  const path = `/Users/${encodeURIComponent(work.targetId)}`;
  const answer = await run.client.call({ step: 'manager', method: 'PATCH', path, body });
  if (answer.status !== 200 && answer.status !== 204) throw new ObjectFailure('manager', answer.status, answer.text);
  if (run.users.get(user.id) === 'unchanged') run.users.set(user.id, 'updated');
}
