import type { DirectoryGroup } from '../tenant/directory-group.ts';
import { difference } from './difference.ts';
import { inParallel } from './in-parallel.ts';
import { ObjectFailure } from './object-failure.ts';
import { patchDialects, patchMessage } from './patch-dialects.ts';
import type { GroupLink } from './provisioning-job.ts';
import { attempt, type Run } from './run.ts';
import { filterQuery, findResources, resourceIn } from './scim-client.ts';
import type { ScimResource } from './scim-target.ts';
import { ADSCIM_GROUP_URN, GROUP_URN } from './scim-urns.ts';
import { membersDue, syncMembers } from './sync-members.ts';

/**
 * After the users: the assigned groups, one after another, then those that are assigned no more. Gives the fingerprints
 * of the groups that were looked at.
 */
export async function syncGroups(run: Run): Promise<ReadonlyMap<string, string>> {
  const fingerprints = new Map<string, string>();
  if (!run.job.settings.provisionGroups) return fingerprints;
  const assigned = assignedGroups(run);
  for (const group of assigned.values()) {
    fingerprints.set(group.id, group.displayName);
    await attempt(run, group.id, () => syncGroup(run, group));
  }
  for (const [objectId, link] of run.job.groupLinks) {
    if (!assigned.has(objectId)) await attempt(run, objectId, () => deleteGroup(run, objectId, link));
  }
  return fingerprints;
}

function assignedGroups(run: Run): ReadonlyMap<string, DirectoryGroup> {
  const groups = new Map<string, DirectoryGroup>();
  for (const { principalId } of run.application.assignments.values()) {
    const group = run.tenant.groups.get(principalId);
    if (group !== undefined) groups.set(group.id, group);
  }
  return groups;
}

async function syncGroup(run: Run, group: DirectoryGroup): Promise<void> {
  const { job } = run;
  const known = job.groupLinks.get(group.id);
  const changed = job.watermark.get(group.id) !== group.displayName;
  if (known !== undefined && !changed && !membersDue(run, group, known)) return;
  const current = (await readLinked(run, group, known)) ?? (await match(run, group));
  if (current === undefined) {
    if (!job.settings.targetActions.create) return;
    await syncMembers(run, group, await create(run, group));
    return;
  }
  run.groups.set(group.id, 'unchanged');
  const link = job.groupLinks.get(group.id) ?? (await adopt(run, group, String(current['id'])));
  if (!job.settings.targetActions.update) return;
  await updateAttributes(run, group, { current, link });
  await syncMembers(run, group, link);
}

/** Members are left out of whatever the target answers: there may be many (entra-scim-client §1.2). */
async function readLinked(run: Run, group: DirectoryGroup, known: GroupLink | undefined): Promise<ScimResource | undefined> {
  if (known === undefined) return undefined;
  const path = `/Groups/${encodeURIComponent(known.targetId)}`;
  const answer = await run.client.call({ step: 'read', method: 'GET', path, query: 'excludedAttributes=members' });
  if (answer.status === 200) return resourceIn('read', answer);
  if (answer.status !== 404) throw new ObjectFailure('read', answer.status, answer.text);
  run.job.groupLinks.delete(group.id);
  return undefined;
}

async function match(run: Run, group: DirectoryGroup): Promise<ScimResource | undefined> {
  const query = `excludedAttributes=members&${filterQuery(['displayName', group.displayName])}`;
  const hits = await findResources(run.client, { step: 'match', path: '/Groups', query });
  if (hits.length > 1) throw new ObjectFailure('match', 200, `${hits.length} groups match displayName`);
  return hits[0];
}

/** Empty at first: the members follow by PATCH. */
async function create(run: Run, group: DirectoryGroup): Promise<GroupLink> {
  const body = {
    schemas: [GROUP_URN, ADSCIM_GROUP_URN],
    externalId: group.id,
    displayName: group.displayName,
    meta: { resourceType: 'Group' },
  };
  const answer = await run.client.call({ step: 'create', method: 'POST', path: '/Groups', body });
  if (answer.status !== 201 && answer.status !== 200) throw new ObjectFailure('create', answer.status, answer.text);
  const link: GroupLink = { targetId: String(resourceIn('create', answer)['id']), members: new Map() };
  run.job.groupLinks.set(group.id, link);
  run.groups.set(group.id, 'created');
  return link;
}

/** A group that was there before the engine: which members it holds is asked one by one, with reference checks. */
async function adopt(run: Run, group: DirectoryGroup, targetId: string): Promise<GroupLink> {
  const link: GroupLink = { targetId, members: new Map() };
  await inParallel(group.memberIds, run.job.settings.workers, async (memberId) => {
    const member = run.job.links.get(memberId);
    if (member === undefined) return;
    const query = `${filterQuery(['id', targetId], ['members', member])}&attributes=id`;
    const hits = await findResources(run.client, { step: 'members', path: '/Groups', query });
    if (hits.length > 0) link.members.set(memberId, member);
  });
  run.job.groupLinks.set(group.id, link);
  return link;
}

async function updateAttributes(run: Run, group: DirectoryGroup, at: { current: ScimResource; link: GroupLink }): Promise<void> {
  const changes = difference(at.current, [
    { target: { kind: 'attribute', name: 'displayName' }, value: group.displayName },
    { target: { kind: 'attribute', name: 'externalId' }, value: group.id },
  ]);
  if (changes.length === 0) return;
  const body = patchMessage(patchDialects[run.dialect].attributes(changes));
  const path = `/Groups/${encodeURIComponent(at.link.targetId)}`;
  const answer = await run.client.call({ step: 'update', method: 'PATCH', path, body });
  if (answer.status !== 200 && answer.status !== 204) throw new ObjectFailure('update', answer.status, answer.text);
  run.groups.set(group.id, 'updated');
}

/** Deleted in the directory, or assigned no more; its members keep their own lives. */
async function deleteGroup(run: Run, objectId: string, link: GroupLink): Promise<void> {
  const { job } = run;
  if (run.tenant.groups.has(objectId) && job.settings.skipOutOfScopeDeletions) return;
  if (job.settings.targetActions.delete) {
    const answer = await run.client.call({ step: 'delete', method: 'DELETE', path: `/Groups/${encodeURIComponent(link.targetId)}` });
    if (answer.status !== 204 && answer.status !== 404) throw new ObjectFailure('delete', answer.status, answer.text);
    run.groups.set(objectId, 'deleted');
  }
  job.groupLinks.delete(objectId);
  job.watermark.delete(objectId);
  job.escrow.delete(objectId);
}
