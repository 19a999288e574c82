import { addressKey, type WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable, Stretch } from '../platform/index.ts';
import { carriesObjectId } from './carries-object-id.ts';
import { classifiedAccounts } from './classified-accounts-store.ts';
import type { System } from './report-population.ts';

/**
 * In what an account resembles a person. `same-address`: the very address, but only while they were not employed. `other-mail`: it is
 * entered in `otherMails`, which users may edit themselves, so that it suggests and never links; `guest-home`: a guest was invited by it.
 * `manager`: whom Entra provisions as the account's manager is the person's, beside the same name.
 */
export type Resemblance = 'same-address' | 'plus-address' | 'dots' | 'domain-alias' | 'name' | 'manager' | 'other-mail' | 'guest-home';

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

/** Accounts that a page looks at, at the most: many of them resemble nobody. */
const MOST_LOOKED_AT = 1_000;

/** Behind everybody whom an account may resemble. */
const LAST_PERSON = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Each looked up by its keys (`offset 0`), whatever the planner thinks of a table: a page costs what it looks at. */
const lookedAt = `
  looked_at as materialized (
    select noted.account_id, noted.system
    from unmatched_account as noted
    where noted.workspace_id = $1 and noted.account_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
    order by noted.account_id
    limit ${MOST_LOOKED_AT + 1}
  ),
  account as (
    select looked_at.system, looked_at.account_id, found.*
    from looked_at
    cross join lateral (
      select directory_account.user_principal_name as account, directory_account.display_name, directory_account.address_keys,
             directory_account.object_id,
             case when jsonb_typeof(directory_account.attributes -> 'otherMails') = 'array' then directory_account.attributes -> 'otherMails' end
               as other_mails,
             case when directory_account.mail is not null then directory_account.guest_address end as guest_home
      from directory_account
      join directory_connection on directory_connection.workspace_id = directory_account.workspace_id
        and directory_connection.id = directory_account.connection_id and directory_connection.removed_at is null
      where looked_at.system = 'directory' and directory_account.workspace_id = $1
        and directory_account.account_id = looked_at.account_id and directory_account.state in ('enabled', 'disabled', 'vanished')
      union all
      select scim_user.user_name, scim_user.display_name, array_append(scim_user.email_keys, scim_user.user_name_key), null, null, null
      from scim_user
      where looked_at.system = 'scim' and scim_user.workspace_id = $1 and scim_user.id = looked_at.account_id
        and scim_user.deleted_at is null
      offset 0
    ) as found
    where not exists (
      select from account_link as link
      where link.workspace_id = $1 and link.system = looked_at.system and link.account_id = looked_at.account_id
        and link.ended_at is null and link.standing <> 'barred'
    )
  ),
  classified as materialized (${classifiedAccounts({ asked: true })}),
  free as (
    select account.* from account
    where not exists (select from classified where classified.system = account.system and classified.account_id = account.account_id)
  )`;

/** By what an account resembles whom, but for the manager. */
const resembling = `
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
    cross join lateral (
      select known.id, known.email_key
      from person as known
      where known.workspace_id = $1 and loose_local_part(known.email_key) = loose_local_part(held.address)
      offset 0
    ) as person
    where loose_local_part(held.address) <> ''
      and (split_part(held.address, '@', 2) = split_part(person.email_key, '@', 2)
           or exists (select from directory_domain_alias as pair
                      where pair.workspace_id = $1 and pair.domain = split_part(held.address, '@', 2)
                        and pair.alias = split_part(person.email_key, '@', 2)))
    union
    select free.account_id, person.id, weak.because
    from free
    cross join lateral (
      select other.address_key as address, 'other-mail' as because
      from unnest($5::uuid[], $6::text[]) as other (account_id, address_key)
      where other.account_id = free.account_id
      union all
      select free.guest_home, 'guest-home' where free.guest_home is not null
    ) as weak
    cross join lateral (
      select known.id from person as known where known.workspace_id = $1 and known.email_key = weak.address offset 0
    ) as person
    union
    select free.account_id, person.id, 'name'
    from free
    cross join lateral (
      select known.id from person as known where known.workspace_id = $1 and name_key(known.display_name) = name_key(free.display_name) offset 0
    ) as person
  )`;

/**
 * Whose manager the SCIM user's is: its own, or that of the SCIM user that carries the directory account's object id. Entra provisions the
 * manager's SCIM id, which leads to whoever that user is linked to.
 */
const byManager = `
  managed as (
    select distinct named.account_id, person.id as person_id
    from resembling as named
    join free on free.account_id = named.account_id
    join person on person.workspace_id = $1 and person.id = named.person_id and person.manager_employee_id is not null
    cross join lateral (
      select scim_user.resource #>> '{${ENTERPRISE_USER_URN},manager,value}' as manager_id
      from scim_user
      where scim_user.workspace_id = $1 and scim_user.deleted_at is null
        and (scim_user.id = free.account_id
             or ${carriesObjectId('free.object_id::text')})
      offset 0
    ) as scim
    join account_link as link
      on link.workspace_id = $1 and link.system = 'scim' and link.ended_at is null and link.standing = 'linked'
      and link.account_id = case when scim.manager_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then scim.manager_id::uuid end
    join person as manager
      on manager.workspace_id = $1 and manager.id = link.person_id and manager.employee_id = person.manager_employee_id
    where named.because = 'name'
  )`;

/**
 * Candidates in the order of account and person; a position is `accountId.personId`. They link nothing by themselves. Looked at are the accounts
 * that the latest run found no person for, a bounded number of them for a page, so that a page may be short and go on. An account that has
 * been linked or classed since has none, nor has the SCIM user of a classed directory account, and a pair that was unlinked by hand is none.
 * Two domains count as aliases where some account of the directory has the same address in both.
 */
export async function listCandidates(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<Stretch<Candidate>> {
  const [afterAccount, afterPerson] = after?.split('.') ?? [];
  const { rows: others } = await q.query<{ id: string; mail: string }>(
    `with ${lookedAt}
     select free.account_id as id, other.mail from free cross join lateral jsonb_array_elements_text(free.other_mails) as other (mail)`,
    [workspaceId, afterAccount ?? null],
  );
  const { rows } = await q.query<{ found: readonly Candidate[]; reached: string | null }>(
    `with ${lookedAt}, ${resembling}, ${byManager},
     candidate as (
       select free.system, free.account_id as "accountId", free.account, person.id as "personId", person.employee_id as "employeeId",
              person.display_name as "displayName", array_agg(resembling.because order by resembling.because) as because
       from (select * from resembling union all select managed.account_id, managed.person_id, 'manager' from managed) as resembling
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
       limit $4 + 1
     )
     select coalesce((select json_agg(candidate order by candidate."accountId", candidate."personId") from candidate), '[]') as found,
            (select looked_at.account_id from looked_at order by looked_at.account_id offset ${MOST_LOOKED_AT}) as reached`,
    [workspaceId, afterAccount ?? null, afterPerson ?? null, limit, others.map(({ id }) => id), others.map(({ mail }) => addressKey(mail))],
  );
  const { found = [], reached = null } = rows[0] ?? {};
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (last !== undefined && found.length > limit) return { rows: page, next: `${last.accountId}.${last.personId}` };
  return { rows: page, next: reached === null ? null : `${reached}.${LAST_PERSON}` };
}
