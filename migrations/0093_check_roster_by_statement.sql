-- What an import refers to is checked once for each statement that writes its rows, and no longer row by row.
--
-- Each of these keys cost a look-up, a lock and, for an import, a note until its commit, for every row of the roster; together about as much as
-- writing the row. What they guarded is guarded still: what is written refers to what is there, or the statement fails; the keys that are
-- referred to cannot change, nor their rows go, since the server may neither update nor delete them.

alter table person drop constraint person_workspace_id_fkey;
alter table employment_period
  drop constraint employment_period_workspace_id_fkey, -- its person has one
  drop constraint employment_period_workspace_id_person_id_fkey,
  drop constraint employment_period_workspace_id_import_id_fkey;

create function require_workspace_of_people() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (
    select from (select distinct added.workspace_id from added) as named
    where not exists (select from workspace where workspace.workspace_id = named.workspace_id)
  ) then
    raise exception using errcode = 'foreign_key_violation', message = 'a person belongs to a workspace', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger person_of_workspace after insert on person referencing new table as added
  for each statement execute function require_workspace_of_people();

create function require_person_of_periods() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (
    select from added
    where not exists (select from person where person.workspace_id = added.workspace_id and person.id = added.person_id)
  ) then
    raise exception using errcode = 'foreign_key_violation', message = 'an employment period belongs to a person', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger employment_period_of_person after insert on employment_period referencing new table as added
  for each statement execute function require_person_of_periods();

-- The import's own row comes last, with what it counted: that it is there is checked at the commit, once for an import.
create table roster_import_reference (
  workspace_id uuid not null,
  import_id    uuid not null,
  primary key (workspace_id, import_id),
  foreign key (workspace_id, import_id) references roster_import (workspace_id, id) deferrable initially deferred
);
comment on table roster_import_reference is 'Imports that an employment period has named: each has to be there at the commit.';
insert into roster_import_reference select distinct period.workspace_id, period.import_id from employment_period as period;

create function refer_to_roster_imports() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  insert into roster_import_reference select distinct written.workspace_id, written.import_id from written on conflict do nothing;
  return null;
end
$$;
create trigger employment_period_added_by_import after insert on employment_period referencing new table as written
  for each statement execute function refer_to_roster_imports();
create trigger employment_period_changed_by_import after update on employment_period referencing new table as written
  for each statement execute function refer_to_roster_imports();

grant select, insert on roster_import_reference to rollcall_server;

revoke update on person, employment_period from rollcall_server;
grant update (display_name, work_email, email_key, manager_employee_id, changed_at, listing, unlisted_from, unlisted_to) on person to rollcall_server;
grant update (start_date, end_date, last_day, time_zone, site, status, worker_type, hr_recorded_at, cancelled_at, import_id, row_number, record_id,
              ended_from, ended_to) on employment_period to rollcall_server;

-- What it says is what it said: only a name with a comma has an order to change, and a search for one costs a tenth of what the pattern does.
create or replace function name_key(text) returns text language sql immutable parallel safe as $$
  select lower(case when strpos($1, ',') = 0 then btrim($1) else regexp_replace(btrim($1), '^([^,]+?)\s*,\s*([^,]+)$', '\2 \1') end)
$$;
