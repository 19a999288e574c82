import type { Instant } from '../kernel/index.ts';
import type { Database } from '../platform/index.ts';
import type { GraphClient } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, textAt } from './json-shape.ts';
import { DELETED_USER_SELECT, objectIdOf, readAccount, readDeletedAccount, USER_SELECT } from './read-account.ts';
import { type AccountLook, type AppAssignment, createStage, type Stage } from './stage.ts';
import { type RunKey, type UnsettledAccount, unsettledAccounts } from './stage-store.ts';

export interface ReadTenantDeps {
  readonly database: Database;
  readonly graph: GraphClient;
}

/** Between which instants a run looked, and what it left out. */
export interface TenantLook {
  /** When the first request for users was sent. */
  readonly from: Instant;
  /** When the last answer was received. */
  readonly to: Instant;
  /** False when no enterprise application is named, or it is not in the tenant: then nothing is known of assignments. */
  readonly areAssignmentsKnown: boolean;
}

/** What a reading carries along: the last answer's arrival moves with each page. */
interface Reading {
  readonly graph: GraphClient;
  readonly stage: Stage;
  readonly seen: { from: Instant | undefined; to: Instant | undefined };
}

/** How many open accounts are fetched from the database at a time. */
const SETTLE_BATCH = 500;

/**
 * Reads a tenant into the staging tables: users, the recycle bin, the accounts that these leave open, groups with their
 * direct members, assignments of the enterprise application. The bin comes after the users, so that an account deleted in
 * between is in one of them. Throws GraphFailure at the first thing that cannot be read.
 */
export async function readTenant(deps: ReadTenantDeps, key: RunKey, scimAppId: string | null): Promise<TenantLook> {
  const stage = createStage(deps.database, key);
  const reading: Reading = { graph: deps.graph, stage, seen: { from: undefined, to: undefined } };
  await readUsers(reading);
  await readBin(reading);
  await stage.flush();
  await settle(reading, deps.database, key);
  await readGroups(reading);
  const areAssignmentsKnown = scimAppId !== null && (await readAssignments(reading, scimAppId));
  await stage.flush();
  const { from, to } = reading.seen;
  if (from === undefined || to === undefined) throw new GraphFailure('unexpected-answer', { said: 'no-page' });
  return { from, to, areAssignmentsKnown };
}

async function readUsers({ graph, stage, seen }: Reading): Promise<void> {
  for await (const page of graph.pages(`/v1.0/users?$select=${USER_SELECT}&$top=999`)) {
    seen.from ??= page.requestedAt;
    seen.to = page.receivedAt;
    for (const item of page.items) await stage.account(usableLook(item, 'full', page));
  }
}

async function readBin({ graph, stage, seen }: Reading): Promise<void> {
  const path = `/v1.0/directory/deletedItems/microsoft.graph.user?$select=${DELETED_USER_SELECT}&$top=999`;
  for await (const { items, requestedAt, receivedAt } of graph.pages(path)) {
    seen.to = receivedAt;
    for (const item of items) {
      const { account, deletedDateTime } = readDeletedAccount(item);
      const { objectId } = account;
      await stage.account({ objectId, state: 'soft_deleted', source: 'deletedItems', requestedAt, receivedAt, deletedDateTime, account });
    }
  }
}

/** Asks for each open account by id: found, gone for good, or hidden from us. */
async function settle(reading: Reading, database: Database, key: RunKey): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const batch: readonly UnsettledAccount[] = await database.transaction((tx) => unsettledAccounts(tx, key, after, SETTLE_BATCH));
    for (const { objectId, isInBin } of batch) {
      const look = await lookById(reading, objectId);
      // Gone from the users and in the bin: the bin has said so with its time.
      if (look.state !== 'hard_deleted' || !isInBin) await reading.stage.account(look);
    }
    await reading.stage.flush();
    const last = batch.at(-1);
    if (last === undefined || batch.length < SETTLE_BATCH) return;
    after = last.objectId;
  }
}

/**
 * One account by id. Not found is the end of it (the bin was read before); a refusal for this one account only hides it,
 * which is never taken for disabled. Anything else that fails, fails the run.
 */
async function lookById({ graph, seen }: Reading, objectId: string): Promise<AccountLook> {
  const answer = await graph.look(`/v1.0/users/${objectId}?$select=${USER_SELECT}`);
  const { requestedAt, receivedAt } = answer;
  seen.to = receivedAt;
  if (!('refused' in answer)) return usableLook(answer.body, 'get', answer);
  const state = answer.refused.code === 'not-found' ? 'hard_deleted' : 'vanished';
  return { objectId, state, source: 'get', requestedAt, receivedAt };
}

function usableLook(item: JsonObject, source: 'full' | 'get', at: { requestedAt: Instant; receivedAt: Instant }): AccountLook {
  const account = readAccount(item);
  const { requestedAt, receivedAt } = at;
  const state = account.accountEnabled ? 'enabled' : 'disabled';
  return { objectId: account.objectId, state, source, requestedAt, receivedAt, account };
}

async function readGroups(reading: Reading): Promise<void> {
  for await (const page of reading.graph.pages('/v1.0/groups?$select=id,displayName&$top=999')) {
    reading.seen.to = page.receivedAt;
    for (const item of page.items) {
      const objectId = objectIdOf(item);
      const areMembersKnown = await readMembers(reading, objectId);
      await reading.stage.group({ objectId, displayName: textAt(item, 'displayName') ?? null, areMembersKnown });
    }
  }
}

/**
 * Direct members; the closure is computed here. False when the group went between the listing and this (microsoft-graph
 * §3): its members are unknown then, which is not the same as none.
 */
async function readMembers({ graph, stage, seen }: Reading, groupId: string): Promise<boolean> {
  try {
    for await (const page of graph.pages(`/v1.0/groups/${groupId}/members?$select=id&$top=999`)) {
      seen.to = page.receivedAt;
      for (const item of page.items) if (isPrincipal(item)) await stage.member({ groupId, memberId: objectIdOf(item) });
    }
    return true;
  } catch (error) {
    if (error instanceof GraphFailure && error.code === 'not-found') return false;
    throw error;
  }
}

/** Devices, contacts and applications can be members too; nobody is in scope through them. */
function isPrincipal(item: JsonObject): boolean {
  const type = textAt(item, '@odata.type');
  return type === undefined || type === '#microsoft.graph.user' || type === '#microsoft.graph.group';
}

/** Who is assigned to the enterprise application, and with which role. False when the tenant has no such application. */
async function readAssignments({ graph, stage, seen }: Reading, appId: string): Promise<boolean> {
  const application = await graph.look(`/v1.0/servicePrincipals(appId='${appId}')?$select=id,appRoles`);
  seen.to = application.receivedAt;
  if ('refused' in application) {
    if (application.refused.code === 'not-found') return false;
    throw application.refused;
  }
  const values = roleValues(application.body);
  const path = `/v1.0/servicePrincipals/${objectIdOf(application.body)}/appRoleAssignedTo`;
  for await (const page of graph.pages(`${path}?$select=id,appRoleId,principalId,principalType&$top=999`)) {
    seen.to = page.receivedAt;
    for (const item of page.items) await stage.assignment(assignmentOf(item, values));
  }
  return true;
}

function roleValues(application: JsonObject): ReadonlyMap<string, string | null> {
  const roles = listAt(application, 'appRoles').map((role) => asObject(role) ?? {});
  return new Map(roles.map((role) => [objectIdOf(role), textAt(role, 'value') ?? null]));
}

function assignmentOf(item: JsonObject, values: ReadonlyMap<string, string | null>): AppAssignment {
  const appRoleId = objectIdOf(item, 'appRoleId');
  const assignmentId = textAt(item, 'id');
  if (assignmentId === undefined) throw new GraphFailure('unexpected-answer', { said: 'assignment-without-id' });
  const principalType = textAt(item, 'principalType') ?? 'Unknown';
  return {
    assignmentId,
    principalId: objectIdOf(item, 'principalId'),
    principalType,
    appRoleId,
    appRoleValue: values.get(appRoleId) ?? null,
  };
}
