-- When an employee leaves, as the directory says it: a claim beside HR's end. And since when each collection has been missing.

create table directory_leave_date (
  workspace_id  uuid not null,
  connection_id uuid not null,
  object_id     uuid not null,
  ordinal       integer not null check (ordinal > 0),
  leave_at      timestamptz(3),
  not_before    timestamptz(3),
  observed_at   timestamptz(3) not null,
  run_id        uuid not null,
  record_id     uuid,
  primary key (workspace_id, connection_id, object_id, ordinal),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check (not_before <= observed_at),
  check (ordinal > 1 or leave_at is not null)
);
comment on table directory_leave_date is 'What the directory says of when an account''s holder leaves (employeeLeaveDateTime): a row for each time that it began to say something else. No end of an employment is made of it.';
comment on column directory_leave_date.leave_at is 'Null: it no longer says that the holder leaves.';
comment on column directory_leave_date.not_before is 'The last look that was told otherwise; null when nobody looked before.';
create index directory_leave_date_unrecorded on directory_leave_date (workspace_id, connection_id) where record_id is null;

create unlogged table directory_stage_leave_date (
  workspace_id uuid not null,
  run_id       uuid not null,
  object_id    uuid not null,
  seq          integer not null,
  leave_at     timestamptz(3),
  primary key (workspace_id, run_id, object_id, seq)
);

alter table directory_collection
  add column collected_from timestamptz(3),
  add column missed_since timestamptz(3);
comment on column directory_collection.collected_from is 'What was collected last held at some instant between this one and collected_at; null for what was collected before this was kept.';
comment on column directory_collection.missed_since is 'The first of the looks in a row that could not collect it; null where the last one did, and where that was not kept.';

grant select, insert on directory_leave_date to rollcall_server;
grant update (record_id) on directory_leave_date to rollcall_server;
grant select, insert, delete on directory_stage_leave_date to rollcall_server;
grant update (collected_from, missed_since) on directory_collection to rollcall_server;
