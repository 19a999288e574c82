import type { WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { Concerned } from './find-concerned.ts';

/**
 * An account for which no person answers: a directory account with the SCIM users that carry its object id or through which it signed in,
 * or a SCIM user alone. Or the finding of one that is none any longer.
 */
export interface FreeUnit {
  /** Its present finding. */
  readonly findingId: string | null;
  /** Null, and no SCIM user either, where only a finding is left. */
  readonly directoryId: string | null;
  readonly scimIds: readonly string[];
}

/** Directory accounts and SCIM users that are no person's. */
const free = `
  known_directory as (
    select account.account_id, account.object_id::text as object_id, account.state, account.in_scope,
           connection.removed_at is null as is_present
    from directory_account as account
    join directory_connection as connection
      on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
    where account.workspace_id = $1 and connection.last_complete_run_id is not null
      and ($2::uuid[] is null or account.account_id = any ($2::uuid[]))
  ),
  held as (
    select link.system, link.account_id
    from account_link as link
    where link.workspace_id = $1 and link.ended_at is null and link.standing <> 'barred'
  ),
  free_directory as (
    select known.*
    from known_directory as known
    where not exists (select from held where held.system = 'directory' and held.account_id = known.account_id)
  ),
  free_scim as (
    select scim_user.id as account_id, coalesce(known.object_id, signed_in.object_id, lower(scim_user.external_id)) as object_id,
           scim_user.active and scim_user.deleted_at is null as is_active
    from scim_user
    -- Without an externalId that is an object id, the object id of whoever signed in as the user.
    left join (select distinct known_directory.object_id from known_directory) as known on known.object_id = lower(scim_user.external_id)
    left join (
      select identity_link.scim_user_id, min(identity_link.object_id::text) as object_id
      from identity_link
      where identity_link.workspace_id = $1
      group by identity_link.scim_user_id
    ) as signed_in on signed_in.scim_user_id = scim_user.id
    where scim_user.workspace_id = $1 and ($3::uuid[] is null or scim_user.id = any ($3::uuid[]))
      and not exists (select from held where held.system = 'scim' and held.account_id = scim_user.id)
  )`;

/**
 * Those that may still let somebody in; accounts that are classed as nobody's own are among them in any state. The connection's scope counts
 * while the SCIM switch is off, and for nothing once it is on (I6).
 */
const freeUnits = `
  with ${free},
  paired as (
    select directory.account_id as directory_id, directory.state, directory.in_scope, directory.is_present,
           coalesce(array_agg(scim.account_id order by scim.account_id) filter (where scim.account_id is not null), '{}') as scim_ids,
           coalesce(bool_or(scim.is_active), false) as is_active
    from free_directory as directory
    left join free_scim as scim on scim.object_id = directory.object_id
    group by directory.account_id, directory.state, directory.in_scope, directory.is_present
    union all
    select null, null, null, false, array[scim.account_id], scim.is_active
    from free_scim as scim
    where not exists (select from free_directory as directory where directory.object_id = scim.object_id)
  ),
  unit as (
    -- The directory account while its connection is there, else the SCIM user.
    select case when paired.is_present then paired.directory_id else paired.scim_ids[1] end as unit_id, paired.directory_id, paired.scim_ids
    from paired
    where paired.is_active
       or exists (
         select from account_classification as classification
         where classification.workspace_id = $1 and classification.account_id = coalesce(paired.directory_id, paired.scim_ids[1])
           and classification.approved_at is not null and classification.ended_at is null
       )
       or (paired.state in ('enabled', 'vanished')
           and (paired.in_scope or paired.scim_ids <> '{}'
                or exists (select from scim_switch where scim_switch.workspace_id = $1 and scim_switch.state = 'on')))
  )
  select finding.id as "findingId", unit.directory_id as "directoryId", coalesce(unit.scim_ids, '{}') as "scimIds"
  from (select * from unit where unit.unit_id is not null) as unit
  full join (
    select finding.id, finding.unit_id
    from finding
    where finding.workspace_id = $1 and finding.unit_kind = 'account' and finding.closed_at is null
      and ($4::uuid[] is null or finding.unit_id = any ($4::uuid[]))
  ) as finding on finding.unit_id = unit.unit_id
  order by coalesce(unit.unit_id, finding.unit_id)`;

/** Reads the accounts for which no person answers in pieces, as they stand when it is called; of those concerned, where only they are asked for. */
export async function openFreeUnits(
  tx: Transaction,
  workspaceId: WorkspaceId,
  among?: Concerned,
): Promise<(limit: number) => Promise<readonly FreeUnit[]>> {
  await tx.query(`declare free_unit no scroll cursor for ${freeUnits}`, [
    workspaceId,
    among?.directory ?? null,
    among?.scim ?? null,
    among === undefined ? null : [...among.directory, ...among.scim],
  ]);
  return async (limit) => (await tx.query<FreeUnit>(`fetch ${limit} from free_unit`)).rows;
}
