-- How an employment stood is kept when its change is committed: a run that was recorded meanwhile would else have told it otherwise before than after.

drop trigger keep_period on employment_period;

create or replace function keep_employment_period() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  -- The lock under which a run is recorded (lockRecording). It is held from here to the end of the commit alone, however long the import takes.
  perform pg_advisory_xact_lock_shared(hashtextextended('findings:' || old.workspace_id::text, 0));
  insert into employment_period_version (workspace_id, id, until_run, start_date, end_date, last_day, time_zone, site, worker_type, hr_recorded_at)
  select old.workspace_id, old.id, max(run.ord), old.start_date, old.end_date, old.last_day, old.time_zone, old.site, old.worker_type,
         old.hr_recorded_at
  from reconciliation_run as run
  where run.workspace_id = old.workspace_id and run.ord is not null
  having max(run.ord) is not null
  -- Of several changes between two runs the first one knows how it was judged.
  on conflict do nothing;
  return null;
end
$$;

create constraint trigger keep_period after update on employment_period
  deferrable initially deferred
  for each row
  when ((old.start_date, old.end_date, old.last_day, old.time_zone, old.site, old.worker_type, old.hr_recorded_at)
        is distinct from (new.start_date, new.end_date, new.last_day, new.time_zone, new.site, new.worker_type, new.hr_recorded_at))
  execute function keep_employment_period();
