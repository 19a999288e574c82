-- An account that a look finds as it is known costs no row of its own: a page of them is one row.

create unlogged table directory_stage_unchanged (
  workspace_id uuid not null,
  run_id       uuid not null,
  seq          integer not null,
  object_ids   uuid[] not null,
  primary key (workspace_id, run_id, seq)
);
-- Ids do not compress.
alter table directory_stage_unchanged alter column object_ids set storage external;
comment on table directory_stage_unchanged is
  'The accounts of a page that it showed just as they are known: same properties, same state. What differs is in directory_stage_account.';
grant select, insert, delete on directory_stage_unchanged to rollcall_server;

comment on column directory_run.beat_at is
  'When the process that works on the run last showed that it is alive, by the database''s clock: the only one that all processes share.';
