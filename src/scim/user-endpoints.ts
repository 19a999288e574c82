import { newId, parseId, type ScimUserId } from '../kernel/index.ts';
import { readNewUser, ScimError, userType } from '../scim-protocol/index.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { changedMeanwhile, etagOf, ifMatch, isKnownToClient } from './conditional-request.ts';
import { readGroupsOf } from './membership-read-model.ts';
import { withClaim } from './claim-owner-role.ts';
import { passGate } from './pass-gate.ts';
import { locationOf, showsGroups, userJson, viewOf } from './render-answer.ts';
import type { EndpointDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { selectionOf } from './selection-of.ts';
import { createdRecords, deletedRecords } from './user-evidence.ts';
import { deleteUser } from './user-store.ts';

/** RFC 7644 §3.3. Throws `uniqueness` when another user, active or not, has the name. */
export async function createUser({ log, publicUrl, gathered, remembered }: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const { canonical, ignored, resource, tolerated } = readNewUser(bodyOf(call).value, { mode: call.credential.mode });
  const view = viewOf(publicUrl, call.workspaceId, selectionOf(call, userType));
  const id = (call.newResourceId as ScimUserId | undefined) ?? newId<'scim-user'>(call.at);
  const { claim, entries } = createdRecords(call, id, resource);
  const exchange = exchangeOf(call, 201, { tolerated: withClaim(tolerated, claim), ignored, canonical, userId: id });
  const { state, row } = await gathered.inserts.submit({ evidence: evidenceOf(call, id, exchange, entries), resource });
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw nameTaken();
  claim?.alarm(log);
  const user = { id, version: row.version, createdAt: call.at, lastModified: row.lastModified, resource: JSON.stringify(resource) };
  remembered.note(call.workspaceId, user);
  const headers = { location: locationOf(view, userType, id), etag: etagOf(row.version) };
  return { status: 201, body: userJson(view, user, user.resource), headers, wire: 'written' };
}

/** RFC 7644 §3.4.1; inactive users are shown, deleted ones are not. 304 where the client has the version already. */
export async function getUser(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const { publicUrl, gathered } = deps;
  const { state, row } = await gathered.reads.submit({ ...readKey(call), id: userId(id) });
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchUser();
  deps.remembered.note(call.workspaceId, row);
  const headers = { etag: etagOf(row.version) };
  if (isKnownToClient(call.request, row.version)) return { status: 304, headers, wire: 'counted' };
  const view = viewOf(publicUrl, call.workspaceId, selectionOf(call, userType));
  const groups = showsGroups(view) ? (await readGroupsOf(deps.database, call.workspaceId, [row.id])).get(row.id) : undefined;
  return { status: 200, body: userJson(view, row, row.resource, groups), headers, wire: 'counted' };
}

/** RFC 7644 §3.6. The row stays as a tombstone; a later POST of the same name makes another user. */
export async function removeUser(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const { database, observer, publicUrl, gathered, remembered } = deps;
  const user = userId(id);
  remembered.forget(call.workspaceId, user);
  const versions = ifMatch(call.request);
  const evidence = evidenceOf(call, user, exchangeOf(call, 204, { userId: user }), deletedRecords(call, user));
  const { state, row } = await deleteUser(database, evidence, versions === 'any' ? undefined : versions);
  passGate(state, publicUrl, call.workspaceId);
  if (row !== undefined) {
    observer?.deactivated('deletion');
    return { status: 204, wire: 'written' };
  }
  const present = versions === undefined ? undefined : await gathered.reads.submit({ ...readKey(call), id: user });
  throw present?.row === undefined ? noSuchUser() : changedMeanwhile();
}

/** What a read asks its gate. */
export function readKey({ at, credential, workspaceId }: AdmittedCall) {
  return { workspaceId, credentialId: credential.id, at };
}

export function userId(text: string): ScimUserId {
  const id = parseId<'scim-user'>(text);
  if (id === undefined) throw noSuchUser();
  return id;
}

export function noSuchUser(): ScimError {
  return new ScimError('notFound', 'There is no user of that id.');
}

export function nameTaken(): ScimError {
  return new ScimError('uniqueness', 'Another user has that userName; users that are inactive count too.');
}
