import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { AccountState } from './account-state.ts';
import { answerOfStretch, type AnswerShown, answerShown } from './observation-read-model.ts';

/** An account with its present stretch. */
export interface AccountRow {
  readonly connectionId: DirectoryConnectionId;
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mail: string | null;
  readonly displayName: string | null;
  readonly employeeId: string | null;
  readonly userType: string | null;
  readonly accountEnabled: boolean;
  readonly state: AccountState;
  readonly deletedAt: Instant | null;
  /** By when it was first found neither among the users nor in the recycle bin, where that is not yet proven to be its end. */
  readonly missingSince: Instant | null;
  readonly inScope: boolean;
  readonly scopeState: 'in_scope' | 'out_of_scope' | 'left_scope';
  /** It was otherwise then or later; null when nobody looked before. */
  readonly notBefore: Instant | null;
  /** What the first answer that showed the state proves: that it held at some instant between these two. */
  readonly seenFrom: Instant;
  readonly observedAt: Instant;
  /** When it became so, where the directory itself says it: the time of a deletion, or the audit log. */
  readonly exactAt: Instant | null;
  /** It was still so then or later: the last complete look. */
  readonly confirmedUntil: Instant;
  readonly source: 'full' | 'deletedItems' | 'get';
  /** The run that first showed the state, and in which answer; null for observations from before answers were kept. */
  readonly runId: DirectoryRunId;
  readonly answer: AnswerShown | null;
  /** By Entra's word, as far as it may be read. */
  readonly lastSuccessfulSignInAt: Instant | null;
  /** As Graph says it: when the password was changed last, and from when on sessions count. */
  readonly lastPasswordChangeDateTime: string | null;
  readonly signInSessionsValidFromDateTime: string | null;
  /** Whether it is synchronised from Active Directory, where what is seen here may have been so earlier; null where Graph does not say. */
  readonly onPremisesSyncEnabled: boolean | null;
  /** When its holder leaves, by the directory's own word, as far as it may be read; HR's end is another. */
  readonly employeeLeaveDateTime: Instant | null;
}

export async function listAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  { state, after, limit }: Page & { readonly state: AccountState | undefined },
): Promise<readonly AccountRow[]> {
  const [connectionId = null, objectId = null] = after?.split('.') ?? [];
  const { rows } = await q.query<AccountRow>(
    `select account.connection_id as "connectionId", account.object_id as "objectId",
       account.user_principal_name as "userPrincipalName", account.mail, account.display_name as "displayName",
       account.employee_id as "employeeId", account.user_type as "userType", account.account_enabled as "accountEnabled",
       account.state, account.deleted_at as "deletedAt", account.missing_since as "missingSince", account.in_scope as "inScope", account.scope_state as "scopeState",
       stretch.not_before as "notBefore", stretch.seen_from as "seenFrom", stretch.observed_at as "observedAt",
       coalesce(exact.at, case when stretch.seen_from = stretch.observed_at then stretch.observed_at end) as "exactAt",
       greatest(stretch.seen_from, connection.confirmed_until) as "confirmedUntil", stretch.source, stretch.run_id as "runId",
       ${answerShown('answer')} as answer,
       sign_in.last_successful_at as "lastSuccessfulSignInAt",
       account.attributes ->> 'lastPasswordChangeDateTime' as "lastPasswordChangeDateTime",
       account.attributes ->> 'signInSessionsValidFromDateTime' as "signInSessionsValidFromDateTime",
       (account.attributes -> 'onPremisesSyncEnabled')::bool as "onPremisesSyncEnabled",
       (select told.leave_at
        from directory_leave_date as told
        where told.workspace_id = account.workspace_id and told.connection_id = account.connection_id and told.object_id = account.object_id
        order by told.ordinal desc
        limit 1) as "employeeLeaveDateTime"
     from directory_account as account
     join directory_connection as connection
       on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
     join directory_observation as stretch
       on stretch.workspace_id = account.workspace_id
       and stretch.connection_id = account.connection_id
       and stretch.object_id = account.object_id
       and stretch.confirmed_until is null
     left join ${answerOfStretch}
     left join directory_sign_in as sign_in
       on sign_in.workspace_id = account.workspace_id and sign_in.connection_id = account.connection_id
       and sign_in.object_id = account.object_id
     -- Lateral with a limit: looked up for each account of the page, or the audit log of the whole workspace would be read for every page.
     left join lateral (
       select given.at
       from directory_exact_end as given
       where given.workspace_id = stretch.workspace_id
         and given.connection_id = stretch.connection_id
         and given.object_id = stretch.object_id
         and given.ordinal = stretch.ordinal
       limit 1
     ) as exact on true
     where account.workspace_id = $1
       and ($2::text is null or account.state = $2::text)
       and ($3::uuid is null or (account.connection_id, account.object_id) > ($3::uuid, $4::uuid))
     order by account.connection_id, account.object_id
     limit $5`,
    [workspaceId, state ?? null, connectionId, objectId, limit],
  );
  return rows;
}

export async function countAccounts(q: Queryable, workspaceId: WorkspaceId, state: AccountState | undefined): Promise<number> {
  const { rows } = await q.query<{ total: number }>(
    `select count(*) as total
     from directory_account as account
     where account.workspace_id = $1 and ($2::text is null or account.state = $2::text)`,
    [workspaceId, state ?? null],
  );
  return rows[0]?.total ?? 0;
}

export interface GroupRow {
  readonly connectionId: DirectoryConnectionId;
  readonly objectId: string;
  readonly displayName: string | null;
  /** Direct members, accounts and groups. */
  readonly directMembers: number;
  /** When the group was first missing; its members are the last known ones. */
  readonly goneAt: Instant | null;
}

/** Groups without a name come first. */
const byName = (group: string) => `coalesce(lower(${group}.display_name), ''), ${group}.connection_id, ${group}.object_id`;

export async function listGroups(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly GroupRow[]> {
  const [connectionId = null, objectId = null] = after?.split('.') ?? [];
  const { rows } = await q.query<GroupRow>(
    `select directory_group.connection_id as "connectionId", directory_group.object_id as "objectId",
       directory_group.display_name as "displayName", directory_group.gone_at as "goneAt",
       (select count(*)
        from directory_group_member as member
        where member.workspace_id = directory_group.workspace_id
          and member.connection_id = directory_group.connection_id
          and member.group_id = directory_group.object_id) as "directMembers"
     from directory_group
     where directory_group.workspace_id = $1
       and ($2::uuid is null or (${byName('directory_group')}) > (
         select ${byName('last')} from directory_group as last
         where last.workspace_id = $1 and last.connection_id = $2::uuid and last.object_id = $3::uuid
       ))
     order by ${byName('directory_group')}
     limit $4`,
    [workspaceId, connectionId, objectId, limit],
  );
  return rows;
}

export async function countGroups(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ total: number }>(
    `select count(*) as total from directory_group where directory_group.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0]?.total ?? 0;
}
