import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { carriesObjectId } from './carries-object-id.ts';
import type { Subjects } from './change-store.ts';

/** What identifies those that are asked about: people $2, accounts $3. */
const identified = `
named as (
   select person.id, person.employee_id, person.email_key from person where person.workspace_id = $1 and person.id = any ($2::uuid[])
 ),
 own_directory as (
   select account.connection_id, account.object_id, btrim(account.employee_id) as employee_id,
          account.address_keys || array_remove(array[account.guest_address], null) as address_keys
   from directory_account as account
   where account.workspace_id = $1 and account.account_id = any ($3::uuid[])
 ),
 own_scim as (
   select lower(scim_user.external_id) as external_id, btrim(scim_user.employee_number) as employee_id,
          scim_user.email_keys || scim_user.user_name_key as address_keys
   from scim_user
   where scim_user.workspace_id = $1 and scim_user.id = any ($3::uuid[])
 ),
 own_object as (
   -- What the SCIM users are in the directory: by their externalId, and by who signed in.
   select case when own_scim.external_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then own_scim.external_id::uuid end as object_id
   from own_scim
   union select identity_link.object_id
   from identity_link
   where identity_link.workspace_id = $1 and identity_link.scim_user_id = any ($3::uuid[])
 ),
 address as (
   select unnest(own_directory.address_keys) as address_key from own_directory
   union select alias.address_key
   from own_directory
   join directory_alias as alias
     on alias.workspace_id = $1 and alias.connection_id = own_directory.connection_id and alias.object_id = own_directory.object_id
   union select unnest(own_scim.address_keys) from own_scim
 )`;

/** Each join looks up by key what shares an identifier: what a step costs depends on those that are asked about, not on the workspace. */
const concerned = `
  with ${identified}
  select 'person' as kind, link.person_id as id
  from account_link as link
  where link.workspace_id = $1 and link.ended_at is null and link.system in ('directory', 'scim') and link.account_id = any ($3::uuid[])
  -- From whom a human took it: what becomes of it counts for their employments still.
  union select 'person', link.person_id
  from account_link as link
  where link.workspace_id = $1 and link.ended_because is not null and link.account_id = any ($3::uuid[])
  union select 'account', link.account_id
  from account_link as link
  where link.workspace_id = $1 and link.ended_at is null and link.person_id = any ($2::uuid[])
  union select 'person', person.id
  from (select own_directory.employee_id from own_directory union select own_scim.employee_id from own_scim) as own
  join person on person.workspace_id = $1 and person.employee_id = own.employee_id
  union select 'person', person.id
  from address
  join person on person.workspace_id = $1 and person.email_key = address.address_key
  union select 'account', account.account_id
  from named
  join directory_account as account
    on account.workspace_id = $1 and account.employee_id is not null and btrim(account.employee_id) = named.employee_id
  union select 'account', account.account_id
  from named
  join directory_account as account on account.workspace_id = $1 and account.address_keys @> array[named.email_key]
  union select 'account', account.account_id
  from named
  join directory_account as account on account.workspace_id = $1 and account.guest_address = named.email_key
  union select 'account', account.account_id
  from named
  join directory_alias as alias on alias.workspace_id = $1 and alias.address_key = named.email_key
  join directory_account as account
    on account.workspace_id = $1 and account.connection_id = alias.connection_id and account.object_id = alias.object_id
  union select 'account', scim_user.id
  from named
  join scim_user on scim_user.workspace_id = $1 and scim_user.employee_number is not null and btrim(scim_user.employee_number) = named.employee_id
  union select 'account', scim_user.id
  from named
  join scim_user on scim_user.workspace_id = $1 and scim_user.email_keys @> array[named.email_key]
  union select 'account', scim_user.id
  from named
  join scim_user on scim_user.workspace_id = $1 and scim_user.deleted_at is null and scim_user.user_name_key = named.email_key
  union select 'account', scim_user.id
  from named
  join scim_user on scim_user.workspace_id = $1 and scim_user.deleted_at is not null and scim_user.user_name_key = named.email_key
  union select 'account', scim_user.id
  from own_directory
  join scim_user on scim_user.workspace_id = $1 and ${carriesObjectId('own_directory.object_id::text')}
  union select 'account', account.account_id
  from own_object
  join directory_connection as connection on connection.workspace_id = $1
  join directory_account as account
    on account.workspace_id = $1 and account.connection_id = connection.id and account.object_id = own_object.object_id
  union select 'account', identity_link.scim_user_id
  from own_directory
  join directory_connection as connection on connection.workspace_id = $1 and connection.id = own_directory.connection_id
  join identity_link
    on identity_link.workspace_id = $1 and identity_link.tenant_id = connection.tenant_id and identity_link.object_id = own_directory.object_id
  -- The accounts that somebody answers for who has changed.
  union select 'account', classification.account_id
  from account_classification as classification
  where classification.workspace_id = $1 and classification.ended_at is null and classification.owner_person_id = any ($2::uuid[])
  union select 'account', finding.unit_id
  from finding
  cross join lateral jsonb_array_elements(finding.systems) as one
  where finding.workspace_id = $1 and finding.unit_kind = 'account' and finding.closed_at is null
    and (one ->> 'accountId')::uuid = any ($3::uuid[])`;

/**
 * One step from people and accounts to those whose links depend on theirs: who is linked with whom, whom the identifiers of the accounts name,
 * which accounts name the people, which accounts are one object in the directory and in SCIM, and with which account a finding judged
 * another. More are named than will be linked; none is left out that could be.
 */
export async function concernedWith(q: Queryable, workspaceId: WorkspaceId, { people, accounts }: Subjects): Promise<Subjects> {
  const { rows } = await q.query<{ kind: 'person' | 'account'; id: string }>(concerned, [workspaceId, people, accounts]);
  return {
    people: rows.filter(({ kind }) => kind === 'person').map(({ id }) => id),
    accounts: rows.filter(({ kind }) => kind === 'account').map(({ id }) => id),
  };
}

/** Accounts that are somebody's while somebody else claims them, so that time and looks alone may let them go; one more than `limit` at the most. */
export async function contestedAccounts(q: Queryable, workspaceId: WorkspaceId, limit: number): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select distinct claim.account_id as id
     from account_link as claim
     cross join lateral (
       select from account_link as kept
       where kept.workspace_id = $1 and kept.system = claim.system and kept.account_id = claim.account_id and kept.ended_at is null
         and kept.standing = 'linked'
       offset 0
     ) as kept
     where claim.workspace_id = $1 and claim.ended_at is null and claim.standing = 'ambiguous'
     limit $2`,
    [workspaceId, limit + 1],
  );
  return rows.map(({ id }) => id);
}

/** Which of the accounts the workspace has in the directory, and which of them as SCIM users. */
export async function accountsBySystem(
  q: Queryable,
  workspaceId: WorkspaceId,
  accounts: readonly string[],
): Promise<{ readonly directory: readonly string[]; readonly scim: readonly string[] }> {
  const { rows } = await q.query<{ directory: readonly string[]; scim: readonly string[] }>(
    `select coalesce((select array_agg(account.account_id) from directory_account as account
                      where account.workspace_id = $1 and account.account_id = any ($2::uuid[])), '{}') as directory,
            coalesce((select array_agg(scim_user.id) from scim_user
                      where scim_user.workspace_id = $1 and scim_user.id = any ($2::uuid[])), '{}') as scim`,
    [workspaceId, accounts],
  );
  return rows[0] ?? { directory: [], scim: [] };
}
