-- The bundle of a sealed report is put into a bucket under object lock as well: where it lies, and until when nobody can take it away.

create table report_deposit (
  workspace_id uuid not null,
  report_id    uuid not null,
  place        text not null,
  object_key   text not null,
  version_id   text not null,
  retain_until timestamptz(3) not null,
  sha256       bytea not null check (octet_length(sha256) = 32),
  bytes        bigint not null check (bytes > 0),
  deposited_at timestamptz(3) not null,
  record_id    uuid not null,
  primary key (workspace_id, report_id, place),
  foreign key (workspace_id, report_id) references report (workspace_id, id)
);
comment on table report_deposit is 'Bundles that lie in a bucket under object lock.';
comment on column report_deposit.place is 'Endpoint, bucket and prefix.';
create trigger report_deposit_append_only before update or delete on report_deposit
  for each row execute function ledger_refuse_change();
create trigger report_deposit_keep before truncate on report_deposit
  for each statement execute function ledger_refuse_change();

create table report_deposit_attempt (
  workspace_id uuid not null,
  report_id    uuid not null,
  place        text not null,
  tried_at     timestamptz(3) not null,
  problem      text,
  primary key (workspace_id, report_id, place),
  foreign key (workspace_id, report_id) references report (workspace_id, id)
);
comment on table report_deposit_attempt is 'When a bundle was last put there, or was to be, and what stood in the way.';

grant select, insert on report_deposit to rollcall_server;
grant select, insert on report_deposit_attempt to rollcall_server;
grant update (tried_at, problem) on report_deposit_attempt to rollcall_server;
