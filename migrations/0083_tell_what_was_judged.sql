-- A verdict stands beside the word of HR that it was decided on, however runs and imports cross; and a page of the past is read from indexes.

alter table employment_period_version
  add column record_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint employment_period_version_pkey,
  add primary key (workspace_id, id, until_run, record_id);
alter table employment_period_version alter column record_id drop default;
comment on column employment_period_version.record_id is
  'The ledger record of what HR had told, which a verdict that rests on it cites; zeros: not kept.';

create or replace function keep_employment_period() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  -- The lock under which a run is recorded (lockRecording). It is held from here to the end of the commit alone, however long the import takes.
  perform pg_advisory_xact_lock_shared(hashtextextended('findings:' || old.workspace_id::text, 0));
  insert into employment_period_version (workspace_id, id, until_run, record_id, start_date, end_date, last_day, time_zone, site, worker_type,
                                         hr_recorded_at)
  select old.workspace_id, old.id, max(run.ord), old.record_id, old.start_date, old.end_date, old.last_day, old.time_zone, old.site, old.worker_type,
         old.hr_recorded_at
  from reconciliation_run as run
  where run.workspace_id = old.workspace_id and run.ord is not null
  having max(run.ord) is not null
  -- Each word is kept, since a run that is under way may have judged by any of them. Of several under one record the first counts.
  on conflict do nothing;
  return null;
end
$$;

-- Which findings count is in the entry.
drop index finding_listed;
create index finding_listed on finding (workspace_id, effect, coalesce(end_earliest, 'infinity'), id) include (end_earliest, since_run)
  where closed_at is null;
drop index finding_listed_by_role;
create index finding_listed_by_role
  on finding (workspace_id, role_effect, (case when effect in ('OK', 'INFO') then 2 else 1 end), coalesce(end_earliest, 'infinity'), id)
  include (effect, end_earliest, since_run)
  where closed_at is null and role_effect is not null;
comment on index finding_listed_by_role is 'Whoever is simply well (2) but for a role comes behind everybody else (1), as in the whole list.';
