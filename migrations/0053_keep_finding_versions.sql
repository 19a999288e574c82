-- What a finding said before is kept, so that what was known at a past instant can be asked for, and is answered alike for good.

alter table reconciliation_run
  add column ord         integer,
  add column recorded_at timestamptz(3),
  add column time_zone   text,
  add constraint reconciliation_run_counted check ((ord is null) = (recorded_at is null));
comment on column reconciliation_run.ord is 'Counts the runs of the workspace whose words are kept: 1 is the last one before words were kept, null are those before it.';
comment on column reconciliation_run.recorded_at is 'From when on its verdicts were the present ones; it judged as of as_of, and takes its time.';
comment on column reconciliation_run.time_zone is 'The workspace''s, by which it reckoned where HR gives none; null: not kept.';
create unique index reconciliation_run_ord on reconciliation_run (workspace_id, ord) where ord is not null;
update reconciliation_run as run
set ord = 1, recorded_at = run.as_of
where (run.workspace_id, run.id) in (
  select distinct on (latest.workspace_id) latest.workspace_id, latest.id
  from reconciliation_run as latest
  order by latest.workspace_id, latest.id desc
);
create index reconciliation_run_recorded on reconciliation_run (workspace_id, recorded_at, ord) where ord is not null;

alter table finding add column since_run integer not null default 1;
comment on column finding.since_run is 'The run (reconciliation_run.ord) that came to what it says; what it said before is in finding_version.';

create table finding_version (
  workspace_id      uuid not null,
  id                uuid not null,
  since_run         integer not null,
  until_run         integer not null,
  unit_kind         text not null,
  unit_id           uuid not null,
  person_id         uuid,
  rule              text not null,
  verdict           text not null,
  effect            text not null,
  role_effect       text,
  all_rules         jsonb not null,
  vector            jsonb not null,
  systems           jsonb not null,
  end_earliest      timestamptz(3),
  end_latest        timestamptz(3),
  deadline_earliest timestamptz(3),
  deadline_latest   timestamptz(3),
  policy_id         uuid,
  sentence          text not null,
  evidence          uuid[] not null,
  own_records       uuid[] not null,
  opened_at         timestamptz(3) not null,
  primary key (workspace_id, id, since_run),
  foreign key (workspace_id, id) references finding (workspace_id, id),
  constraint finding_version_lasted check (until_run > since_run)
);
comment on table finding_version is 'What a finding said from one run on and until another said something else of it, or closed it. Written once, never changed or deleted; no personal data.';
comment on column finding_version.id is 'The finding''s.';
create index finding_version_listed on finding_version (workspace_id, effect, coalesce(end_earliest, 'infinity'), id)
  include (end_earliest, since_run, until_run);
create index finding_version_listed_by_role
  on finding_version (workspace_id, role_effect, (case when effect in ('OK', 'INFO') then 2 else 1 end), coalesce(end_earliest, 'infinity'), id)
  include (effect, end_earliest, since_run, until_run)
  where role_effect is not null;

create table employment_period_version (
  workspace_id   uuid not null,
  id             uuid not null,
  until_run      integer not null,
  start_date     date not null,
  end_date       date,
  last_day       date,
  time_zone      text,
  worker_type    text not null,
  hr_recorded_at timestamptz(3),
  primary key (workspace_id, id, until_run),
  foreign key (workspace_id, id) references employment_period (workspace_id, id)
);
comment on table employment_period_version is 'How an employment stood until it was changed, where a run has judged it so.';
comment on column employment_period_version.until_run is 'The last run (reconciliation_run.ord) before the change.';

create function keep_employment_period() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  insert into employment_period_version (workspace_id, id, until_run, start_date, end_date, last_day, time_zone, worker_type, hr_recorded_at)
  select before.workspace_id, before.id, latest.ord, before.start_date, before.end_date, before.last_day, before.time_zone, before.worker_type,
         before.hr_recorded_at
  from before
  join changed on changed.workspace_id = before.workspace_id and changed.id = before.id
  join (
    select run.workspace_id, max(run.ord) as ord
    from reconciliation_run as run
    where run.workspace_id in (select one.workspace_id from before as one) and run.ord is not null
    group by run.workspace_id
  ) as latest on latest.workspace_id = before.workspace_id
  where (before.start_date, before.end_date, before.last_day, before.time_zone, before.worker_type, before.hr_recorded_at)
        is distinct from (changed.start_date, changed.end_date, changed.last_day, changed.time_zone, changed.worker_type, changed.hr_recorded_at)
  on conflict do nothing;
  return null;
end
$$;
create trigger keep_period after update on employment_period referencing old table as before new table as changed
  for each statement execute function keep_employment_period();

grant update (since_run) on finding to rollcall_server;
grant select, insert on finding_version, employment_period_version to rollcall_server;
