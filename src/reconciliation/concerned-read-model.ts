import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Subjects } from './change-store.ts';

/** What identifies accounts and people, and those that are asked about: people $2, accounts $3. */
const identified = `
directory as (
   select account.account_id as id, account.connection_id, account.object_id, btrim(account.employee_id) as employee_id,
          account.address_keys || case when account.user_principal_name ilike '%#ext#@%'
            then array[regexp_replace(split_part(lower(account.user_principal_name), '#ext#@', 1), '_([^_]+)$', '@\\1')] else '{}' end as address_keys
   from directory_account as account
   where account.workspace_id = $1
 ),
 scim as (
   select scim_user.id, lower(scim_user.external_id) as external_id, btrim(scim_user.employee_number) as employee_id,
          scim_user.email_keys || scim_user.user_name_key as address_keys
   from scim_user
   where scim_user.workspace_id = $1
 ),
 named as (
   select person.id, person.employee_id, person.email_key from person where person.workspace_id = $1 and person.id = any ($2::uuid[])
 ),
 own_directory as (select * from directory where directory.id = any ($3::uuid[])),
 own_scim as (select * from scim where scim.id = any ($3::uuid[])),
 signed_in as (
   select identity_link.scim_user_id, directory.id as directory_id, directory.object_id
   from identity_link
   join directory on directory.object_id = identity_link.object_id
   where identity_link.workspace_id = $1 and (identity_link.scim_user_id = any ($3::uuid[]) or directory.id = any ($3::uuid[]))
 ),
 past as (
   select alias.address_key, directory.id
   from own_directory as directory
   join directory_alias as alias
     on alias.workspace_id = $1 and alias.connection_id = directory.connection_id and alias.object_id = directory.object_id
 ),
 address as (
   select unnest(own_directory.address_keys) as address_key from own_directory
   union select past.address_key from past
   union select unnest(own_scim.address_keys) from own_scim
 )`;

const concerned = `
  with ${identified}
  select 'person' as kind, link.person_id as id
  from account_link as link
  where link.workspace_id = $1 and link.ended_at is null and link.account_id = any ($3::uuid[])
  union select 'account', link.account_id
  from account_link as link
  where link.workspace_id = $1 and link.ended_at is null and link.person_id = any ($2::uuid[])
  union select 'person', person.id
  from person
  where person.workspace_id = $1
    and (person.employee_id in (select own_directory.employee_id from own_directory union select own_scim.employee_id from own_scim)
         or person.email_key in (select address.address_key from address))
  union select 'account', directory.id from named join directory on directory.employee_id = named.employee_id
  union select 'account', directory.id
  from (select directory.id, unnest(directory.address_keys) as address_key from directory) as directory
  join named on named.email_key = directory.address_key
  union select 'account', account.account_id
  from named
  join directory_alias as alias on alias.workspace_id = $1 and alias.address_key = named.email_key
  join directory_account as account
    on account.workspace_id = $1 and account.connection_id = alias.connection_id and account.object_id = alias.object_id
  union select 'account', scim.id from named join scim on scim.employee_id = named.employee_id
  union select 'account', scim.id
  from (select scim.id, unnest(scim.address_keys) as address_key from scim) as scim
  join named on named.email_key = scim.address_key
  union select 'account', scim.id from own_directory join scim on scim.external_id = own_directory.object_id::text
  union select 'account', directory.id from own_scim join directory on directory.object_id::text = own_scim.external_id
  union select 'account', signed_in.scim_user_id from signed_in
  union select 'account', signed_in.directory_id from signed_in
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
