-- A report's files go when the workspace keeps them no longer; what is left tells a bundle that was handed out from a forgery.

alter table ledger_retention add column report_months smallint check (report_months between 18 and 1200);
comment on column ledger_retention.report_months is 'For how long the files of reports are kept after their seal; null: for good.';
grant update (report_months) on ledger_retention to rollcall_server;

alter table report
  add column purged_at timestamptz(3),
  add column purged_months smallint,
  add column purge_record_id uuid,
  add constraint report_purged_whole check (num_nonnulls(purged_at, purged_months, purge_record_id) in (0, 3)),
  add constraint report_purged_record foreign key (workspace_id, purge_record_id) references ledger_record (workspace_id, id);
comment on column report.purged_at is 'When its files were purged, but for manifest.json; by a retention of so many months.';
grant update (purged_at, purged_months, purge_record_id) on report to rollcall_server;

-- Sealed once, and purged once: by the retention that is set, and while no auditor can read it by a link.
create or replace function report_only_seals() returns trigger language plpgsql as $$
declare
  changing constant text[] := array['checkpoint_size', 'purged_at', 'purged_months', 'purge_record_id'];
begin
  if to_jsonb(new) - changing <> to_jsonb(old) - changing or old.purged_at is not null
     or (old.checkpoint_size is not null and new.checkpoint_size is distinct from old.checkpoint_size) then
    raise exception 'a sealed report cannot be changed' using errcode = '42501';
  end if;
  if new.purged_at is not null and (
    old.checkpoint_size is null
    or not exists (select from ledger_retention as retention
                    where retention.workspace_id = new.workspace_id and retention.report_months = new.purged_months
                      and new.created_at <= new.purged_at - make_interval(months => retention.report_months))
    or exists (select from auditor_link as link
                where link.workspace_id = new.workspace_id and link.report_id = new.id
                  and link.revoked_at is null and link.expires_at > new.purged_at)
  ) then
    raise exception 'a report that is to be kept cannot be purged' using errcode = '42501';
  end if;
  return new;
end
$$;

create function report_file_only_purges() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.path <> 'manifest.json' and exists (
    select from report where report.workspace_id = old.workspace_id and report.id = old.report_id and report.purged_at is not null
  ) then
    return old;
  end if;
  raise exception 'report_file is append-only' using errcode = '42501';
end
$$;
drop trigger report_file_append_only on report_file;
create trigger report_file_append_only before update or delete on report_file for each row execute function report_file_only_purges();
grant delete on report_file to rollcall_server;

-- What was frozen for a report, and what management said of it, go with the report's files.
alter table report_draft
  add column purged_at timestamptz(3),
  drop constraint report_draft_frozen_whole,
  add constraint report_draft_frozen_whole check (
    (frozen_at is null) = (frozen_by is null) and (frozen_at is null) = (freeze_record_id is null)
    and (frozen_at is null or purged_at is not null) = (document is null) and (frozen_at is null) = (summary is null)
    and (frozen_at is null) = (document_sha256 is null));
grant update (purged_at) on report_draft to rollcall_server;

create or replace function report_draft_only_goes_on() returns trigger language plpgsql as $$
declare
  ending constant text[] := array['ended_at', 'ended_because', 'end_record_id'];
  purging constant text[] := array['document', 'purged_at'];
begin
  if old.ended_at is not null and old.purged_at is null and new.purged_at is not null and new.document is null
     and to_jsonb(new) - purging = to_jsonb(old) - purging
     and (case old.ended_because
           when 'sealed' then exists (
             select from report where report.workspace_id = new.workspace_id and report.id = new.id and report.purged_at is not null)
           else exists (
             select from ledger_retention as retention
              where retention.workspace_id = new.workspace_id
                and new.ended_at <= new.purged_at - make_interval(months => retention.report_months))
         end) then
    return new;
  end if;
  if old.ended_at is not null or new.purged_at is not null
     or (old.frozen_at is not null and to_jsonb(new) - ending <> to_jsonb(old) - ending) then
    raise exception 'what was frozen cannot be changed' using errcode = '42501';
  end if;
  return new;
end
$$;

create function report_response_only_purges() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and exists (
    select from report_draft as draft
     where draft.workspace_id = old.workspace_id and draft.id = old.draft_id and draft.purged_at is not null
  ) then
    return old;
  end if;
  raise exception 'report_response is append-only' using errcode = '42501';
end
$$;
drop trigger report_response_append_only on report_response;
create trigger report_response_append_only before update or delete on report_response
  for each row execute function report_response_only_purges();
grant delete on report_response to rollcall_server;
