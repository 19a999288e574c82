import type { DirectoryUser } from '../tenant/directory-user.ts';
import { activeTarget, matchingAttributes } from './attribute-mappings.ts';
import { type DesiredValue, desiredValues, singleAppRole, type Standing, standingOf, userCreation } from './desired-user.ts';
import { type Change, difference } from './difference.ts';
import { ObjectFailure } from './object-failure.ts';
import { patchDialects, patchMessage } from './patch-dialects.ts';
import type { Run } from './run.ts';
import { filterQuery, findResources, resourceIn } from './scim-client.ts';
import { objectOf, type ScimResource } from './scim-target.ts';
import { ENTERPRISE_USER_URN } from './scim-urns.ts';

/**
 * Brings one user of the target up to date: read by the remembered id or match, then create or patch the differences
 * (entra-scim-client §10). Users that are not present are never created; unassigned ones are forgotten once inactive.
 */
export async function syncUser(run: Run, user: DirectoryUser): Promise<void> {
  const { job } = run;
  const standing = standingIn(run, user);
  if (standing !== 'present' && !job.links.has(user.id)) return;
  if (standing === 'unassigned' && job.settings.skipOutOfScopeDeletions) return;
  if (standing !== 'present' && !job.settings.softDelete) {
    await deleteLinked(run, user.id);
    return;
  }
  const desired = desiredOf(run, user, standing);
  const current = (await readLinked(run, user)) ?? (await match(run, user)) ?? (await createIfPresent(run, user, { standing, desired }));
  if (current === undefined) return;
  job.links.set(user.id, String(current['id']));
  run.targets.set(user.id, String(current['id']));
  run.managersHeld.set(user.id, managerIn(current));
  await update(run, { objectId: user.id, targetId: String(current['id']), changes: difference(current, desired) });
  if (standing === 'present') job.inactive.delete(user.id);
  else job.inactive.add(user.id);
  if (standing === 'unassigned') forget(run, user.id);
}

export function standingIn(run: Run, user: DirectoryUser): Standing {
  return standingOf(user, run.entitlements.has(user.id));
}

/** Changes when the user, its standing or its role does: then the user is due. */
export function userFingerprint(run: Run, user: DirectoryUser): string {
  const roles = [...(run.entitlements.get(user.id) ?? [])].toSorted().join();
  return `${user.revision} ${standingIn(run, user)} ${roles}`;
}

/** Whether a user that is gone was in scope to the end; otherwise nobody hears of it (entra-scim-client §4.1). */
export function purgedInScope({ tenant, application }: Run, objectId: string): boolean {
  return tenant.purgedUsers.get(objectId)?.entitledTo.has(application.appId) === true;
}

/** A purged user is deleted at the target when it was in scope to the end (entra-scim-client §4.1). */
export async function deletePurgedUser(run: Run, objectId: string): Promise<void> {
  if (purgedInScope(run, objectId)) await deleteLinked(run, objectId);
  else forget(run, objectId);
}

/** The link goes with the user; where deleting is not among the target actions, it goes alone. */
async function deleteLinked(run: Run, objectId: string): Promise<void> {
  const targetId = run.job.links.get(objectId);
  if (targetId !== undefined) run.targets.set(objectId, targetId);
  if (targetId !== undefined && run.job.settings.targetActions.delete) {
    const answer = await run.client.call({ step: 'delete', method: 'DELETE', path: `/Users/${encodeURIComponent(targetId)}` });
    if (answer.status !== 204 && answer.status !== 404) throw new ObjectFailure('delete', answer.status, answer.text);
    run.users.set(objectId, 'deleted');
  }
  forget(run, objectId);
}

function forget({ job }: Run, objectId: string): void {
  job.links.delete(objectId);
  job.managed.delete(objectId);
  job.inactive.delete(objectId);
}

function desiredOf(run: Run, user: DirectoryUser, standing: Standing): readonly DesiredValue[] {
  const roleIds = run.entitlements.get(user.id) ?? new Set<string>();
  return desiredValues(user, { standing, mapping: run.job.settings, appRole: () => singleAppRole(run.application, roleIds) });
}

/** A 404 drops the link: the user is matched anew. */
async function readLinked(run: Run, user: DirectoryUser): Promise<ScimResource | undefined> {
  const targetId = run.job.links.get(user.id);
  if (targetId === undefined) return undefined;
  const answer = await run.client.call({ step: 'read', method: 'GET', path: `/Users/${encodeURIComponent(targetId)}` });
  if (answer.status === 200) return resourceIn('read', answer);
  if (answer.status !== 404) throw new ObjectFailure('read', answer.status, answer.text);
  forget(run, user.id);
  return undefined;
}

/** By each matching attribute in turn, until one hits. */
async function match(run: Run, user: DirectoryUser): Promise<ScimResource | undefined> {
  for (const attribute of run.job.settings.matchingAttributes) {
    const value = matchingAttributes[attribute](user);
    if (value === null) continue;
    const query = filterQuery([attribute, value]);
    const hits = await findResources(run.client, { step: 'match', path: '/Users', query });
    if (hits.length > 1) throw new ObjectFailure('match', 200, `${hits.length} users match ${attribute}`);
    if (hits[0] !== undefined) return hits[0];
  }
  return undefined;
}

/**
 * Undefined once the user is created. Whoever is told that there is such a user already (409) looks again, and returns
 * what is there: a POST whose answer was lost had arrived (entra-scim-client §4.2).
 */
async function createIfPresent(
  run: Run,
  user: DirectoryUser,
  { standing, desired }: { readonly standing: Standing; readonly desired: readonly DesiredValue[] },
): Promise<ScimResource | undefined> {
  const { job } = run;
  if (standing !== 'present' || !job.settings.targetActions.create) return undefined;
  const body = userCreation(desired, job.settings);
  const answer = await run.client.call({ step: 'create', method: 'POST', path: '/Users', body });
  const rival = answer.status === 409 ? await match(run, user) : undefined;
  if (rival !== undefined) return rival;
  if (answer.status !== 201 && answer.status !== 200) throw new ObjectFailure('create', answer.status, answer.text);
  job.links.set(user.id, String(resourceIn('create', answer)['id']));
  run.managersHeld.set(user.id, null);
  run.users.set(user.id, 'created');
  return undefined;
}

/** One PATCH with all that differs; disabling is an update like any other, and goes with the update action (entra-scim-client §4.1). */
async function update(run: Run, work: { objectId: string; targetId: string; changes: readonly Change[] }): Promise<void> {
  const { objectId, targetId, changes } = work;
  if (changes.length === 0 || !run.job.settings.targetActions.update) {
    run.users.set(objectId, 'unchanged');
    return;
  }
  const disables = changes.some((change) => change.target === activeTarget && change.value === false);
  const step = disables ? 'disable' : 'update';
  const body = patchMessage(patchDialects[run.dialect].attributes(changes));
  const answer = await run.client.call({ step, method: 'PATCH', path: `/Users/${encodeURIComponent(targetId)}`, body });
  if (answer.status !== 200 && answer.status !== 204) throw new ObjectFailure(step, answer.status, answer.text);
  run.users.set(objectId, disables ? 'disabled' : 'updated');
}

function managerIn(resource: ScimResource): string | null {
  const value = objectOf(objectOf(resource[ENTERPRISE_USER_URN])['manager'])['value'];
  return typeof value === 'string' && value !== '' ? value : null;
}
