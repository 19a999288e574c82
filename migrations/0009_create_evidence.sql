-- Reports as they were sealed: what was written is kept byte for byte, so that a bundle can be made again and again.

create table report (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('INTERIM')),
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  -- The reconciliation run that judged: nothing later is in the report.
  as_of timestamptz(3) not null,
  conclusion text not null check (conclusion in ('FAIL', 'INSUFFICIENT', 'PENDING')),
  totals jsonb not null,
  effects jsonb not null,
  manifest_sha256 bytea not null check (octet_length(manifest_sha256) = 32),
  -- The ledger record report.sealed, which holds the manifest's hash.
  seal_record_id uuid not null,
  -- Size of the checkpoint that covers the seal; null in the moment between writing the report and signing the tree.
  checkpoint_size bigint check (checkpoint_size > 0),
  created_at timestamptz(3) not null,
  created_by text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, seal_record_id) references ledger_record (workspace_id, id),
  check (period_end > period_start)
);
create index report_time on report (workspace_id, created_at desc);

-- The files that the manifest covers, and the manifest.
create table report_file (
  workspace_id uuid not null,
  report_id uuid not null,
  path text not null,
  content bytea not null,
  primary key (workspace_id, report_id, path),
  foreign key (workspace_id, report_id) references report (workspace_id, id)
);

create function report_only_seals() returns trigger language plpgsql as $$
begin
  if old.checkpoint_size is not null or to_jsonb(new) - 'checkpoint_size' <> to_jsonb(old) - 'checkpoint_size' then
    raise exception 'a sealed report cannot be changed' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger report_seal before update on report for each row execute function report_only_seals();
create trigger report_keep before delete on report for each row execute function ledger_refuse_change();
create trigger report_keep_all before truncate on report for each statement execute function ledger_refuse_change();
create trigger report_file_append_only before update or delete on report_file for each row execute function ledger_refuse_change();
create trigger report_file_keep before truncate on report_file for each statement execute function ledger_refuse_change();

grant select, insert on report, report_file to rollcall_server;
grant update (checkpoint_size) on report to rollcall_server;
