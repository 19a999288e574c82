import type { DirectoryGroup } from '../tenant/directory-group.ts';
import { difference } from './difference.ts';
import { inParallel } from './in-parallel.ts';
import { ObjectFailure } from './object-failure.ts';
import { patchDialects, patchMessage } from './patch-dialects.ts';
import type { GroupLink } from './provisioning-job.ts';
import { holdsReference } from './reference-check.ts';
import { attempt, isDue, type Run } from './run.ts';
import { filterQuery, findResources, resourceIn } from './scim-client.ts';
import type { ScimResource } from './scim-target.ts';
import { ADSCIM_GROUP_URN, GROUP_URN } from './scim-urns.ts';
import { membersDue, syncMembers } from './sync-members.ts';

/**
 * After the users: the assigned groups in parallel, then those that are assigned no more. Gives the fingerprints of the
 * groups that were looked at.
 */
export async function syncGroups(run: Run): Promise<ReadonlyMap<string, string>> {
  const fingerprints = new Map<string, string>();
  if (!run.job.settings.provisionGroups) return fingerprints;
  const assigned = assignedGroups(run);
  const due = [...assigned.values()].filter((group) => isGroupDue(run, group));
  const unassigned = [...run.job.groupLinks].filter(([objectId]) => !assigned.has(objectId) && isDue(run, objectId, UNASSIGNED));
  for (const group of due) fingerprints.set(group.id, groupFingerprint(group));
  for (const [objectId] of unassigned) fingerprints.set(objectId, UNASSIGNED);
  await inParallel(due, run.workers, (group) => attempt(run, group.id, () => syncGroup(run, group)));
  await inParallel(unassigned, run.workers, ([objectId, link]) => attempt(run, objectId, () => deleteGroup(run, objectId, link)));
  return fingerprints;
}

/** A group with some of its members, whether they changed or not. */
export async function syncGroupOnDemand(run: Run, group: DirectoryGroup, only: ReadonlySet<string>): Promise<void> {
  if (assignedGroups(run).has(group.id)) await syncGroup(run, group, only);
}

/** The fingerprint of a group that is out of scope. */
const UNASSIGNED = 'unassigned';

function groupFingerprint(group: DirectoryGroup): string {
  return String(group.revision);
}

/** A group is also due when a member of it has come to the target, or has got another id there; but not before its turn in escrow. */
function isGroupDue(run: Run, group: DirectoryGroup): boolean {
  if (isDue(run, group.id, groupFingerprint(group))) return true;
  const link = run.job.groupLinks.get(group.id);
  return link !== undefined && !run.job.escrow.has(group.id) && membersDue(run, group, link);
}

function assignedGroups(run: Run): ReadonlyMap<string, DirectoryGroup> {
  const groups = new Map<string, DirectoryGroup>();
  for (const { principalId } of run.application.assignments.values()) {
    const group = run.tenant.groups.get(principalId);
    if (group !== undefined) groups.set(group.id, group);
  }
  return groups;
}

async function syncGroup(run: Run, group: DirectoryGroup, only?: ReadonlySet<string>): Promise<void> {
  const { job } = run;
  const current = (await readLinked(run, group)) ?? (await match(run, group)) ?? (await createIfAllowed(run, group));
  const created = run.groups.get(group.id) === 'created';
  if (current === undefined && !created) return;
  if (current !== undefined) run.groups.set(group.id, 'unchanged');
  const link = job.groupLinks.get(group.id) ?? (await adopt(run, group, String(current?.['id'])));
  if (!created && !job.settings.targetActions.update) return;
  if (current !== undefined) await updateAttributes(run, group, { current, link });
  await syncMembers(run, group, link, only);
}

/** Members are left out of whatever the target answers: there may be many (entra-scim-client §1.2). */
async function readLinked(run: Run, group: DirectoryGroup): Promise<ScimResource | undefined> {
  const known = run.job.groupLinks.get(group.id);
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

/** Empty at first: the members follow by PATCH. After a 409 it looks again, as for users; undefined once the group is created. */
async function createIfAllowed(run: Run, group: DirectoryGroup): Promise<ScimResource | undefined> {
  if (!run.job.settings.targetActions.create) return undefined;
  const body = {
    schemas: [GROUP_URN, ADSCIM_GROUP_URN],
    externalId: group.id,
    displayName: group.displayName,
    meta: { resourceType: 'Group' },
  };
  const answer = await run.client.call({ step: 'create', method: 'POST', path: '/Groups', body });
  const rival = answer.status === 409 ? await match(run, group) : undefined;
  if (rival !== undefined) return rival;
  if (answer.status !== 201 && answer.status !== 200) throw new ObjectFailure('create', answer.status, answer.text);
  run.job.groupLinks.set(group.id, { targetId: String(resourceIn('create', answer)['id']), members: new Map() });
  run.groups.set(group.id, 'created');
  return undefined;
}

/** A group that was there before the engine: which members it holds is asked one by one, with reference checks. */
async function adopt(run: Run, group: DirectoryGroup, targetId: string): Promise<GroupLink> {
  const link: GroupLink = { targetId, members: new Map() };
  await inParallel(group.memberIds, run.workers, async (memberId) => {
    const member = run.job.links.get(memberId);
    if (member === undefined) return;
    if (await holdsReference(run, { from: targetId, attribute: 'members', to: member })) link.members.set(memberId, member);
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
}
