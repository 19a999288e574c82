-- A site of the organisation may have an allowance of its own, so an employment says where it is, and a policy what holds there.

alter table employment_period add column site text;
comment on column employment_period.site is 'Where the person works, as HR calls it; null: HR does not say, or said so before sites were kept.';
create index employment_period_site on employment_period (workspace_id, site) where site is not null;
alter table employment_period_version add column site text;

alter table policy
  add column sites jsonb not null default '[]',
  add constraint policy_sites_listed check (jsonb_typeof(sites) = 'array');
comment on column policy.sites is 'Allowances that hold at a site in the place of the general one: site, slaHours or businessDays, holidays; in the order of the sites.';

create or replace function keep_employment_period() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  insert into employment_period_version (workspace_id, id, until_run, start_date, end_date, last_day, time_zone, site, worker_type, hr_recorded_at)
  select before.workspace_id, before.id, latest.ord, before.start_date, before.end_date, before.last_day, before.time_zone, before.site,
         before.worker_type, before.hr_recorded_at
  from before
  join changed on changed.workspace_id = before.workspace_id and changed.id = before.id
  join (
    select run.workspace_id, max(run.ord) as ord
    from reconciliation_run as run
    where run.workspace_id in (select one.workspace_id from before as one) and run.ord is not null
    group by run.workspace_id
  ) as latest on latest.workspace_id = before.workspace_id
  where (before.start_date, before.end_date, before.last_day, before.time_zone, before.site, before.worker_type, before.hr_recorded_at)
        is distinct from
        (changed.start_date, changed.end_date, changed.last_day, changed.time_zone, changed.site, changed.worker_type, changed.hr_recorded_at)
  on conflict do nothing;
  return null;
end
$$;
