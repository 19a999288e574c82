-- Public tools read the log behind a token of the workspace's own; and personal data beside it is kept for as long as the workspace says.

create table ledger_tile_token (
  workspace_id uuid not null,
  token_hash   bytea not null check (octet_length(token_hash) = 32),
  issued_at    timestamptz(3) not null,
  issued_by    text not null,
  primary key (workspace_id),
  foreign key (workspace_id) references ledger (workspace_id)
);
comment on table ledger_tile_token is 'Whoever has the token reads the log as tiles; without a row nobody does.';

create table ledger_retention (
  workspace_id   uuid not null,
  months         smallint not null default 84 check (months between 18 and 1200),
  set_at         timestamptz(3),
  set_by         text,
  purged_leaves  bigint not null default 0 check (purged_leaves >= 0),
  last_purged_at timestamptz(3),
  primary key (workspace_id),
  foreign key (workspace_id) references ledger (workspace_id)
);
comment on table ledger_retention is 'For how long personal data beside records, and raw files, are kept: seven years unless somebody set something else.';
comment on column ledger_retention.purged_leaves is 'Of the leaves before it nothing is left to purge: they are as old as their order says.';

grant select, insert, delete on ledger_tile_token to rollcall_server;
grant update (token_hash, issued_at, issued_by) on ledger_tile_token to rollcall_server;
grant select, insert on ledger_retention to rollcall_server;
grant update (months, set_at, set_by, purged_leaves, last_purged_at) on ledger_retention to rollcall_server;

-- A roster's raw file goes with the disclosures of its time; its hash, its importer and what was taken from it stay.
alter table roster_import
  alter column sealed_file drop not null,
  add column file_erased_at timestamptz(3),
  add constraint roster_import_file_erased check ((sealed_file is null) = (file_erased_at is not null));
grant update (sealed_file, file_erased_at) on roster_import to rollcall_server;
