-- Final reports: drafted, frozen, answered by management, sealed; a correction is a new version that names the old one.

alter table report drop constraint report_kind_check;
alter table report drop constraint report_conclusion_check;
alter table report add column version integer not null default 1 check (version > 0);
alter table report add column supersedes uuid;
alter table report add constraint report_kind_check check (kind in ('INTERIM', 'FINAL'));
alter table report add constraint report_conclusion_check
  check (conclusion in ('FAIL', 'INSUFFICIENT') or conclusion = case kind when 'FINAL' then 'PASS' else 'PENDING' end);
alter table report add constraint report_supersedes check ((supersedes is null) = (version = 1));
alter table report add constraint report_supersedes_fkey foreign key (workspace_id, supersedes) references report (workspace_id, id);
-- A report is corrected once; whoever corrects it again corrects the correction.
create unique index report_superseded on report (workspace_id, supersedes) where supersedes is not null;
create unique index report_final_period on report (workspace_id, period_start, period_end, version) where kind = 'FINAL';

-- A final report on its way to its seal. Rows stay: what was frozen and then given up is told as such.
create table report_draft (
  workspace_id uuid not null,
  id uuid not null,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  version integer not null check (version > 0),
  supersedes uuid,
  created_at timestamptz(3) not null,
  created_by text not null,
  record_id uuid not null,
  -- What was frozen, as JSON: nothing that is observed later gets into it.
  document bytea,
  -- Of it, what lists show: as-of, conclusion, totals, effects.
  summary jsonb,
  document_sha256 bytea check (octet_length(document_sha256) = 32),
  frozen_at timestamptz(3),
  frozen_by text,
  freeze_record_id uuid,
  ended_at timestamptz(3),
  ended_because text check (ended_because in ('sealed', 'discarded')),
  end_record_id uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, supersedes) references report (workspace_id, id),
  check (period_end > period_start),
  constraint report_draft_frozen_whole check (
    (frozen_at is null) = (frozen_by is null) and (frozen_at is null) = (freeze_record_id is null)
    and (frozen_at is null) = (document is null) and (frozen_at is null) = (summary is null)
    and (frozen_at is null) = (document_sha256 is null)),
  constraint report_draft_ended_whole check ((ended_at is null) = (ended_because is null) and (ended_at is null) = (end_record_id is null)),
  constraint report_draft_sealed_frozen check (ended_because <> 'sealed' or frozen_at is not null)
);
-- Two drafts of a period would become two truths.
create unique index report_draft_open on report_draft (workspace_id, period_start, period_end) where ended_at is null;

create function report_draft_only_goes_on() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null
     or (old.frozen_at is not null and to_jsonb(new) - array['ended_at', 'ended_because', 'end_record_id']
                                    <> to_jsonb(old) - array['ended_at', 'ended_because', 'end_record_id']) then
    raise exception 'what was frozen cannot be changed' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger report_draft_frozen before update on report_draft for each row execute function report_draft_only_goes_on();
create trigger report_draft_keep before delete on report_draft for each row execute function ledger_refuse_change();
create trigger report_draft_keep_all before truncate on report_draft for each statement execute function ledger_refuse_change();

-- What management says of a finding, while a report is reviewed. A later word stands beside the earlier one.
create table report_response (
  workspace_id uuid not null,
  draft_id uuid not null,
  finding_id uuid not null,
  -- Within a millisecond several may be said.
  ord bigint generated always as identity,
  response text not null,
  responded_at timestamptz(3) not null,
  responded_by text not null,
  record_id uuid not null,
  primary key (workspace_id, draft_id, finding_id, ord),
  foreign key (workspace_id, draft_id) references report_draft (workspace_id, id)
);
create trigger report_response_append_only before update or delete on report_response for each row execute function ledger_refuse_change();
create trigger report_response_keep before truncate on report_response for each statement execute function ledger_refuse_change();

grant select, insert on report_draft, report_response to rollcall_server;
grant update (document, summary, document_sha256, frozen_at, frozen_by, freeze_record_id, ended_at, ended_because, end_record_id) on report_draft to rollcall_server;
