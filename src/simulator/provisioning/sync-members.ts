import type { DirectoryGroup } from '../tenant/directory-group.ts';
import { inParallel } from './in-parallel.ts';
import { ObjectFailure } from './object-failure.ts';
import { type PatchOperation, patchDialects, patchMessage } from './patch-dialects.ts';
import type { GroupLink } from './provisioning-job.ts';
import { attempt, type Run } from './run.ts';

type Member = readonly [userId: string, targetId: string];

interface MemberChanges {
  readonly add: readonly Member[];
  readonly remove: readonly Member[];
}

/** Whether a linked group has members to be sent. */
export function membersDue(run: Run, group: DirectoryGroup, link: GroupLink): boolean {
  const { add, remove } = memberChanges(run, group, link);
  return add.length + remove.length > 0;
}

/**
 * Removals, then additions, in parallel batches on the same group. A batch that fails leaves the others alone and comes
 * again; `only` names the members to look at.
 */
export async function syncMembers(run: Run, group: DirectoryGroup, link: GroupLink, only?: ReadonlySet<string>): Promise<void> {
  const { add, remove } = memberChanges(run, group, link);
  const wanted = (members: readonly Member[]) => (only === undefined ? members : members.filter(([userId]) => only.has(userId)));
  const dialect = patchDialects[run.dialect];
  const send = async (
    members: readonly Member[],
    operationsFor: (ids: readonly string[]) => readonly PatchOperation[],
    done: (member: Member) => void,
  ) => {
    await inParallel(batches(members, run.job.settings.membersPerPatch), run.workers, (batch) =>
      attempt(run, group.id, async () => {
        await patchMembers(run, link, operationsFor(batch.map(([, targetId]) => targetId)));
        for (const member of batch) done(member);
        if (run.groups.get(group.id) === 'unchanged') run.groups.set(group.id, 'updated');
      }),
    );
  };
  await send(wanted(remove), dialect.removeMembers, ([userId]) => link.members.delete(userId));
  await send(wanted(add), dialect.addMembers, ([userId, targetId]) => link.members.set(userId, targetId));
}

/**
 * The direct members that are provisioned, against those that the target is known to hold. A purged user went with its
 * own DELETE; a member that just lost its link is left in peace until it has one again.
 */
function memberChanges(run: Run, group: DirectoryGroup, link: GroupLink): MemberChanges {
  const add: Member[] = [];
  const remove: Member[] = [];
  for (const userId of group.memberIds) {
    const targetId = run.job.links.get(userId);
    if (targetId !== undefined && link.members.get(userId) !== targetId) add.push([userId, targetId]);
  }
  for (const [userId, targetId] of link.members) {
    if (!run.tenant.users.has(userId)) continue;
    const present = run.job.links.get(userId) ?? targetId;
    if (!group.memberIds.has(userId) || present !== targetId) remove.push([userId, targetId]);
  }
  return { add, remove };
}

async function patchMembers(run: Run, link: GroupLink, operations: readonly PatchOperation[]): Promise<void> {
  const path = `/Groups/${encodeURIComponent(link.targetId)}`;
  const answer = await run.client.call({ step: 'members', method: 'PATCH', path, body: patchMessage(operations) });
  if (answer.status !== 204 && answer.status !== 200) throw new ObjectFailure('members', answer.status, answer.text);
}

function batches(members: readonly Member[], size: number): readonly (readonly Member[])[] {
  const count = Math.ceil(members.length / size);
  return Array.from({ length: count }, (_, index) => members.slice(index * size, (index + 1) * size));
}
