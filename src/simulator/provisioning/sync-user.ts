import type { DirectoryUser } from '../tenant/directory-user.ts';
import { activeTarget, withoutGuestMark } from './attribute-mappings.ts';
import { desiredValues, singleAppRole, type Standing, standingOf, userCreation } from './desired-user.ts';
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
  const desired = desiredValues(user, standing, () => singleAppRole(run.application, run.entitlements.get(user.id) ?? new Set()));
  const current = (await readLinked(run, user)) ?? (await match(run, user));
  if (current === undefined) {
    if (standing === 'present' && job.settings.targetActions.create) await create(run, user, userCreation(desired));
    return;
  }
  const targetId = String(current['id']);
  job.links.set(user.id, targetId);
  run.managersHeld.set(user.id, managerIn(current));
  await update(run, { objectId: user.id, targetId, changes: difference(current, desired) });
  if (standing === 'unassigned') job.links.delete(user.id);
}

export function standingIn(run: Run, user: DirectoryUser): Standing {
  return standingOf(user, run.entitlements.has(user.id));
}

/** Changes when the user, its standing or its role does: then the user is due. */
export function userFingerprint(run: Run, user: DirectoryUser): string {
  const roles = [...(run.entitlements.get(user.id) ?? [])].toSorted().join();
  return `${user.revision} ${standingIn(run, user)} ${roles}`;
}

/** A purged user is deleted at the target when it was in scope to the end; otherwise nobody hears of it (entra-scim-client §4.1). */
export async function deletePurgedUser(run: Run, objectId: string, targetId: string): Promise<void> {
  const { job, tenant, application } = run;
  const inScope = tenant.purgedUsers.get(objectId)?.entitledTo.has(application.appId) === true;
  if (inScope && job.settings.targetActions.delete) {
    const answer = await run.client.call({ step: 'delete', method: 'DELETE', path: `/Users/${encodeURIComponent(targetId)}` });
    if (answer.status !== 204 && answer.status !== 404) throw new ObjectFailure('delete', answer.status, answer.text);
    run.users.set(objectId, 'deleted');
  }
  job.links.delete(objectId);
  job.managed.delete(objectId);
  job.escrow.delete(objectId);
}

/** A 404 drops the link: the user is matched anew. */
async function readLinked(run: Run, user: DirectoryUser): Promise<ScimResource | undefined> {
  const targetId = run.job.links.get(user.id);
  if (targetId === undefined) return undefined;
  const answer = await run.client.call({ step: 'read', method: 'GET', path: `/Users/${encodeURIComponent(targetId)}` });
  if (answer.status === 200) return resourceIn('read', answer);
  if (answer.status !== 404) throw new ObjectFailure('read', answer.status, answer.text);
  run.job.links.delete(user.id);
  run.job.managed.delete(user.id);
  return undefined;
}

/** By userName, then by externalId. */
async function match(run: Run, user: DirectoryUser): Promise<ScimResource | undefined> {
  const matching = { userName: withoutGuestMark(user.userPrincipalName), externalId: user.id };
  for (const [attribute, value] of Object.entries(matching)) {
    const query = filterQuery([attribute, value]);
    const hits = await findResources(run.client, { step: 'match', path: '/Users', query });
    if (hits.length > 1) throw new ObjectFailure('match', 200, `${hits.length} users match ${attribute}`);
    if (hits[0] !== undefined) return hits[0];
  }
  return undefined;
}

async function create(run: Run, user: DirectoryUser, body: unknown): Promise<void> {
  const answer = await run.client.call({ step: 'create', method: 'POST', path: '/Users', body });
  if (answer.status !== 201 && answer.status !== 200) throw new ObjectFailure('create', answer.status, answer.text);
  run.job.links.set(user.id, String(resourceIn('create', answer)['id']));
  run.managersHeld.set(user.id, null);
  run.users.set(user.id, 'created');
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
