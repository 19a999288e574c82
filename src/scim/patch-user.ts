import type { ScimUserId } from '../kernel/index.ts';
import { constraintOf, type Queryable } from '../platform/index.ts';
import { planUserPatch, type UserPatchPlan } from '../scim-protocol/index.ts';
import { ROLE_ATTRIBUTE } from './attribute-value.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { passGate } from './pass-gate.ts';
import type { ScimDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { showUser } from './show-resource.ts';
import { noSuchUser, rethrowTakenName, userId } from './user-endpoints.ts';
import { changeRecords } from './user-evidence.ts';
import { lockUser, readUser, type StoredUser, USER_NAME_CONSTRAINT, updateUser } from './user-store.ts';

/** How often a PATCH tries without a lock: beyond that the row is contended, and waiting is cheaper than planning again. */
const OPTIMISTIC_ATTEMPTS = 2;

interface Patch {
  readonly deps: ScimDeps;
  readonly call: AdmittedCall;
  readonly id: ScimUserId;
  /** True once the new userName turned out to be another user's, and the request deactivates. */
  readonly withoutUserName: boolean;
}

/**
 * RFC 7644 §3.5.2 for a user: 200 and the whole resource. The plan is made on the version that was read and applied to that
 * version alone, else made again, so that of many concurrent PATCHes all land (I2); a deactivation lands even when the rest
 * of the request cannot (I1). Throws ScimError.
 */
export async function patchUser(deps: ScimDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  const patch = { deps, call, id: userId(id), withoutUserName: false };
  try {
    return await landPatch(patch);
  } catch (error) {
    if (constraintOf(error) !== USER_NAME_CONSTRAINT || !planUserPatch({}, bodyOf(call).value).deactivates) return rethrowTakenName(error);
    return landPatch({ ...patch, withoutUserName: true });
  }
}

async function landPatch(patch: Patch): Promise<ScimAnswer> {
  const { database } = patch.deps;
  for (let attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt += 1) {
    const answer = await tryPatch(database, patch);
    if (answer !== 'missed') return answer;
  }
  return database.transaction(async (tx) => {
    await lockUser(tx, patch.call.workspaceId, patch.id);
    const answer = await tryPatch(tx, patch);
    if (answer === 'missed') throw new Error('a user changed under its own lock');
    return answer;
  });
}

/** Reads, plans and writes once; `missed` when the user changed in between. */
async function tryPatch(q: Queryable, patch: Patch): Promise<ScimAnswer | 'missed'> {
  const { call, deps, id, withoutUserName } = patch;
  const { publicUrl } = deps;
  const { state, row: user } = await readUser(q, { ...call, credentialId: call.credential.id }, id);
  passGate(state, publicUrl, call.workspaceId);
  if (user === undefined) throw noSuchUser();
  const plan = planUserPatch(user.resource, bodyOf(call).value, { withoutUserName });
  if (plan.changed.length === 0) {
    const { ignored, tolerated } = plan;
    return { status: 200, content: showUser(publicUrl, call, user).content, wire: { ignored, tolerated, userId: id } };
  }
  const written = await writePlan(q, patch, user, plan);
  passGate(written.state, publicUrl, call.workspaceId);
  if (written.row === undefined) return 'missed';
  const { lastModified } = written.row;
  return { status: 200, content: showUser(publicUrl, call, { ...user, lastModified, resource: plan.resource }).content, wire: 'written' };
}

function writePlan(q: Queryable, { call, id }: Patch, user: StoredUser, plan: UserPatchPlan) {
  const { changed, ignored, resource, tolerated } = plan;
  const change = { before: user.resource, after: resource, changed, version: user.version + 1 };
  const { entries, stateRecordId } = changeRecords(call, id, change);
  const exchange = exchangeOf(call, 200, { tolerated, ignored, userId: id });
  const hasNewRole = changed.includes(ROLE_ATTRIBUTE);
  return updateUser(q, evidenceOf(call, id, exchange, entries), { resource, version: user.version, stateRecordId, hasNewRole });
}
