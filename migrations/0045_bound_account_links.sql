-- A link says from when to when the address that made it was valid, and which domains are aliases is known without reading every account.

alter table account_link
  add column valid_from timestamptz(3),
  add column valid_to   timestamptz(3);
comment on column account_link.valid_from is 'From when the account may have had the address that linked it (M4, M5); null: from its making, or by another rule.';
comment on column account_link.valid_to is 'Until when it may have had it; null: it has it still, or by another rule.';

create table directory_domain_alias (
  workspace_id uuid not null references workspace (workspace_id),
  domain       text not null,
  alias        text not null,
  primary key (workspace_id, domain, alias)
);
comment on table directory_domain_alias is 'Pairs of domains in which some account of the directory has, or had, the same address. They suggest candidates and link nothing.';

-- Kept by the table itself, statement by statement: whoever writes accounts need not think of it.
create function directory_note_domain_aliases() returns trigger language plpgsql as $$
begin
  insert into directory_domain_alias (workspace_id, domain, alias)
  select distinct written.workspace_id, split_part(one.address, '@', 2), split_part(other.address, '@', 2)
  from written
  cross join lateral unnest(written.address_keys) as one (address)
  join lateral unnest(written.address_keys) as other (address)
    on other.address <> one.address and split_part(other.address, '@', 1) = split_part(one.address, '@', 1)
  where cardinality(written.address_keys) > 1
  order by 1, 2, 3
  on conflict do nothing;
  return null;
end
$$;
create trigger directory_account_aliases_added after insert on directory_account
  referencing new table as written for each statement execute function directory_note_domain_aliases();
create trigger directory_account_aliases_changed after update on directory_account
  referencing new table as written for each statement execute function directory_note_domain_aliases();

insert into directory_domain_alias (workspace_id, domain, alias)
select distinct account.workspace_id, split_part(one.address, '@', 2), split_part(other.address, '@', 2)
from directory_account as account
cross join lateral unnest(account.address_keys) as one (address)
join lateral unnest(account.address_keys) as other (address)
  on other.address <> one.address and split_part(other.address, '@', 1) = split_part(one.address, '@', 1)
where cardinality(account.address_keys) > 1;

grant select, insert on directory_domain_alias to rollcall_server;
