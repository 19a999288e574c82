-- A fetched roster with rows that cannot be taken waits for somebody to see it: nobody was there to be told, and nothing of it was learnt.

alter table roster_source
  add column allow_rejected boolean not null default false,
  add column last_import_id uuid;
comment on column roster_source.allow_rejected is 'The good rows of what is fetched are taken although others are rejected; else it is held.';
comment on column roster_source.last_import_id is 'What the last attempt brought, taken or held; null where it brought nothing.';
grant update (allow_rejected, last_import_id) on roster_source to rollcall_server;

-- Two people are asked where many would end; that rows were rejected is for anybody to see, as it is with a file that they send.
alter table roster_held_import
  add column file_erased_at timestamptz(3),
  drop constraint roster_held_import_four_eyes,
  add constraint roster_held_import_four_eyes check (state <> 'released' or ends <= most or decided_by <> requested_by),
  drop constraint roster_held_import_sealed,
  add constraint roster_held_import_sealed
    check ((sealed_file is null) = (state = 'released' or file_erased_at is not null) and (file_erased_at is null or state not in ('held', 'released')));
comment on column roster_held_import.file_erased_at is 'When the bytes of one that was not taken went, since they were older than the workspace keeps them.';
grant update (file_erased_at) on roster_held_import to rollcall_server;

create table roster_held_rejected_row (
  workspace_id uuid not null,
  import_id    uuid not null,
  ordinal      integer not null,
  line         integer not null,
  column_name  text not null,
  reason       text not null,
  employee_id  text,
  primary key (workspace_id, import_id, ordinal),
  foreign key (workspace_id, import_id) references roster_held_import (workspace_id, id) deferrable initially deferred
);
comment on table roster_held_rejected_row is 'What is wrong with the rows of a held roster that its release does not take, a row for each cell. Holds no cell but the employee id.';
comment on column roster_held_rejected_row.employee_id is 'Whom the row names; null where nobody can say, and once the file is erased.';

grant select, insert on roster_held_rejected_row to rollcall_server;
grant update (employee_id) on roster_held_rejected_row to rollcall_server;
