import type { CanonicalObject, ScimUserId } from '../kernel/index.ts';
import { constraintOf, errorCode, type Queryable } from '../platform/index.ts';
import {
  planUserPatch,
  planUserReplacement,
  RefusedDeactivation,
  ScimError,
  type UserPlan,
  type UserPlanOptions,
  userType,
} from '../scim-protocol/index.ts';
import { evidenceOf, exchangeOf } from './change-evidence.ts';
import { type OwnerClaim, withClaim } from './claim-owner-role.ts';
import { etagOf, ifMatch, requireMatch } from './conditional-request.ts';
import type { Gated } from './gated-write-store.ts';
import { passGate } from './pass-gate.ts';
import { recordRefusedDeactivation } from './record-refused-deactivation.ts';
import { userJson, viewOf } from './render-answer.ts';
import type { EndpointDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { selectionOf } from './selection-of.ts';
import { nameTaken, noSuchUser, readKey, userId } from './user-endpoints.ts';
import { changeRecords } from './user-evidence.ts';
import {
  type Changed,
  lockUser,
  readUsers,
  type StoredUser,
  USER_NAME_CONSTRAINT,
  type UserRead,
  type UserUpdate,
  updateUsers,
} from './user-store.ts';

/** How often a change tries without a lock: beyond that the row is contended by other processes, and waiting is cheaper than planning again. */
const OPTIMISTIC_ATTEMPTS = 2;

type Plan = (current: CanonicalObject, body: unknown, options: UserPlanOptions) => UserPlan;

interface Change {
  readonly deps: EndpointDeps;
  readonly call: AdmittedCall;
  readonly id: ScimUserId;
  readonly plan: Plan;
  /** `withoutUserName` once the new userName turned out to be another user's, and the request deactivates. */
  readonly options: UserPlanOptions;
}

/** RFC 7644 §3.5.2 for a user: 200 and the whole resource. */
export function patchUser(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  return changeUser({ deps, call, id: userId(id), plan: planUserPatch, options: { mode: call.credential.mode } });
}

/** RFC 7644 §3.5.1 for a user: as a PATCH, but that the body is the whole resource. */
export function replaceUser(deps: EndpointDeps, call: AdmittedCall, id: string): Promise<ScimAnswer> {
  return changeUser({ deps, call, id: userId(id), plan: planUserReplacement, options: { mode: call.credential.mode } });
}

/**
 * The plan is made on the version that was read and applied to that version alone, else made again, so that of many concurrent
 * changes all land (I2); a deactivation lands even when the rest of the request cannot (I1). Throws ScimError.
 */
function changeUser(change: Change): Promise<ScimAnswer> {
  const { call, deps, id } = change;
  return deps.turns(`${call.workspaceId} ${id}`, async () => {
    try {
      return await landChange(change);
    } catch (error) {
      if (error instanceof RefusedDeactivation) await recordRefusedDeactivation(deps, call, id, error);
      if (!(error instanceof DeactivationWithTakenName)) throw error;
      return landChange({ ...change, options: { ...change.options, withoutUserName: true } });
    }
  });
}

/** A deactivation must not fail for a name that another user has (I1): it is made again without the name. */
class DeactivationWithTakenName extends Error {}

/** Where a change reads and writes: gathered with others', or within a transaction that holds the row. */
interface Access {
  readonly read: (read: UserRead) => Promise<Gated<StoredUser>>;
  readonly update: (update: UserUpdate) => Promise<Gated<Changed>>;
}

async function landChange(change: Change): Promise<ScimAnswer> {
  const { database, gathered } = change.deps;
  const together: Access = { read: gathered.reads.submit, update: gathered.updates.submit };
  const remembered = await tryRemembered(together, change).catch(missedInDeadlock);
  if (remembered !== 'missed') return remembered;
  for (let attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt += 1) {
    const answer = await tryChange(together, change).catch(missedInDeadlock);
    if (answer !== 'missed') return answer;
  }
  return database.transaction(async (tx) => {
    await lockUser(tx, change.call.workspaceId, change.id);
    const answer = await tryChange(alone(tx), change);
    if (answer === 'missed') throw new Error('a user changed under its own lock');
    return answer;
  });
}

function alone(tx: Queryable): Access {
  const only = <Row>([answer]: readonly Gated<Row>[]): Gated<Row> => answer ?? { state: undefined, row: undefined };
  return { read: async (read) => only(await readUsers(tx, [read])), update: async (update) => only(await updateUsers(tx, [update])) };
}

const DEADLOCK_DETECTED = '40P01';

/** Two users that are to have one another's names wait for each other; PostgreSQL ends one statement, and its change is made again. */
function missedInDeadlock(error: unknown): 'missed' {
  if (errorCode(error) === DEADLOCK_DETECTED) return 'missed';
  throw error;
}

/** Reads, plans and writes once; `missed` when the user changed in between. */
async function tryChange(access: Access, change: Change): Promise<ScimAnswer | 'missed'> {
  const { call, deps, id } = change;
  const { state, row: user } = await access.read({ ...readKey(call), id });
  passGate(state, deps.publicUrl, call.workspaceId);
  if (user === undefined) throw noSuchUser();
  requireMatch(call.request, user.version);
  const before = JSON.parse(user.resource) as CanonicalObject;
  const plan = change.plan(before, bodyOf(call).value, change.options);
  if (plan.changed.length === 0) {
    const { canonical, ignored, tolerated } = plan;
    return answer(change, user, user.resource, { canonical, ignored, tolerated, userId: id });
  }
  return write(access, change, user, { before, plan });
}

/**
 * Plans on the user as it is remembered, and writes; `missed` when nothing is remembered, when it is another version by now, and
 * when the plan changes nothing or refuses: that is said of a user that was read alone.
 */
async function tryRemembered(access: Access, change: Change): Promise<ScimAnswer | 'missed'> {
  const { call, deps, id, options } = change;
  const user = deps.remembered.recall(call.workspaceId, id);
  if (user === undefined || ifMatch(call.request) !== undefined) return 'missed';
  const before = JSON.parse(user.resource) as CanonicalObject;
  const plan = planned(() => change.plan(before, bodyOf(call).value, options));
  return plan === undefined || plan.changed.length === 0 ? 'missed' : write(access, change, user, { before, plan });
}

function planned(plan: () => UserPlan): UserPlan | undefined {
  try {
    return plan();
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

interface Planned {
  readonly before: CanonicalObject;
  readonly plan: UserPlan;
}

async function write(access: Access, change: Change, user: StoredUser, { before, plan }: Planned): Promise<ScimAnswer | 'missed'> {
  const { call, deps, id } = change;
  const { claim, update } = updateOf(change, user, before, plan);
  const written = await access.update(update).catch((error: unknown) => throwRefused(error, change, plan));
  passGate(written.state, deps.publicUrl, call.workspaceId);
  if (written.row === undefined) {
    deps.remembered.forget(call.workspaceId, id);
    return 'missed';
  }
  claim?.alarm(deps.log);
  if (update.evidence.exchange.effect?.active === false) deps.observer?.deactivated('change');
  const changed = { ...user, ...written.row, resource: JSON.stringify(plan.resource) };
  deps.remembered.note(call.workspaceId, changed);
  return answer(change, changed, changed.resource, 'written');
}

/** What a failed update means: a name that another user has is 409, and for a deactivation more than that. Any other error is as it is. */
function throwRefused(error: unknown, { options }: Change, { deactivates }: UserPlan): never {
  if (constraintOf(error) !== USER_NAME_CONSTRAINT) throw error;
  const taken = nameTaken();
  if (!deactivates) throw taken;
  throw options.mode === 'strict' ? new RefusedDeactivation(taken.code, taken.message) : new DeactivationWithTakenName();
}

function answer({ call, deps }: Change, user: StoredUser, resource: string, wire: ScimAnswer['wire']): ScimAnswer {
  const view = viewOf(deps.publicUrl, call.workspaceId, selectionOf(call, userType));
  return { status: 200, body: userJson(view, user, resource), headers: { etag: etagOf(user.version) }, wire };
}

function updateOf(
  { call, id }: Change,
  user: StoredUser,
  before: CanonicalObject,
  plan: UserPlan,
): { readonly update: UserUpdate; readonly claim: OwnerClaim | undefined } {
  const { canonical, changed, ignored, resource, tolerated } = plan;
  const records = changeRecords(call, id, { before, after: resource, changed, version: user.version + 1 });
  const { claim, entries, hasNewClaims, stateRecordId } = records;
  const effect = changed.includes('active') ? { changed, active: resource['active'] === true } : { changed };
  const exchange = exchangeOf(call, 200, { tolerated: withClaim(tolerated, claim), ignored, canonical, effect, userId: id });
  const evidence = evidenceOf(call, id, exchange, entries);
  return { claim, update: { evidence, before, resource, version: user.version, stateRecordId, hasNewClaims } };
}
