import { newId, parseId, type ScimUserId } from '../kernel/index.ts';
import { constraintOf } from '../platform/index.ts';
import { readNewUser, ScimError } from '../scim-protocol/index.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { passGate } from './pass-gate.ts';
import type { ScimDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { showUser } from './show-resource.ts';
import { createdRecord, deletedRecord } from './user-evidence.ts';
import { deleteUser, insertUser, readUser, USER_NAME_CONSTRAINT } from './user-store.ts';

/** RFC 7644 §3.3. Throws `uniqueness` when another user, active or not, has the name. */
export async function createUser({ database, publicUrl }: ScimDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const { resource, ignored, tolerated } = readNewUser(bodyOf(call).value);
  const id = newId<'scim-user'>(call.at);
  const exchange = exchangeOf(call, 201, { tolerated, ignored, userId: id });
  const evidence = evidenceOf(call, id, exchange, [createdRecord(call, id, resource)]);
  const { state } = await insertUser(database, evidence, resource).catch(rethrowTakenName);
  passGate(state, publicUrl, call.workspaceId);
  const { location, content } = showUser(publicUrl, call, { id, createdAt: call.at, lastModified: call.at, resource });
  return { status: 201, content, headers: { location }, wire: 'written' };
}

/** RFC 7644 §3.4.1; inactive users are shown, deleted ones are not. */
export async function getUser({ database, publicUrl }: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const { state, row } = await readUser(database, { ...call, credentialId: call.credential.id }, userId(id));
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchUser();
  return { status: 200, content: showUser(publicUrl, call, row).content, wire: 'counted' };
}

/** RFC 7644 §3.6. The row stays as a tombstone; a later POST of the same name makes another user. */
export async function removeUser({ database, publicUrl }: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const user = userId(id);
  const exchange = exchangeOf(call, 204, { tolerated: [], ignored: [], userId: user });
  const { state, row } = await deleteUser(database, evidenceOf(call, user, exchange, [deletedRecord(call, user)]));
  passGate(state, publicUrl, call.workspaceId);
  if (row === undefined) throw noSuchUser();
  return { status: 204, content: undefined, wire: 'written' };
}

export function userId(text: string): ScimUserId {
  const id = parseId<'scim-user'>(text);
  if (id === undefined) throw noSuchUser();
  return id;
}

export function noSuchUser(): ScimError {
  return new ScimError('notFound', 'There is no user of that id.');
}

/** A name that another user has, as RFC 7644 §3.3 answers it; any other error as it is. */
export function rethrowTakenName(error: unknown): never {
  if (constraintOf(error) !== USER_NAME_CONSTRAINT) throw error;
  throw new ScimError('uniqueness', 'Another user has that userName; users that are inactive count too.');
}
