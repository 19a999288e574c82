import type { DirectoryRunId, Instant, LedgerRecordId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Whether a look tells something new of an account: another state, or another deletion of one that was restored in
 * between. An object that was purged cannot be deleted again, so a bin that still tells of the same deletion is behind. One that
 * nobody has told of was not purged at all: the bin was behind when the account was found nowhere.
 */
const isTurned = `(
  (account.state <> look.state and not (
    account.state = 'hard_deleted' and look.state = 'soft_deleted' and account.deleted_at is not distinct from look.deleted_date_time
  ))
  or (account.state = 'soft_deleted' and look.state = 'soft_deleted' and account.deleted_at <> look.deleted_date_time)
)`;

/** The answer in which a look came. */
const answerOfLook = `directory_stage_answer as answer
       on answer.workspace_id = look.workspace_id and answer.run_id = look.run_id and answer.seq = look.answer`;

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
 * Begins a stretch for each account that is new or has turned; returns how many. What an answer shows held at some instant between
 * `held_from` and `held_to`: use is proven from the first on, an end by the second. A deletion has the time that the directory gives for it; one
 * after the answer by either clock is none.
 */
export async function openStretches(tx: Queryable, key: RunKey): Promise<number> {
  const { count } = await tx.query(
    `insert into directory_observation
       (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, answer)
     select look.workspace_id, $2, look.object_id, coalesce(past.ordinal, 0) + 1, look.state,
       case when exact.at is not null then exact.at when past.known_otherwise is not null then least(past.known_otherwise, answer.held_to) end,
       coalesce(exact.at, answer.held_from), coalesce(exact.at, answer.held_to), look.source, look.run_id, look.answer
     from directory_stage_account as look
     join ${answerOfLook}
     cross join lateral (
       select case when look.deleted_date_time is not null then least(look.deleted_date_time, answer.held_to) end as at
     ) as exact
     left join directory_account as account
       on account.workspace_id = look.workspace_id and account.connection_id = $2 and account.object_id = look.object_id
     left join lateral (
       -- Vanished says nothing of what the account could do meanwhile, so it is no proof of another state.
       select max(stretch.ordinal) as ordinal,
         max(stretch.confirmed_until) filter (where stretch.state not in ('vanished', look.state)) as known_otherwise
       from directory_observation as stretch
       where stretch.workspace_id = account.workspace_id
         and stretch.connection_id = account.connection_id
         and stretch.object_id = account.object_id
     ) as past on account.object_id is not null
     where look.workspace_id = $1
       and look.run_id = $3
       and ((account.object_id is null and look.row_hash is not null) or ${isTurned})`,
    [key.workspaceId, key.connectionId, key.runId],
  );
  return count;
}

/** Keeps the answers that the new observations came in: some for each page or question, however many accounts it was about. */
export async function keepAnswers(tx: Queryable, { workspaceId, connectionId, runId }: RunKey): Promise<void> {
  await tx.query(
    `insert into directory_answer
       (workspace_id, run_id, ordinal, requested_at, received_at, server_date, held_from, held_to, request_id, sha256)
     select answer.workspace_id, answer.run_id, answer.seq, answer.requested_at, answer.received_at, answer.server_date, answer.held_from,
       answer.held_to, answer.request_id, answer.sha256
     from directory_stage_answer as answer
     where answer.workspace_id = $1
       and answer.run_id = $3
       and answer.seq in (
         select stretch.answer
         from directory_observation as stretch
         where stretch.workspace_id = $1 and stretch.connection_id = $2 and stretch.run_id = $3 and stretch.record_id is null
       )`,
    [workspaceId, connectionId, runId],
  );
}

/**
 * Writes accounts that are new or whose properties or state changed; the others are not touched. A deleted one that was
 * never seen before is written too: it proves a leaver from before the connection.
 */
export async function writeSeenAccounts(tx: Queryable, key: RunKey, isEveryoneInScope: boolean): Promise<void> {
  await tx.query(
    `insert into directory_account
       (workspace_id, connection_id, object_id, user_principal_name, mail, display_name, employee_id, address_keys, user_type,
        created_date_time, account_enabled, attributes, row_hash, state, deleted_at, in_scope, scope_state, first_run_id, last_run_id)
     select look.workspace_id, $2, look.object_id, look.user_principal_name, look.mail, look.display_name, look.employee_id,
       look.address_keys, look.user_type, look.created_date_time, look.account_enabled, look.attributes, look.row_hash, look.state,
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
       row_hash = excluded.row_hash, state = excluded.state, deleted_at = excluded.deleted_at, last_run_id = excluded.last_run_id`,
    [key.workspaceId, key.connectionId, key.runId, isEveryoneInScope],
  );
}

/** Marks accounts that are gone or hidden; everything that was last seen of them stays. */
export async function markGoneAccounts(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `update directory_account as account
     set state = look.state, deleted_at = coalesce(look.deleted_date_time, account.deleted_at), last_run_id = look.run_id
     from directory_stage_account as look
     where look.workspace_id = $1
       and look.run_id = $3
       and look.state in ('soft_deleted', 'hard_deleted', 'vanished')
       and account.workspace_id = look.workspace_id
       and account.connection_id = $2
       and account.object_id = look.object_id
       and ${isTurned}`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

/** A stretch that has no ledger record yet, with what the record tells. */
export interface UnrecordedStretch {
  readonly objectId: string;
  readonly ordinal: number;
  readonly accountId: string;
  readonly userPrincipalName: string;
  readonly state: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished';
  /** The state before; null for an account that was never seen. */
  readonly was: UnrecordedStretch['state'] | null;
  readonly notBefore: Instant | null;
  readonly seenFrom: Instant;
  readonly observedAt: Instant;
  readonly source: string;
  readonly runId: DirectoryRunId;
  readonly requestedAt: Instant | null;
  readonly receivedAt: Instant | null;
  readonly serverDate: Instant | null;
  readonly requestId: string | null;
  /** In hex. */
  readonly sha256: string | null;
}

/** The next stretches without a record, in the order of object ids after `after`. */
export async function unrecordedStretches(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly UnrecordedStretch[]> {
  const { rows } = await tx.query<UnrecordedStretch>(
    `select stretch.object_id as "objectId", stretch.ordinal, account.account_id as "accountId",
       account.user_principal_name as "userPrincipalName", stretch.state, previous.state as was,
       stretch.not_before as "notBefore", stretch.seen_from as "seenFrom", stretch.observed_at as "observedAt", stretch.source,
       stretch.run_id as "runId", answer.requested_at as "requestedAt", answer.received_at as "receivedAt",
       answer.server_date as "serverDate", answer.request_id as "requestId", encode(answer.sha256, 'hex') as sha256
     from directory_observation as stretch
     -- Lateral with a limit: looked up by key for each row of the batch, whatever the planner thinks of the tables.
     cross join lateral (
       select known.account_id, known.user_principal_name
       from directory_account as known
       where known.workspace_id = stretch.workspace_id
         and known.connection_id = stretch.connection_id
         and known.object_id = stretch.object_id
       limit 1
     ) as account
     left join lateral (
       select earlier.state
       from directory_observation as earlier
       where earlier.workspace_id = stretch.workspace_id
         and earlier.connection_id = stretch.connection_id
         and earlier.object_id = stretch.object_id
         and earlier.ordinal = stretch.ordinal - 1
       limit 1
     ) as previous on true
     left join lateral (
       select known.requested_at, known.received_at, known.server_date, known.request_id, known.sha256
       from directory_answer as known
       where known.workspace_id = stretch.workspace_id and known.run_id = stretch.run_id and known.ordinal = stretch.answer
       limit 1
     ) as answer on true
     where stretch.workspace_id = $1
       and stretch.connection_id = $2
       and stretch.record_id is null
       and ($3::uuid is null or stretch.object_id > $3::uuid)
     order by stretch.object_id
     limit $4`,
    [workspaceId, connectionId, after, limit],
  );
  return rows;
}

/**
 * Ties each stretch to the record that is its evidence; both lists in the same order, which is that of the object ids, so
 * that only the part of the table between the first and the last is looked at.
 */
export async function tieRecords(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  stretches: readonly UnrecordedStretch[],
  records: readonly LedgerRecordId[],
): Promise<void> {
  await tx.query(
    `update directory_observation as stretch
     set record_id = tied.record_id
     from unnest($3::uuid[], $4::integer[], $5::uuid[]) as tied (object_id, ordinal, record_id)
     where stretch.workspace_id = $1
       and stretch.connection_id = $2
       and stretch.object_id between $6::uuid and $7::uuid
       and stretch.object_id = tied.object_id
       and stretch.ordinal = tied.ordinal`,
    [
      workspaceId,
      connectionId,
      stretches.map(({ objectId }) => objectId),
      stretches.map(({ ordinal }) => ordinal),
      records,
      stretches[0]?.objectId,
      stretches.at(-1)?.objectId,
    ],
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
