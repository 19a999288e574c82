-- Whose manager somebody is suggests whose account it may be, and the accounts that nobody answers for are listed without reading all.

alter table person add column manager_employee_id text;
comment on column person.manager_employee_id is 'The employee_id of their manager, as HR says it; personal data. It suggests whose an account may be and links nothing.';

create function name_key(text) returns text language sql immutable parallel safe as $$
  select lower(regexp_replace(btrim($1), '^([^,]+?)\s*,\s*([^,]+)$', '\2 \1'))
$$;
comment on function name_key(text) is 'A name as it is compared: case aside, and in one order whether it was written "First Last" or "Last, First".';
drop index person_name_key;
create index person_name_key on person (workspace_id, name_key(display_name));

create table unmatched_account (
  workspace_id uuid not null references workspace (workspace_id),
  account_id   uuid not null,
  system       text not null check (system in ('directory', 'scim')),
  primary key (workspace_id, account_id)
);
comment on table unmatched_account is 'Accounts that no rule gave to anybody, as the latest run of reconciliation found. Candidates are looked for among them alone.';

-- A run finds out what is missing or too much here; until the next one of everything, those that there are.
insert into unmatched_account (workspace_id, account_id, system)
select account.workspace_id, account.account_id, 'directory'
from directory_account as account
join directory_connection as connection
  on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
where connection.removed_at is null and connection.last_complete_run_id is not null and account.state in ('enabled', 'disabled', 'vanished')
  and not exists (
    select from account_link as link
    where link.workspace_id = account.workspace_id and link.system = 'directory' and link.account_id = account.account_id
      and link.ended_at is null and link.standing <> 'barred'
  )
union all
select scim_user.workspace_id, scim_user.id, 'scim'
from scim_user
join workspace on workspace.workspace_id = scim_user.workspace_id
where scim_user.deleted_at is null
  and not exists (
    select from account_link as link
    where link.workspace_id = scim_user.workspace_id and link.system = 'scim' and link.account_id = scim_user.id
      and link.ended_at is null and link.standing <> 'barred'
  );

grant select, insert, delete on unmatched_account to rollcall_server;
