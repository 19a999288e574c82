import type { WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { classifiedAccounts } from './classified-accounts-store.ts';
import type { System } from './report-population.ts';

/**
 * In what an account resembles a person. `same-address`: the very address, but only while they were not employed. `other-mail`: it is
 * entered in `otherMails`, which users may edit themselves, so that it suggests and never links; `guest-home`: a guest was invited by it.
 */
export type Resemblance = 'same-address' | 'plus-address' | 'dots' | 'domain-alias' | 'name' | 'other-mail' | 'guest-home';

/** An account for which nobody answers and a person whose it might be (evidence §4.2 M6): for a human to confirm or to leave. */
export interface Candidate {
  readonly system: System;
  readonly accountId: string;
  /** userPrincipalName or userName. */
  readonly account: string;
  readonly personId: string;
  readonly employeeId: string;
  readonly displayName: string | null;
  /** At least one, in alphabetical order. */
  readonly because: readonly Resemblance[];
}

/** Accounts for which nobody answers. */
const freeAccounts = `
  account as (
    select 'directory' as system, directory_account.account_id, directory_account.user_principal_name as account,
           directory_account.display_name, directory_account.address_keys,
           case when jsonb_typeof(directory_account.attributes -> 'otherMails') = 'array' then directory_account.attributes -> 'otherMails' end
             as other_mails,
           -- As in matching: Entra writes a guest's home address into the name. No domain has an underscore.
           case when directory_account.mail is not null and lower(directory_account.user_principal_name) like '%#ext#@%'
                then regexp_replace(split_part(lower(directory_account.user_principal_name), '#ext#@', 1), '_([^_]+)$', '@\\1') end as guest_home
    from directory_account
    join directory_connection on directory_connection.workspace_id = directory_account.workspace_id
      and directory_connection.id = directory_account.connection_id and directory_connection.removed_at is null
      and directory_connection.last_complete_run_id is not null
    where directory_account.workspace_id = $1 and directory_account.state in ('enabled', 'disabled', 'vanished')
    union all
    select 'scim', scim_user.id, scim_user.user_name, scim_user.display_name, array_append(scim_user.email_keys, scim_user.user_name_key), null, null
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.deleted_at is null
  ),
  classified as (${classifiedAccounts({ asked: true })}),
  free as (
    select account.*
    from account
    where ($2::uuid is null or account.account_id >= $2::uuid)
      and not exists (
        select from account_link as link
        where link.workspace_id = $1 and link.system = account.system and link.account_id = account.account_id
          and link.ended_at is null and link.standing <> 'barred'
      )
      and not exists (select from classified where classified.system = account.system and classified.account_id = account.account_id)
  )`;

/**
 * Candidates in the order of account and person; `after` is `accountId.personId`. They link nothing by themselves. An account that is linked,
 * ambiguous or classed has none, nor has the SCIM user of a classed directory account, and a pair that was unlinked by hand is none. Two domains
 * count as aliases where some account of the directory has the same address in both.
 */
export async function listCandidates(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Candidate[]> {
  const [afterAccount, afterPerson] = after?.split('.') ?? [];
  const { rows } = await q.query<Candidate>(
    `with ${freeAccounts},
     resembling as (
       select free.account_id, person.id as person_id,
              unnest(array_remove(array[
                case when held.address = person.email_key then 'same-address' end,
                case when strpos(held.address, '+') + strpos(person.email_key, '+') > 0 then 'plus-address' end,
                case when split_part(split_part(held.address, '@', 1), '+', 1)
                            <> split_part(split_part(person.email_key, '@', 1), '+', 1) then 'dots' end,
                case when split_part(held.address, '@', 2) <> split_part(person.email_key, '@', 2) then 'domain-alias' end
              ], null)) as because
       from free
       cross join lateral unnest(free.address_keys) as held (address)
       join person on person.workspace_id = $1 and loose_local_part(person.email_key) = loose_local_part(held.address)
       where loose_local_part(held.address) <> ''
         and (split_part(held.address, '@', 2) = split_part(person.email_key, '@', 2)
              or exists (select from directory_domain_alias as pair
                         where pair.workspace_id = $1 and pair.domain = split_part(held.address, '@', 2)
                           and pair.alias = split_part(person.email_key, '@', 2)))
       union
       select free.account_id, person.id, weak.because
       from free
       cross join lateral (
         select lower(other.mail) as address, 'other-mail' as because from jsonb_array_elements_text(free.other_mails) as other (mail)
         union all
         select free.guest_home, 'guest-home' where free.guest_home is not null
       ) as weak
       -- Few accounts have any: each is looked up in the index, whatever the planner expects of a list in JSON.
       cross join lateral (
         select known.id from person as known where known.workspace_id = $1 and known.email_key = weak.address offset 0
       ) as person
       union
       select free.account_id, person.id, 'name'
       from free
       join person on person.workspace_id = $1 and lower(person.display_name) = lower(free.display_name)
     )
     select free.system, free.account_id as "accountId", free.account, person.id as "personId", person.employee_id as "employeeId",
            person.display_name as "displayName", array_agg(resembling.because order by resembling.because) as because
     from resembling
     join free on free.account_id = resembling.account_id
     join person on person.workspace_id = $1 and person.id = resembling.person_id
     where ($2::uuid is null or (free.account_id, person.id) > ($2::uuid, $3::uuid))
       and not exists (
         select from account_link as link
         where link.workspace_id = $1 and link.system = free.system and link.account_id = free.account_id
           and link.person_id = person.id and link.ended_at is null
       )
     group by free.system, free.account_id, free.account, person.workspace_id, person.id
     order by free.account_id, person.id
     limit $4`,
    [workspaceId, afterAccount ?? null, afterPerson ?? null, limit],
  );
  return rows;
}
