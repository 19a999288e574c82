import { newId, parseId, type ScimGroupId, type WorkspaceId } from '../kernel/index.ts';
import { type GroupPlan, groupType, planGroupPatch, planGroupReplacement, readNewGroup, ScimError } from '../scim-protocol/index.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { changedMeanwhile, etagOf, ifMatch, isKnownToClient } from './conditional-request.ts';
import { groupChangeRecords, groupCreatedRecords, groupDeletedRecord } from './group-evidence.ts';
import type { Evidence, Gated } from './gated-write-store.ts';
import { groupBody } from './group-json.ts';
import {
  deleteGroup,
  type GroupChange,
  holdName,
  holdNameOf,
  insertGroup,
  lockGroup,
  mustHoldGroup,
  type PatchedGroup,
  patchGroup,
  readGroup,
} from './group-store.ts';
import { passGate } from './pass-gate.ts';
import { locationOf, showsMembers, viewOf } from './render-answer.ts';
import type { EndpointDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { selectionOf } from './selection-of.ts';
import { readKey } from './user-endpoints.ts';

/** RFC 7644 §3.3. The answer lists the members that were asked for and exist. Throws `uniqueness` for a group that is there already. */
export async function createGroup({ database, publicUrl }: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const plan = readNewGroup(bodyOf(call).value, { mode: call.credential.mode });
  const { canonical, displayName, externalId = null, ignored, members, tolerated } = plan;
  const view = viewOf(publicUrl, call.workspaceId, selectionOf(call, groupType));
  const id = (call.newResourceId as ScimGroupId | undefined) ?? newId<'scim-group'>(call.at);
  const evidence = evidenceOf(
    call,
    id,
    exchangeOf(call, 201, { canonical, ignored, tolerated, groupId: id }),
    groupCreatedRecords(call, id, plan),
  );
  const { state, row } = await database.transaction(async (tx) => {
    await holdName(tx, call.workspaceId, displayName);
    return insertGroup(tx, evidence, { displayName, externalId, memberIds: members.add });
  });
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw groupTaken();
  const group = { id, createdAt: call.at, displayName, externalId, ...row };
  const headers = { location: locationOf(view, groupType, id), etag: etagOf(row.version) };
  return { status: 201, body: groupBody(view, group, showsMembers(view) ? (row.memberIds ?? '') : null), headers, wire: 'written' };
}

/** RFC 7644 §3.4.1; without members where the request leaves them out, and then they are not read, and where there are none (RFC 7643 §2.5). */
export async function getGroup(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  return showGroup(deps, call, groupId(id));
}

async function showGroup({ database, publicUrl }: EndpointDeps, call: AdmittedCall, id: ScimGroupId): Promise<ScimAnswer> {
  const view = viewOf(publicUrl, call.workspaceId, selectionOf(call, groupType));
  const { state, row } = await readGroup(database, readKey(call), id, showsMembers(view));
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchGroup();
  const headers = { etag: etagOf(row.version) };
  if (isKnownToClient(call.request, row.version)) return { status: 304, headers, wire: 'counted' };
  return { status: 200, body: groupBody(view, row, row.memberIds === '' ? null : row.memberIds), headers, wire: 'counted' };
}

/**
 * RFC 7644 §3.5.2 for a group, one statement whatever the group's size (I2): 204 (entra-scim-client §3.2), or the group where the
 * request says which of its attributes it wants to see.
 */
export async function changeGroup(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const group = groupId(id);
  const plan = planGroupPatch(bodyOf(call).value, { mode: call.credential.mode });
  const isAsked = selectionOf(call, groupType) !== undefined;
  const { version } = await landPlan(deps, call, group, { plan, status: isAsked ? 200 : 204 });
  if (isAsked) return { ...(await showGroup(deps, call, group)), wire: 'written' };
  return { status: 204, headers: { etag: etagOf(version) }, wire: 'written' };
}

/** RFC 7644 §3.5.1 for a group: 200 and the group. */
export async function replaceGroup(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const group = groupId(id);
  await landPlan(deps, call, group, { plan: planGroupReplacement(bodyOf(call).value, { mode: call.credential.mode }), status: 200 });
  return { ...(await showGroup(deps, call, group)), wire: 'written' };
}

interface Landing {
  readonly plan: GroupPlan;
  readonly status: 200 | 204;
}

async function landPlan(
  { database, gathered, publicUrl }: EndpointDeps,
  call: AdmittedCall,
  id: ScimGroupId,
  { plan, status }: Landing,
): Promise<PatchedGroup> {
  const { canonical, displayName, externalId, ignored, members, tolerated } = plan;
  const evidence = evidenceOf(
    call,
    id,
    exchangeOf(call, status, { canonical, ignored, tolerated, groupId: id }),
    groupChangeRecords(call, id, plan),
  );
  const versions = ifMatch(call.request);
  const change: GroupChange = { displayName, externalId, members, versions: versions === 'any' ? undefined : versions };
  const { state, row } = await changeAsFits({ database, gathered }, call.workspaceId, { evidence, change });
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchGroup();
  if (row.isTaken) throw groupTaken();
  if (!row.isAtVersion) throw changedMeanwhile();
  return row;
}

interface WrittenChange {
  readonly evidence: Evidence;
  readonly change: GroupChange;
}

/** Together with others' where it is members that come, or members that go, and nothing else; else by itself, holding the group where it must. */
async function changeAsFits(
  { database, gathered }: Pick<EndpointDeps, 'database' | 'gathered'>,
  workspaceId: WorkspaceId,
  { change, evidence }: WrittenChange,
): Promise<Gated<PatchedGroup>> {
  const { displayName, externalId, members } = change;
  if (isMembership(change)) {
    const { state, row } = await gathered.memberships.submit({ evidence, add: members.add, remove: members.remove });
    return { state, row: row && { ...row, isTaken: false, isAtVersion: true } };
  }
  if (!mustHoldGroup(change)) return patchGroup(database, evidence, change);
  const group = evidence.subjectId as ScimGroupId;
  return database.transaction(async (tx) => {
    if (displayName !== undefined) await holdName(tx, workspaceId, displayName);
    else if (externalId !== undefined) await holdNameOf(tx, workspaceId, group);
    await lockGroup(tx, workspaceId, group);
    return patchGroup(tx, evidence, change);
  });
}

/** How many members a change may name that shares a statement: the others must not wait for a thousand. */
const MAX_GATHERED_MEMBERS = 50;

function isMembership(change: GroupChange): boolean {
  const { add, remove } = change.members;
  const named = add.length + remove.length;
  return !mustHoldGroup(change) && named > 0 && named <= MAX_GATHERED_MEMBERS;
}

/** RFC 7644 §3.6; the row stays as a tombstone. */
export async function removeGroup({ database, publicUrl }: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const group = groupId(id);
  const versions = ifMatch(call.request);
  const evidence = evidenceOf(call, group, exchangeOf(call, 204, { groupId: group }), [groupDeletedRecord(call, group)]);
  const { state, row } = await deleteGroup(database, evidence, versions === 'any' ? undefined : versions);
  passGate(state, publicUrl, call.workspaceId);
  if (row !== undefined) return { status: 204, wire: 'written' };
  const present = versions === undefined ? undefined : await readGroup(database, readKey(call), group, false);
  throw present?.row === undefined ? noSuchGroup() : changedMeanwhile();
}

function groupId(text: string): ScimGroupId {
  const id = parseId<'scim-group'>(text);
  if (id === undefined) throw noSuchGroup();
  return id;
}

function noSuchGroup(): ScimError {
  return new ScimError('notFound', 'There is no group of that id.');
}

function groupTaken(): ScimError {
  return new ScimError(
    'uniqueness',
    'Another group has that displayName, and the same externalId or none; match it instead of creating it again.',
  );
}
