import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { classifiedAccounts } from './classified-accounts-store.ts';
import type { Concerned } from './find-concerned.ts';
import { keptLinks, leavesBy } from './kept-links-store.ts';
import type { Standing } from './link-store.ts';
import type { MatchRule, System } from './report-population.ts';

/** A link that the facts ask for and that is not there, or one that is there and that they no longer bear. */
export interface LinkChange {
  readonly change: 'begin' | 'end';
  /** The link to end; null for one to begin. */
  readonly id: string | null;
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly standing: Standing;
  readonly rule: MatchRule;
  /** Between when the account may have had the address that links it; null where that is open, or another rule links. */
  readonly validFrom: Instant | null;
  readonly validTo: Instant | null;
  /** The classification that ends it; else null. */
  readonly classedBy: string | null;
}

/** How long before employment begins, and after it ended, an address may still be that person's. */
const ADDRESS_GRACE = '2 days';

/** What stands at present, and the people whom accounts may be matched with. */
const given = `
standing as (
  select link.id, link.person_id, link.system, link.account_id, link.standing, link.rule
  from account_link as link
  where link.workspace_id = $1 and link.ended_at is null and ($2::uuid[] is null or link.person_id = any ($2::uuid[]))
    -- Whom time alone changes is among the people without their accounts: nothing is known here of what links those.
    and ($3::uuid[] is null or link.account_id = any ($3::uuid[] || $4::uuid[]))
),
classified as (
  -- An account that is nobody's own is matched with nobody.
  ${classifiedAccounts({ asked: false })}
),
last_run as (
  select coalesce(max(run.as_of), '-infinity') as as_of from reconciliation_run as run where run.workspace_id = $1
),
roster as (
  -- Through UTC, whatever the session's zone: the grace is longer than any zone's offset.
  select person.id as person_id, person.employee_id, person.email_key,
         range_agg(tstzrange(
           (period.start_date::timestamp at time zone 'UTC') - interval '${ADDRESS_GRACE}',
           greatest(period.start_date::timestamp at time zone 'UTC',
                    coalesce(coalesce(period.last_day, period.end_date)::timestamp at time zone 'UTC', period.ended_to, 'infinity'))
             + interval '${ADDRESS_GRACE}'
         )) as employed,
         ${leavesBy} as leaves_by
  from person
  join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
  where person.workspace_id = $1 and ($2::uuid[] is null or person.id = any ($2::uuid[]))
  group by person.workspace_id, person.id
)`;

/**
 * Whom the accounts of a system may be given to, by `SYSTEM_found`. Nearly every account names one person whose only account it is: then there is
 * nothing to weigh. What is left (`contested`) holds either all accounts of somebody or none, and all people of an account.
 */
function pairs(system: System, isDoubtful: string): string {
  return `
${system}_pair as (
  select pair.*, pair.accounts = 1 and pair.persons = 1 and not pair.is_doubtful as is_alone
  from (
    select found.account_id, found.person_id, min(found.rule) as rule, bool_or(${isDoubtful}) as is_doubtful,
           min(min(found.rule)) over account as first_rule, count(*) over account as persons,
           count(*) over (partition by found.person_id) as accounts
    from ${system}_found as found
    where not exists (
      select from standing
      where standing.system = '${system}' and standing.standing = 'barred'
        and standing.account_id = found.account_id and standing.person_id = found.person_id
    )
    group by found.account_id, found.person_id
    window account as (partition by found.account_id)
  ) as pair
),
${keptLinks(system)},
${system}_contested as (
  -- A person whom the account's first rule does not name does not count for it.
  select found.account_id, found.person_id, found.rule, bool_or(${isDoubtful}) as is_doubtful, pair.first_rule
  from ${system}_pair as pair
  join ${system}_found as found on found.account_id = pair.account_id and found.person_id = pair.person_id
  where not pair.is_alone and pair.rule = pair.first_rule
    and not exists (select from ${system}_kept as kept where kept.account_id = pair.account_id)
  group by found.account_id, found.person_id, found.rule, pair.first_rule
),
${system}_settled as (
  -- Nobody else's: of whoever names nothing else and is named by nothing else, and what a leaver keeps. Whoever claims that may be whose it is.
  select pair.account_id, pair.person_id, pair.rule, 'linked' as standing
  from ${system}_pair as pair
  where pair.is_alone and not exists (select from ${system}_kept as kept where kept.account_id = pair.account_id)
  union all
  select kept.account_id, kept.person_id, kept.rule, 'linked' from ${system}_kept as kept
  union all
  select pair.account_id, pair.person_id, pair.rule, 'ambiguous'
  from ${system}_kept as kept
  join ${system}_pair as pair on pair.account_id = kept.account_id and pair.person_id <> kept.person_id and pair.rule = pair.first_rule
)`;
}

/** By when a look showed that an `account` of the directory was deleted which has not been shown otherwise since. */
const deletedAt = `(
           select min(stretch.observed_at)
           from directory_observation as stretch
           where stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
             and stretch.state in ('soft_deleted', 'hard_deleted')
             and stretch.ordinal > coalesce((
               select max(shown.ordinal) from directory_observation as shown
               where shown.workspace_id = $1 and shown.connection_id = account.connection_id and shown.object_id = account.object_id
                 and shown.state in ('enabled', 'disabled')
             ), 0)
         )`;

/** Directory accounts, and whom their first matching rule names. */
const directoryLinks = `
directory as (
  select account.account_id, account.connection_id, account.object_id::text as object_id, btrim(account.employee_id) as employee_id,
         account.address_keys, account.mail, account.guest_address, account.created_date_time, connection.tenant_id,
         connection.removed_at is null and account.state in ('enabled', 'disabled', 'vanished') as is_live, connection.confirmed_until,
         case when account.state in ('soft_deleted', 'hard_deleted') then ${deletedAt} end as deleted_at
  from directory_account as account
  join directory_connection as connection
    on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
  where account.workspace_id = $1 and connection.last_complete_run_id is not null
    and ($3::uuid[] is null or account.account_id = any ($3::uuid[]))
),
directory_address as (
  -- When each address may have been the account's: not before it was made, nor before a look that proves that it was not, nor once it was deleted.
  select directory.account_id, held.address, 'M4' as rule,
         tstzrange(greatest(directory.created_date_time, alias.not_before),
                   case when directory.deleted_at is not null then greatest(directory.created_date_time, alias.not_before, directory.deleted_at) end,
                   '[]') as held
  from directory
  cross join lateral unnest(directory.address_keys) as held (address)
  left join directory_alias as alias
    on alias.workspace_id = $1 and alias.connection_id = directory.connection_id and alias.object_id = directory.object_id::uuid
    and alias.address_key = held.address and alias.confirmed_until is null and alias.not_before is not null
  union all
  select directory.account_id, directory.guest_address, 'M4',
         tstzrange(directory.created_date_time,
                   case when directory.deleted_at is not null then greatest(directory.created_date_time, directory.deleted_at) end, '[]')
  from directory
  where directory.mail is null and directory.guest_address is not null
  union all
  select directory.account_id, alias.address_key, 'M5',
         tstzrange(case when alias.confirmed_until >= greatest(directory.created_date_time, alias.not_before) is not false
                        then greatest(directory.created_date_time, alias.not_before) else alias.confirmed_until end,
                   alias.confirmed_until, '[]')
  from directory
  join directory_alias as alias
    on alias.workspace_id = $1 and alias.connection_id = directory.connection_id and alias.object_id = directory.object_id::uuid
  where alias.confirmed_until is not null
),
directory_found as (
  select standing.account_id, standing.person_id, 'M0' as rule, null::tstzrange as held
  from standing where standing.system = 'directory' and standing.rule = 'M0' and standing.standing = 'linked'
  union all
  select directory.account_id, roster.person_id, 'M3', null
  from directory join roster on roster.employee_id = directory.employee_id
  union all
  select address.account_id, roster.person_id, address.rule, address.held
  from directory_address as address
  join roster on roster.email_key = address.address and roster.employed && address.held
),
${pairs('directory', 'false')},
directory_claim as (
  -- An account that a better rule gives to somebody else no longer counts for this person.
  select claim.*, count(*) over (partition by claim.account_id, claim.rule) as persons,
         count(*) filter (where claim.is_live) over (partition by claim.person_id, claim.rule, claim.connection_id) as live_accounts,
         count(*) filter (where claim.is_live and claim.rule = claim.first_rule) over (partition by claim.person_id, claim.connection_id)
           as all_live_accounts
  from (
    select contested.*, directory.connection_id, directory.is_live
    from directory_contested as contested
    join directory on directory.account_id = contested.account_id
  ) as claim
),
directory_link as (
  select 'directory' as system, settled.account_id, settled.person_id, settled.rule, settled.standing
  from directory_settled as settled
  union all
  select 'directory', found.account_id, found.person_id, found.rule,
         case when found.rule = 'M0'
                or (found.persons = 1
                    -- An address that the account has lost gives nobody a second one.
                    and not (found.is_live and case when found.rule = 'M5' then found.all_live_accounts else found.live_accounts end > 1))
              then 'linked' else 'ambiguous' end
  from directory_claim as found
  where found.rule = found.first_rule
)`;

/**
 * SCIM users likewise; one that carries a directory object id goes where that account goes, before anything else, and then one through
 * which an identity of that tenant signed in.
 */
const scimLinks = `
scim as (
  select scim_user.id as account_id, lower(scim_user.external_id) as external_id, btrim(scim_user.employee_number) as employee_id,
         -- Nearly everybody's name is their address, which is weighed once.
         case when scim_user.user_name_key = any (scim_user.email_keys) then scim_user.email_keys
              else array_append(scim_user.email_keys, scim_user.user_name_key) end as address_keys,
         scim_user.deleted_at is null as is_live,
         tstzrange(scim_user.created_at, greatest(scim_user.created_at, scim_user.deleted_at), '[]') as life
  from scim_user
  where scim_user.workspace_id = $1 and ($4::uuid[] is null or scim_user.id = any ($4::uuid[]))
),
directory_held as (
  select directory_link.account_id, directory_link.person_id, directory_link.standing = 'ambiguous' as is_doubtful
  from directory_link
  -- What a leaver keeps is theirs together with the SCIM user, whoever claims it.
  where not exists (
    select from directory_kept as kept where kept.account_id = directory_link.account_id and kept.person_id <> directory_link.person_id
  )
  union all
  -- The directory account's own link may rest on identifiers that went away with it.
  select standing.account_id, standing.person_id, false
  from standing
  where standing.system = 'directory' and standing.standing = 'linked'
    and not exists (select from directory_link where directory_link.account_id = standing.account_id)
),
scim_address as (
  select scim.account_id, roster.person_id, roster.employed && scim.life as is_timely, scim.life
  from scim
  cross join lateral unnest(scim.address_keys) as held (address)
  -- One that was deleted before the person came was somebody else's.
  join roster on roster.email_key = held.address and not scim.life << roster.employed
),
scim_found as (
  select standing.account_id, standing.person_id, 'M0' as rule, false as is_doubtful, null::tstzrange as held
  from standing where standing.system = 'scim' and standing.rule = 'M0' and standing.standing = 'linked'
  union all
  select scim.account_id, held.person_id, 'M1', held.is_doubtful, null
  from scim
  join directory on directory.object_id = scim.external_id
  join directory_held as held on held.account_id = directory.account_id
  union all
  select identity_link.scim_user_id, held.person_id, 'M2', held.is_doubtful, null
  from identity_link
  join directory on directory.object_id = identity_link.object_id::text and directory.tenant_id = identity_link.tenant_id
  join directory_held as held on held.account_id = directory.account_id
  where identity_link.workspace_id = $1
  union all
  select scim.account_id, roster.person_id, 'M3', false, null
  from scim join roster on roster.employee_id = scim.employee_id
  union all
  -- Of several people who have had the address, those count who were employed while the user was there.
  select address.account_id, address.person_id, 'M4', false, address.life
  from scim_address as address
  where address.is_timely
     or not exists (select from scim_address as timely where timely.is_timely and timely.account_id = address.account_id)
),
${pairs('scim', 'found.is_doubtful')},
scim_claim as (
  -- By M1 and M2 the directory has settled how many accounts the person has.
  select claim.*, count(*) over (partition by claim.account_id, claim.rule) as persons,
         count(*) filter (where claim.is_live and claim.rule not in ('M1', 'M2')) over (partition by claim.person_id, claim.rule) as live_accounts
  from (
    select contested.*, scim.is_live
    from scim_contested as contested
    join scim on scim.account_id = contested.account_id
  ) as claim
),
scim_link as (
  select 'scim' as system, settled.account_id, settled.person_id, settled.rule, settled.standing
  from scim_settled as settled
  union all
  select 'scim', found.account_id, found.person_id, found.rule,
         case when found.rule = 'M0' or (found.persons = 1 and not found.is_doubtful and not (found.is_live and found.live_accounts > 1))
              then 'linked' else 'ambiguous' end
  from scim_claim as found
  where found.rule = found.first_rule
)`;

/**
 * Matches every account with the roster (evidence §4.2): per account the first rule with any candidate counts. It is ambiguous
 * where that rule names more than one person, or names the person for another live account of the same source as well: a human
 * says whether somebody has two accounts. Accounts that are gone follow without asking.
 * Addresses count in time: one that an account has (M4) or had (M5) names whoever was employed while it may have had it.
 * A link whose identifiers went away with the account is kept: a deleted account stays its person's (I8); it ends only
 * where the identifiers now speak of somebody else.
 * `among` must hold everybody whose links depend on its accounts; links of other accounts stay as they are, whoever is among them. Hands out the
 * changes in pieces, as they stand when it is called; endings come first, since an account belongs to one person at a time.
 */
export async function openLinkPlan(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { among, at }: { readonly among: Concerned | undefined; readonly at: Instant },
): Promise<(limit: number) => Promise<readonly LinkChange[]>> {
  await tx.query(
    `declare link_change no scroll cursor for
     with ${given}, ${directoryLinks}, ${scimLinks},
     wanted as (
       select link.*
       from (select * from directory_link union all select * from scim_link) as link
       where not exists (select from classified where classified.system = link.system and classified.account_id = link.account_id)
     ),
     held as (
       select found.system, found.account_id, found.person_id, found.rule, range_merge(range_agg(found.held)) as during
       from (select 'directory' as system, account_id, person_id, rule, held from directory_found
             union all select 'scim', account_id, person_id, rule, held from scim_found) as found
       where found.held is not null
       group by found.system, found.account_id, found.person_id, found.rule
     )
     select case when wanted.account_id is null then 'end' else 'begin' end as change, standing.id,
            coalesce(wanted.person_id, standing.person_id) as "personId", coalesce(wanted.system, standing.system) as system,
            coalesce(wanted.account_id, standing.account_id) as "accountId", coalesce(wanted.standing, standing.standing) as standing,
            coalesce(wanted.rule, standing.rule) as rule,
            case when lower_inf(held.during) then null else lower(held.during) end as "validFrom",
            case when upper_inf(held.during) then null else upper(held.during) end as "validTo",
            case when wanted.account_id is null then (
              select classified.id from classified where classified.system = standing.system and classified.account_id = standing.account_id
              limit 1
            ) end as "classedBy"
     from wanted
     full join (select * from standing where standing.standing <> 'barred') as standing
       on standing.system = wanted.system and standing.account_id = wanted.account_id and standing.person_id = wanted.person_id
       and standing.standing = wanted.standing
     left join held
       on standing.account_id is null and held.system = wanted.system and held.account_id = wanted.account_id
       and held.person_id = wanted.person_id and held.rule = wanted.rule
     where wanted.account_id is null
           and (standing.standing = 'ambiguous'
                or exists (select from classified where classified.system = standing.system and classified.account_id = standing.account_id)
                or exists (select from wanted as other
                           where other.system = standing.system and other.account_id = standing.account_id))
        or standing.account_id is null
     order by change desc, system, "accountId", "personId"`,
    [workspaceId, among?.people ?? null, among?.directory ?? null, among?.scim ?? null, at],
  );
  return async (limit) => (await tx.query<LinkChange>(`fetch ${limit} from link_change`)).rows;
}
