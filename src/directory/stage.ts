import type { Instant } from '../kernel/index.ts';
import { type CopyValue, copyLine, type Database } from '../platform/index.ts';
import { type Answered, heldBetween } from './answered.ts';
import { GraphFailure } from './graph-failure.ts';
import type { AccessFact } from './access-source.ts';
import type { JsonObject } from './json-shape.ts';
import { keepUnchanged } from './listed-account-store.ts';
import { listedAs, listedAsAt } from './listed-as.ts';
import { objectIdOf, type ReadAccount } from './read-account.ts';
import type { AuditEvent } from './read-audit-entry.ts';
import type { AzureRoleAssignment } from './azure-role-assignment.ts';
import type { ProvisioningEvent } from './provisioning-event.ts';
import type { ReadPosition } from './read-position.ts';
import { type ClaimedRun, holdClaim } from './run-store.ts';
import { copyToStage, type StageTable } from './stage-store.ts';
import { readItem, type UnreadItem } from './unread-listing.ts';

/** One look at one account: what was seen, in which answer. */
export interface AccountLook {
  readonly objectId: string;
  /** `not_found`: what that proves is decided when the look is applied. */
  readonly state: 'enabled' | 'disabled' | 'soft_deleted' | 'not_found' | 'vanished';
  readonly source: 'full' | 'deletedItems' | 'get';
  readonly answer: Answered;
  readonly deletedDateTime?: Instant | null;
  /** What was seen of it, if anything. */
  readonly account?: ReadAccount;
  /** By which bytes a listing shows it: see `listedAs`. */
  readonly listedAs?: Buffer;
}

/** A look that shows the account. */
export type ListedLook = AccountLook & { readonly account: ReadAccount };

export interface AppAssignment {
  readonly assignmentId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly appRoleId: string;
  readonly appRoleValue: string | null;
}

/** One look at a group. One that is gone has no members to be known. */
interface GroupLook {
  readonly objectId: string;
  readonly displayName: string | null;
  readonly areMembersKnown: boolean;
  readonly isGone: boolean;
}

/** Collects what a run reads and copies it to the staging tables now and then, so that memory does not grow with the tenant. */
export interface Stage {
  account(look: AccountLook): Promise<void>;
  /** The users of a page, in its order. Of those whom it shows as they are known nothing but that is kept, and none of them is looked at. */
  listed(items: readonly UnreadItem[], look: (item: JsonObject) => ListedLook): Promise<void>;
  mention(mention: { readonly objectId: string; readonly resource: 'users' | 'groups' }): Promise<void>;
  group(group: GroupLook): Promise<void>;
  member(member: { readonly groupId: string; readonly memberId: string }): Promise<void>;
  assignment(assignment: AppAssignment): Promise<void>;
  audit(event: AuditEvent): Promise<void>;
  access(fact: AccessFact): Promise<void>;
  azureRole(assignment: AzureRoleAssignment): Promise<void>;
  provisioning(event: ProvisioningEvent): Promise<void>;
  signIn(signIn: { readonly objectId: string; readonly lastSuccessfulAt: Instant }): Promise<void>;
  leaveDate(told: { readonly objectId: string; readonly leaveAt: Instant | null }): Promise<void>;
  /** Copies the rest. */
  flush(): Promise<void>;
}

/**
 * `at.staged` counts the rows, which is also their order. Answers are put while others are being copied. A copy throws GraphFailure
 * `interrupted` when somebody else has taken the run up since: an older answer among the new pages would shadow a later one. `isFirst`: no
 * account is known to compare with.
 */
export function createStage(
  database: Database,
  key: ClaimedRun,
  { at, isFirst }: { readonly at: Pick<ReadPosition, 'staged'>; readonly isFirst: boolean },
): Stage {
  const backlog = createBacklog(database, key);
  const put = (table: StageTable, ...values: readonly CopyValue[]) => {
    at.staged += 1;
    backlog.add(table, at.staged, values);
    return backlog.room();
  };
  const ordinals = new WeakMap<Answered, number>();
  /** An answer is put once, before the first account that it shows; it is known by its place among the rows. */
  const ordinalOf = (answer: Answered) => {
    const known = ordinals.get(answer);
    if (known !== undefined) return known;
    at.staged += 1;
    ordinals.set(answer, at.staged);
    backlog.add('directory_stage_answer', at.staged, answerValues(answer));
    return at.staged;
  };
  const account = (look: AccountLook) => put('directory_stage_account', look.objectId, ordinalOf(look.answer), ...accountValues(look));
  const listed: Stage['listed'] = async (items, look) => {
    const objectIds = items.map((item) => item.id ?? objectIdOf(readItem(item)));
    const shown = listedAs(items);
    const differing = isFirst ? new Set(objectIds) : await keepUnchanged(database, key, at.staged + 1, { objectIds, listedAs: shown });
    if (objectIds.some((objectId) => !differing.has(objectId))) at.staged += 1;
    for (const [index, item] of items.entries()) {
      if (differing.has(objectIds[index] ?? '')) await account({ ...look(readItem(item)), listedAs: listedAsAt(shown, index) });
    }
  };
  return {
    flush: backlog.flush,
    account,
    listed,
    mention: ({ objectId, resource }) => put('directory_stage_mention', objectId, resource),
    group: (group) => put('directory_stage_group', group.objectId, group.displayName, group.areMembersKnown, group.isGone),
    member: (member) => put('directory_stage_member', member.groupId, member.memberId),
    assignment: ({ assignmentId, principalId, principalType, appRoleId, appRoleValue }) =>
      put('directory_stage_assignment', assignmentId, principalId, principalType, appRoleId, appRoleValue),
    audit: ({ id, objectId, ledTo, at: happenedAt, rawHash }) => put('directory_stage_audit', id, objectId, ledTo, happenedAt, rawHash),
    access: ({ source, key: id, principalId, body, bodyHash }) => put('directory_stage_access', id, source, principalId, body, bodyHash),
    provisioning: (event) => put('directory_stage_provisioning', event.id, ...provisioningValues(event)),
    signIn: ({ objectId, lastSuccessfulAt }) => put('directory_stage_sign_in', objectId, lastSuccessfulAt),
    leaveDate: ({ objectId, leaveAt }) => put('directory_stage_leave_date', objectId, leaveAt),
    azureRole: (role) => put('directory_stage_azure_role', role.assignmentId, ...azureRoleValues(role)),
  };
}

/** Rows that wait in memory: two full pages. As many more may be on their way to the database. */
const MAX_WAITING = 2_000;

const noWait = Promise.resolve();

/** What waits to be copied. */
function createBacklog(database: Database, key: ClaimedRun) {
  let waiting = new Map<StageTable, string[]>();
  let count = 0;
  let copied = Promise.resolve();
  const flush = () => {
    const batch = waiting;
    waiting = new Map();
    count = 0;
    if (batch.size > 0) copied = copied.then(() => copy(database, key, batch));
    return copied;
  };
  /** Begins to copy what waits, once what was begun before is copied: a failure shows at the next one. */
  const relieve = () => {
    const earlier = copied;
    flush().catch(() => undefined);
    return earlier;
  };
  return {
    flush,
    add: (table: StageTable, seq: number, values: readonly CopyValue[]) => {
      const lines = waiting.get(table) ?? [];
      lines.push(copyLine([key.workspaceId, key.runId, seq, ...values]));
      waiting.set(table, lines);
      count += 1;
    },
    /** Waits while there is too much. */
    room: () => (count >= MAX_WAITING ? relieve() : noWait),
  };
}

async function copy(database: Database, key: ClaimedRun, batch: ReadonlyMap<StageTable, readonly string[]>): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await holdClaim(tx, key))) throw new GraphFailure('interrupted');
    for (const [table, lines] of batch) await copyToStage(tx, table, lines);
  });
}

function provisioningValues({ at, action, status, objectId, targetId, errorCode, rawHash }: ProvisioningEvent): readonly CopyValue[] {
  return [at, action, status, objectId, targetId, errorCode, rawHash];
}

function azureRoleValues(role: AzureRoleAssignment): readonly CopyValue[] {
  const { subscriptionId, principalId, principalType, roleDefinitionId, roleName, target, hasCondition, createdOn } = role;
  return [subscriptionId, principalId, principalType, roleDefinitionId, roleName, target, hasCondition, createdOn];
}

function answerValues(answer: Answered): readonly CopyValue[] {
  const { requestedAt, receivedAt, serverDate, requestId, sha256 } = answer;
  const held = heldBetween(answer);
  return [requestedAt, receivedAt, serverDate, held.from, held.to, requestId, sha256];
}

function accountValues({ state, source, deletedDateTime, account, listedAs: shown }: AccountLook): readonly CopyValue[] {
  const look = [state, source, deletedDateTime ?? null];
  if (account === undefined) return [...look, null, null, null, null, null, null, null, null, null, null, null];
  return [
    ...look,
    account.userPrincipalName,
    account.mail,
    account.displayName,
    account.employeeId,
    account.addressKeys,
    account.userType,
    account.createdDateTime,
    account.accountEnabled,
    account.attributes,
    `\\x${account.rowHash}`,
    shown ?? null,
  ];
}
