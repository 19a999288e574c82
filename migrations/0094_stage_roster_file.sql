-- A roster's file passes into the database in pieces, since the driver would else hold it in memory several times over.

create unlogged table roster_stage_file (
  workspace_id uuid not null,
  import_id    uuid not null,
  piece        integer not null,
  bytes        bytea not null,
  primary key (workspace_id, import_id, piece)
);
comment on table roster_stage_file is 'The sealed file of an import while it runs, and never longer; piece 0 comes last.';

grant select, insert, delete on roster_stage_file to rollcall_server;
