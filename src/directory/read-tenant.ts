import type { GraphPage } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { type JsonObject, textAt } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { accessSteps } from './read-access.ts';
import { readAssignments } from './read-assignments.ts';
import { readAudits } from './read-audits.ts';
import { readAzureRoles } from './read-azure-roles.ts';
import { areLeaveDatesShown, readLeaveDates } from './read-leave-dates.ts';
import { readProvisioningLog } from './read-provisioning-log.ts';
import { readSignIns } from './read-sign-ins.ts';
import { lookAtUser, readBin, usableLook } from './read-users.ts';
import {
  breathe,
  noteAnswer,
  readById,
  type Reading,
  readListing,
  readPages,
  type ReadStepTable,
  SIDE_BY_SIDE,
  takeSteps,
  together,
} from './reading.ts';
import { type QueryName, sending } from './sent-queries.ts';
import { type StagedGroup, stagedGroups, unsettledAccounts } from './stage-store.ts';
import { watchedObjects } from './watched-object-store.ts';

/** How many objects are fetched from the database at a time. */
export const ID_BATCH = 400;

/**
 * Reads a whole tenant into the staging tables: where delta queries begin, users, the recycle bin, the accounts that these leave
 * open, objects that SCIM alone knows, groups with their direct members, assignments of the enterprise application, roles in Azure
 * subscriptions, the audit log and the provisioning log, sign-ins, leave dates, then who may do what. The delta links come first, so that what
 * changes meanwhile is told later; the bin comes after the users, so that an account deleted in between is in one of them.
 * Throws GraphFailure at the first thing that cannot be read, and GraphPause when the run is to go on later.
 */
export function readTenant(reading: Reading): Promise<void> {
  return takeSteps(reading, steps);
}

const steps: ReadStepTable = [
  ['delta-links', takeDeltaLinks],
  ['users', readUsers],
  ['bin', readBin],
  ['settle', settle],
  ['watched', lookAtWatched],
  ['groups', readGroups],
  ['members', readMembers],
  ['assignments', readAssignments],
  ['azure-roles', readAzureRoles],
  ['audits', readAudits],
  ['provisioning-log', readProvisioningLog],
  ['sign-ins', readSignIns],
  ['leave-dates', readLeaveDates],
  ...accessSteps,
];

/** Where changes are told from. A tenant without delta queries is looked at as a whole each time, so a refusal is no failure here. */
async function takeDeltaLinks(reading: Reading): Promise<void> {
  const { graph, at } = reading;
  const linkOf = async (name: QueryName) => {
    try {
      return (await graph.page(sending(reading, name))).deltaLink ?? null;
    } catch (error) {
      if (error instanceof GraphFailure && isWithoutDelta(error)) return null;
      throw error;
    }
  };
  at.links = {
    // Where Graph does not follow leave dates, it follows the rest.
    users:
      ((await areLeaveDatesShown(reading)) ? await linkOf('users-delta-link-with-leave-dates') : null) ??
      (await linkOf('users-delta-link')),
    groups: await linkOf('groups-delta-link'),
  };
}

/** What cannot be read at all shows in the listings; here it only means that there is no link. */
function isWithoutDelta({ code }: GraphFailure): boolean {
  return ['not-found', 'request-refused', 'permission-missing', 'access-denied', 'page-expired', 'delta-expired'].includes(code);
}

async function readUsers(reading: Reading): Promise<void> {
  await readPages(reading, sending(reading, 'users'), {
    ask: reading.graph.unreadPage,
    take: (page) => reading.stage.listed(page.items, (item) => usableLook(item, 'full', page)),
  });
}

/** Asks for each open account by id: found, gone for good, or hidden from us. Absence alone proves nothing (I8). */
async function settle(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, key } = reading;
  await readById(
    reading,
    (after) => database.transaction((tx) => unsettledAccounts(tx, key, after, ID_BATCH)),
    (account) => lookAtUser(reading, account),
  );
}

/** Whom SCIM alone knows is asked for by id, too: who is nowhere may be in another tenant, so that is no proof of an end (I8). */
async function lookAtWatched(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, key } = reading;
  await readById(
    reading,
    (after) => database.transaction((tx) => watchedObjects(tx, key, after, ID_BATCH)),
    ({ objectId }) => lookAtUser(reading, { objectId, isInBin: false }),
  );
}

async function readGroups(reading: Reading): Promise<void> {
  await readListing(reading, sending(reading, 'groups'), (item) => reading.stage.group(groupOf(item)));
}

export function groupOf(item: JsonObject) {
  return { objectId: objectIdOf(item), displayName: textAt(item, 'displayName') ?? null, areMembersKnown: true, isGone: false };
}

/** Direct members of every group that was read; the closure is computed here. Most groups fit into a page, so first pages are read side by side. */
export async function readMembers(reading: Reading): Promise<void> {
  await reading.stage.flush();
  const { database, key, at } = reading;
  for (;;) {
    let groups = await stagedGroups(database, key, at.after, ID_BATCH);
    if (groups.length === 0) return;
    while (groups.length > 0) {
      // A run that rested within the members of a group goes on with that one alone.
      const width = at.next === null ? SIDE_BY_SIDE : 1;
      await readMembersOfSome(reading, groups.slice(0, width));
      groups = groups.slice(width);
      breathe(reading);
    }
  }
}

async function readMembersOfSome(reading: Reading, groups: readonly StagedGroup[]): Promise<void> {
  const { at, graph } = reading;
  const pages =
    at.next === null
      ? await together(groups.map(({ objectId }) => orGone(graph.page(sending(reading, 'members', { groupId: objectId })))))
      : [];
  for (const [index, group] of groups.entries()) {
    if (!(await readMembersOf(reading, group.objectId, pages[index])))
      await reading.stage.group({ ...group, areMembersKnown: false, isGone: false });
    at.next = null;
    at.restarts = 0;
    at.after = group.objectId;
  }
}

/**
 * From the first page, or from where the position stands. False when the group went between the listing and this (microsoft-graph §3): its
 * members are unknown then, which is not the same as none.
 */
async function readMembersOf(reading: Reading, groupId: string, first: GraphPage | 'gone' | undefined): Promise<boolean> {
  if (first === 'gone') return false;
  const take = async (item: JsonObject) => {
    if (isPrincipal(item)) await reading.stage.member({ groupId, memberId: objectIdOf(item) });
  };
  if (first !== undefined) {
    noteAnswer(reading, first);
    for (const item of first.items) await take(item);
    if (first.next === undefined) return true;
    reading.at.next = first.next;
  }
  return (await orGone(readListing(reading, sending(reading, 'members', { groupId }), take))) !== 'gone';
}

async function orGone(page: Promise<GraphPage>): Promise<GraphPage | 'gone'> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof GraphFailure && error.code === 'not-found') return 'gone';
    throw error;
  }
}

/** Devices, contacts and applications can be members too; nobody is in scope through them. */
function isPrincipal(item: JsonObject): boolean {
  const type = textAt(item, '@odata.type');
  return type === undefined || type === '#microsoft.graph.user' || type === '#microsoft.graph.group';
}
