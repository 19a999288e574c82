import type { Instant } from '../kernel/index.ts';
import type { Database } from '../platform/index.ts';
import { type CopyValue, copyLine } from '../platform/index.ts';
import type { ReadAccount } from './read-account.ts';
import { copyToStage, type RunKey, type StageTable, stageTables } from './stage-store.ts';

/** One look at one account: what was seen, by which request, between which two instants. */
export interface AccountLook {
  readonly objectId: string;
  readonly state: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished';
  readonly source: 'full' | 'deletedItems' | 'get';
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
  readonly deletedDateTime?: Instant | null;
  /** What was seen of it, if anything. */
  readonly account?: ReadAccount;
}

export interface AppAssignment {
  readonly assignmentId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly appRoleId: string;
  readonly appRoleValue: string | null;
}

/** Collects what a run reads and copies it to the staging tables now and then, so that memory does not grow with the tenant. */
export interface Stage {
  account(look: AccountLook): Promise<void>;
  group(group: { readonly objectId: string; readonly displayName: string | null; readonly areMembersKnown: boolean }): Promise<void>;
  member(member: { readonly groupId: string; readonly memberId: string }): Promise<void>;
  assignment(assignment: AppAssignment): Promise<void>;
  /** Copies the rest. */
  flush(): Promise<void>;
}

/** Rows that wait in memory: two full pages. */
const MAX_WAITING = 2_000;

export function createStage(database: Database, key: RunKey): Stage {
  const waiting = new Map<StageTable, string[]>();
  let count = 0;
  let seq = 0;
  const flush = async () => {
    if (count === 0) return;
    await database.transaction(async (tx) => {
      for (const table of stageTables) {
        const lines = waiting.get(table);
        if (lines !== undefined) await copyToStage(tx, table, lines);
      }
    });
    waiting.clear();
    count = 0;
  };
  const put = async (table: StageTable, id: string, values: readonly CopyValue[]) => {
    const lines = waiting.get(table) ?? [];
    lines.push(copyLine([key.workspaceId, key.runId, id, ++seq, ...values]));
    waiting.set(table, lines);
    count += 1;
    if (count >= MAX_WAITING) await flush();
  };
  return {
    flush,
    account: (look) => put('directory_stage_account', look.objectId, accountValues(look)),
    group: (group) => put('directory_stage_group', group.objectId, [group.displayName, group.areMembersKnown]),
    member: (member) => put('directory_stage_member', member.groupId, [member.memberId]),
    assignment: ({ assignmentId, principalId, principalType, appRoleId, appRoleValue }) =>
      put('directory_stage_assignment', assignmentId, [principalId, principalType, appRoleId, appRoleValue]),
  };
}

function accountValues({ state, source, requestedAt, receivedAt, deletedDateTime, account }: AccountLook): readonly CopyValue[] {
  const look = [state, source, requestedAt, receivedAt, deletedDateTime ?? null];
  if (account === undefined) return [...look, null, null, null, null, null, null, null, null, null, null];
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
    account.rowHash,
  ];
}
