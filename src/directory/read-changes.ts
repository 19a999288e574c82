import { GraphFailure } from './graph-failure.ts';
import { objectIdOf } from './read-account.ts';
import { unsettledNewcomers } from './newcomer-store.ts';
import { readLeaveDatesOfChanges } from './read-leave-dates.ts';
import { readAudits } from './read-audits.ts';
import { groupOf, ID_BATCH, readMembers } from './read-tenant.ts';
import { readProvisioningLog } from './read-provisioning-log.ts';
import { lookAtUser, readBin, usableLook, userById } from './read-users.ts';
import { noteAnswer, readById, type Reading, readListing, type ReadStepTable, takeSteps } from './reading.ts';
import { noteSent, sending } from './sent-queries.ts';
import { mentioned, unsettledMentions } from './stage-store.ts';

/** Where the last complete look ended. */
export interface DeltaLinks {
  readonly users: string;
  readonly groups: string;
}

/**
 * Reads what changed. A delta query says where to look, and nothing else is taken from it: it repeats itself, tells old things after
 * new ones and leaves things out, and none of that can do harm when each object that it mentions is asked for by itself.
 * Throws GraphFailure `delta-expired` when Graph no longer knows the links, and as `readTenant` does.
 */
export function readChanges(reading: Reading, links: DeltaLinks): Promise<void> {
  return takeSteps(reading, stepsFrom(links));
}

function stepsFrom(links: DeltaLinks): ReadStepTable {
  return [
    ['changed-users', (reading) => readMentions(reading, 'users', links)],
    ['users-by-id', lookAtMentionedUsers],
    ['bin-of-changed', readBinIfMissing],
    ['settle-changed', (reading) => settle(reading, unsettledMentions)],
    ['settle-new', (reading) => settle(reading, unsettledNewcomers)],
    ['leave-dates-of-changes', readLeaveDatesOfChanges],
    ['changed-groups', (reading) => readMentions(reading, 'groups', links)],
    ['groups-by-id', lookAtMentionedGroups],
    ['members-of-changed', readMembers],
    ['audits-of-changes', readAudits],
    ['provisioning-log-of-changes', readProvisioningLog],
  ];
}

async function readMentions(reading: Reading, resource: 'users' | 'groups', links: DeltaLinks): Promise<void> {
  noteSent(reading, `changed-${resource}`);
  const last = await readListing(reading, links[resource], (item) => reading.stage.mention({ objectId: objectIdOf(item), resource }));
  // Without the next link the round has no end, and what comes after it could not be asked for.
  if (last.deltaLink === undefined) throw new GraphFailure('unexpected-answer', { said: 'no-delta-link' });
  reading.at.links = { ...reading.at.links, [resource]: last.deltaLink };
}

/** Who is there is as shown; who is not is looked for in the recycle bin. */
async function lookAtMentionedUsers(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, key } = reading;
  await readById(
    reading,
    (after) => mentioned(database, key, { resource: 'users', after, limit: ID_BATCH }),
    async ({ objectId }) => {
      const answer = await userById(reading, objectId);
      if (!('refused' in answer)) await reading.stage.account(usableLook(answer.body, 'get', answer));
    },
  );
}

/** The bin is read only when somebody may be in it. */
async function readBinIfMissing(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, key, at } = reading;
  const [missing] = await database.transaction((tx) => unsettledMentions(tx, key, null, 1));
  if (missing !== undefined || at.next !== null) await readBin(reading);
}

/**
 * As after a full look: neither there nor in the bin is asked once more, since it may have come back in between, and so is who is in both,
 * known or not.
 */
async function settle(reading: Reading, unsettled: typeof unsettledMentions): Promise<void> {
  await reading.stage.flush();
  const { database, key } = reading;
  await readById(
    reading,
    (after) => database.transaction((tx) => unsettled(tx, key, after, ID_BATCH)),
    (account) => lookAtUser(reading, account),
  );
}

async function lookAtMentionedGroups(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, graph, key } = reading;
  await readById(
    reading,
    (after) => mentioned(database, key, { resource: 'groups', after, limit: ID_BATCH }),
    async ({ objectId }) => {
      const answer = await graph.look(sending(reading, 'group', { groupId: objectId }));
      noteAnswer(reading, answer);
      if (!('refused' in answer)) return reading.stage.group(groupOf(answer.body));
      if (answer.refused.code !== 'not-found') throw answer.refused;
      return reading.stage.group({ objectId, displayName: null, areMembersKnown: false, isGone: true });
    },
  );
}
