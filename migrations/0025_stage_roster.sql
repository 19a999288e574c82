-- A roster of a million rows passes through a stage, whom a file no longer names is asked about, and how a file is read is kept.

create unlogged table roster_stage (
  workspace_id uuid not null,
  import_id    uuid not null,
  employee_id  text not null,
  line         integer not null,
  row          jsonb not null,
  primary key (workspace_id, import_id, employee_id, line)
);
comment on table roster_stage is 'The rows of an import while it runs, and never longer.';

create table roster_mapping (
  workspace_id uuid not null references workspace (workspace_id),
  id           uuid not null,
  set_at       timestamptz(3) not null,
  set_by       text not null,
  mapping      jsonb not null,
  record_id    uuid not null,
  primary key (workspace_id, id)
);
comment on table roster_mapping is 'How files are read: which columns hold what, in which form dates are. The latest is in force.';

alter table roster_import
  add column mapping jsonb not null default '{}',
  add column source  text not null default 'file' constraint roster_import_source check (source in ('file', 'push', 'pull')),
  add column partial boolean not null default false,
  add column dropped integer not null default 0;
comment on column roster_import.full_roster is 'Declared to hold everybody: where its size is plausible, whom it leaves out has ended.';
comment on column roster_import.partial is 'Declared to hold changes alone: nobody is missed in it.';

alter table person
  add column listing       text not null default 'listed' constraint person_listing check (listing in ('listed', 'dropped', 'kept')),
  add column unlisted_from timestamptz(3),
  add column unlisted_to   timestamptz(3),
  add constraint person_unlisted_when check ((listing = 'listed') = (unlisted_to is null) and (unlisted_from is null or unlisted_to is not null));
comment on column person.listing is 'Whether the latest roster names them: if not, dropped until somebody says what that means; kept when they said that it means nothing.';
comment on column person.unlisted_from is 'The last import that named them, and in unlisted_to the first that did not.';
create index person_unlisted on person (workspace_id, id) where listing <> 'listed';

alter table employment_period
  drop constraint employment_period_end_known,
  drop constraint employment_period_status_check,
  add column ended_from timestamptz(3),
  add column ended_to   timestamptz(3),
  add constraint employment_period_status check (status in ('prehire', 'active', 'leave', 'notice', 'garden_leave', 'terminated')),
  add constraint employment_period_ended_when check ((ended_from is null) = (ended_to is null)),
  add constraint employment_period_end_known check ((coalesce(last_day, end_date) is null and ended_to is null) = (hr_recorded_at is null)),
  alter constraint employment_period_workspace_id_import_id_fkey deferrable initially deferred;
comment on column employment_period.ended_from is 'With ended_to: HR named no day, and left them out of a roster that was declared to hold everybody; between these it ended.';

-- As for the directory's tables: only an owner may gather statistics, and after a first roster the planner would know nothing.
create function roster_refresh_statistics() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  analyze person, employment_period;
end
$$;
revoke all on function roster_refresh_statistics() from public;
grant execute on function roster_refresh_statistics() to rollcall_server;

grant select, insert, delete on roster_stage to rollcall_server;
grant select, insert on roster_mapping to rollcall_server;
