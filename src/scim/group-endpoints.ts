import { newId, parseId, type ScimGroupId } from '../kernel/index.ts';
import { groupType, planGroupPatch, readNewGroup, ScimError, selects } from '../scim-protocol/index.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { groupChangeRecords, groupCreatedRecords, groupDeletedRecord } from './group-evidence.ts';
import { deleteGroup, insertGroup, lockGroup, mustHoldGroup, patchGroup, readGroup } from './group-store.ts';
import { passGate } from './pass-gate.ts';
import type { ScimDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { selectionOf, showGroup } from './show-resource.ts';

/** RFC 7644 §3.3. The answer lists the members that were asked for and exist. */
export async function createGroup(deps: ScimDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const plan = readNewGroup(bodyOf(call).value);
  const id = newId<'scim-group'>(call.at);
  const exchange = exchangeOf(call, 201, plan);
  const evidence = evidenceOf(call, id, exchange, groupCreatedRecords(call, id, plan));
  const { displayName, externalId = null, members } = plan;
  const { state } = await insertGroup(deps.database, evidence, { displayName, externalId, memberIds: members.add });
  passGate(state, deps.publicUrl, call.workspaceId);
  const memberIds = members.add.length === 0 ? [] : await storedMembers(deps, call, id);
  const group = { id, createdAt: call.at, lastModified: call.at, displayName, externalId, memberIds };
  const { location, content } = showGroup(deps.publicUrl, call, group);
  return { status: 201, content, headers: { location }, wire: 'written' };
}

async function storedMembers({ database }: ScimDeps, call: AdmittedCall, id: ScimGroupId): Promise<readonly string[]> {
  const { row } = await readGroup(database, { ...call, credentialId: call.credential.id }, id, true);
  return row?.memberIds ?? [];
}

/** RFC 7644 §3.4.1; without members where the request leaves them out, and then they are not read. */
export async function getGroup({ database, publicUrl }: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const withMembers = selects(selectionOf(call, groupType), 'members');
  const { state, row } = await readGroup(database, { ...call, credentialId: call.credential.id }, groupId(id), withMembers);
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchGroup();
  return { status: 200, content: showGroup(publicUrl, call, row).content, wire: 'counted' };
}

/** RFC 7644 §3.5.2 for a group: 204 (entra-scim-client §3.2), one statement whatever the group's size (I2). */
export async function changeGroup({ database, publicUrl }: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const group = groupId(id);
  const plan = planGroupPatch(bodyOf(call).value);
  const { displayName, externalId, members } = plan;
  const evidence = evidenceOf(call, group, exchangeOf(call, 204, plan), groupChangeRecords(call, group, plan));
  const change = { displayName, externalId, members };
  const { state, row } = mustHoldGroup(change)
    ? await database.transaction(async (tx) => {
        await lockGroup(tx, call.workspaceId, group);
        return patchGroup(tx, evidence, change);
      })
    : await patchGroup(database, evidence, change);
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchGroup();
  return { status: 204, content: undefined, wire: 'written' };
}

/** RFC 7644 §3.6; the row stays as a tombstone. */
export async function removeGroup({ database, publicUrl }: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const group = groupId(id);
  const exchange = exchangeOf(call, 204, { tolerated: [], ignored: [] });
  const { state, row } = await deleteGroup(database, evidenceOf(call, group, exchange, [groupDeletedRecord(call, group)]));
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchGroup();
  return { status: 204, content: undefined, wire: 'written' };
}

function groupId(text: string): ScimGroupId {
  const id = parseId<'scim-group'>(text);
  if (id === undefined) throw noSuchGroup();
  return id;
}

function noSuchGroup(): ScimError {
  return new ScimError('notFound', 'There is no group of that id.');
}
