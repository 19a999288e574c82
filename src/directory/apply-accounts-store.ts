import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Whether a look tells something new of an account: another state, or another deletion of one that was restored in
 * between. An object that was purged cannot be deleted again, so a bin that still tells of the same deletion is behind. One that
 * nobody has told of was not purged at all: the bin was behind when the account was found nowhere.
 */
export const isTurned = `(
  (account.state <> look.state and not (
    account.state = 'hard_deleted' and look.state = 'soft_deleted' and account.deleted_at is not distinct from look.deleted_date_time
  ))
  or (account.state = 'soft_deleted' and look.state = 'soft_deleted' and account.deleted_at <> look.deleted_date_time)
)`;

/**
 * Ends the stretch of each account that turned. It is confirmed until what the last complete look proves ($4), but not past the
 * directory's own word on when the account was deleted.
 */
export async function closeStretches(tx: Queryable, key: RunKey, confirmedUntil: Instant | null): Promise<void> {
  await tx.query(
    `update directory_observation as stretch
     set confirmed_until = greatest(stretch.seen_from, least($4::timestamptz, look.deleted_date_time))
     from directory_stage_account as look
     join directory_account as account
       on account.workspace_id = look.workspace_id and account.connection_id = $2 and account.object_id = look.object_id
     where look.workspace_id = $1
       and look.run_id = $3
       and ${isTurned}
       and stretch.workspace_id = account.workspace_id
       and stretch.connection_id = account.connection_id
       and stretch.object_id = account.object_id
       and stretch.confirmed_until is null`,
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil],
  );
}

/**
 * Writes accounts that are new or whose properties or state changed; the others are not touched. A deleted one that was
 * never seen before is written too: it proves a leaver from before the connection.
 */
export async function writeSeenAccounts(tx: Queryable, key: RunKey, isEveryoneInScope: boolean): Promise<void> {
  await tx.query(
    `insert into directory_account
       (workspace_id, connection_id, object_id, account_id, user_principal_name, mail, display_name, employee_id, address_keys, user_type,
        created_date_time, account_enabled, attributes, row_hash, state, deleted_at, in_scope, scope_state, first_run_id, last_run_id)
     select look.workspace_id, $2, look.object_id, look.account_id, look.user_principal_name, look.mail, look.display_name,
       look.employee_id, look.address_keys, look.user_type, look.created_date_time, look.account_enabled, look.attributes, look.row_hash, look.state,
       look.deleted_date_time, $4::boolean, case when $4::boolean then 'in_scope' else 'out_of_scope' end, look.run_id, look.run_id
     from directory_stage_account as look
     left join directory_account as account
       on account.workspace_id = look.workspace_id and account.connection_id = $2 and account.object_id = look.object_id
     where look.workspace_id = $1
       and look.run_id = $3
       and look.row_hash is not null
       and (
         account.object_id is null
         or (look.state in ('enabled', 'disabled') and (account.row_hash <> look.row_hash or account.state <> look.state))
       )
     on conflict (workspace_id, connection_id, object_id) do update
     set user_principal_name = excluded.user_principal_name, mail = excluded.mail, display_name = excluded.display_name,
       employee_id = excluded.employee_id, address_keys = excluded.address_keys, user_type = excluded.user_type,
       created_date_time = excluded.created_date_time, account_enabled = excluded.account_enabled, attributes = excluded.attributes,
       row_hash = excluded.row_hash, state = excluded.state, deleted_at = excluded.deleted_at, missing_since = null,
       last_run_id = excluded.last_run_id`,
    [key.workspaceId, key.connectionId, key.runId, isEveryoneInScope],
  );
}

/** Marks accounts that are gone or hidden; everything that was last seen of them stays. */
export async function markGoneAccounts(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `update directory_account as account
     set state = look.state, deleted_at = coalesce(look.deleted_date_time, account.deleted_at), last_run_id = look.run_id,
       missing_since = case look.state when 'vanished' then look.missing_since end
     from directory_stage_account as look
     where look.workspace_id = $1
       and look.run_id = $3
       and look.state in ('soft_deleted', 'hard_deleted', 'vanished')
       and account.workspace_id = look.workspace_id
       and account.connection_id = $2
       and account.object_id = look.object_id
       and (
         ${isTurned}
         -- Hidden until now and found nowhere, or the other way round.
         or (look.state = 'vanished' and account.state = 'vanished' and account.missing_since is distinct from look.missing_since)
       )`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

/** How many accounts are in each state, and one digest of which is in which. */
export interface AccountStates {
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256 in hex over the lines `<account id> <state>` in the order of the ids, joined by line feeds. */
  readonly digest: string;
}

export async function accountStates(tx: Queryable, { workspaceId, connectionId }: RunKey): Promise<AccountStates> {
  const { rows } = await tx.query<AccountStates>(
    `select
       (select coalesce(jsonb_object_agg(counted.state, counted.accounts), '{}')
        from (
          select account.state, count(*) as accounts
          from directory_account as account
          where account.workspace_id = $1 and account.connection_id = $2
          group by account.state
        ) as counted) as counts,
       (select encode(sha256(convert_to(
          coalesce(string_agg(account.account_id || ' ' || account.state, e'\\n' order by account.account_id), ''), 'UTF8')), 'hex')
        from directory_account as account
        where account.workspace_id = $1 and account.connection_id = $2) as digest`,
    [workspaceId, connectionId],
  );
  const [states] = rows;
  if (states === undefined) throw new Error('a count without a row');
  return states;
}
