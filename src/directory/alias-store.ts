import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/** Looks at accounts that are new or not as they were: the others have the addresses that they had. */
const changedLooks = `
  select look.workspace_id, look.run_id, look.object_id, look.answer, look.state, look.deleted_date_time, look.address_keys, account.state as was
  from directory_stage_account as look
  left join directory_account as account
    on account.workspace_id = look.workspace_id and account.connection_id = $2 and account.object_id = look.object_id
  where look.workspace_id = $1
    and look.run_id = $3
    and (account.object_id is null or account.row_hash is distinct from look.row_hash or account.state <> look.state)`;

/**
 * Ends the addresses that an account no longer has: those that its answer does not show, and all of an account that is gone or hidden. Each
 * is confirmed until what the last complete look proves ($4), but not past the directory's own word on when the account was deleted.
 */
export async function closeAliases(tx: Queryable, key: RunKey, confirmedUntil: Instant | null): Promise<void> {
  await tx.query(
    `with look as materialized (${changedLooks})
     update directory_alias as alias
     set confirmed_until = greatest(alias.observed_at, least($4::timestamptz, look.deleted_date_time))
     from look
     where alias.workspace_id = look.workspace_id
       and alias.connection_id = $2
       and alias.object_id = look.object_id
       and alias.confirmed_until is null
       and (look.state not in ('enabled', 'disabled') or alias.address_key <> all (look.address_keys))`,
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil],
  );
}

/**
 * Begins the addresses that an account has anew: after what the last complete look proves, if that knew the account, and before the answer came.
 */
export async function openAliases(tx: Queryable, key: RunKey, confirmedUntil: Instant | null): Promise<void> {
  await tx.query(
    `with look as materialized (${changedLooks})
     insert into directory_alias (workspace_id, connection_id, object_id, address_key, ordinal, not_before, observed_at)
     select look.workspace_id, $2, look.object_id, held.address_key, coalesce(past.ordinal, 0) + 1,
       case when look.was in ('enabled', 'disabled') and $4::timestamptz <= answer.held_to and seen.known_at <= $4::timestamptz
         then greatest($4::timestamptz, past.confirmed) end,
       answer.held_to
     from look
     join directory_stage_answer as answer
       on answer.workspace_id = look.workspace_id and answer.run_id = look.run_id and answer.seq = look.answer
     cross join unnest(look.address_keys) as held (address_key)
     -- Of an account that is new there is nothing to look up.
     left join lateral (
       select min(stretch.seen_from) as known_at
       from directory_observation as stretch
       where look.was is not null
         and stretch.workspace_id = look.workspace_id
         and stretch.connection_id = $2
         and stretch.object_id = look.object_id
     ) as seen on true
     left join lateral (
       select max(alias.ordinal) as ordinal, max(alias.confirmed_until) as confirmed, bool_or(alias.confirmed_until is null) as is_open
       from directory_alias as alias
       where look.was is not null
         and alias.workspace_id = look.workspace_id
         and alias.connection_id = $2
         and alias.object_id = look.object_id
         and alias.address_key = held.address_key
     ) as past on true
     where look.state in ('enabled', 'disabled') and past.is_open is not true`,
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil],
  );
}

/** Who had an address, and between which instants. */
export interface AliasRow {
  readonly connectionId: DirectoryConnectionId;
  readonly objectId: string;
  readonly address: string;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
  readonly confirmedUntil: Instant;
  /** Whether the account had it when it was last looked at. */
  readonly isPresent: boolean;
}

/** Every account that had an address, the latest first: a handful, since a tenant gives an address to one at a time. */
export async function listAliases(q: Queryable, workspaceId: WorkspaceId, address: string): Promise<readonly AliasRow[]> {
  const { rows } = await q.query<AliasRow>(
    `select alias.connection_id as "connectionId", alias.object_id as "objectId", alias.address_key as address,
       alias.not_before as "notBefore", alias.observed_at as "observedAt",
       coalesce(alias.confirmed_until, greatest(alias.observed_at, connection.confirmed_until)) as "confirmedUntil",
       alias.confirmed_until is null as "isPresent"
     from directory_alias as alias
     join directory_connection as connection
       on connection.workspace_id = alias.workspace_id and connection.id = alias.connection_id
     where alias.workspace_id = $1 and alias.address_key = $2
     order by alias.observed_at desc, alias.object_id`,
    [workspaceId, address],
  );
  return rows;
}
