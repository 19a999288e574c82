-- Samples that auditors draw from the leavers of a sealed report, by a seed of theirs.

create table report_sample (
  workspace_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  seed text not null,
  size integer not null check (size > 0),
  population_sha256 bytea not null check (octet_length(population_sha256) = 32),
  -- Employment periods, in the order in which they were drawn.
  drawn uuid[] not null,
  drawn_at timestamptz(3) not null,
  drawn_by text not null,
  record_id uuid not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, report_id) references report (workspace_id, id)
);
create index report_sample_of on report_sample (workspace_id, report_id, id);
create trigger report_sample_append_only before update or delete on report_sample for each row execute function ledger_refuse_change();
create trigger report_sample_keep before truncate on report_sample for each statement execute function ledger_refuse_change();

grant select, insert on report_sample to rollcall_server;
