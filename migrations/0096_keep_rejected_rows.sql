-- Which rows of a roster were not taken, and why: whoever stands in one may have left, and only their number was kept.

create table roster_rejected_row (
  workspace_id uuid not null,
  import_id    uuid not null,
  ordinal      integer not null,
  line         integer,
  column_name  text,
  reason       text not null,
  employee_id  text,
  taken_at     timestamptz(3),
  taken_by     uuid,
  primary key (workspace_id, import_id, ordinal),
  foreign key (workspace_id, import_id) references roster_import (workspace_id, id) deferrable initially deferred,
  foreign key (workspace_id, taken_by) references roster_import (workspace_id, id) deferrable initially deferred,
  constraint roster_rejected_row_taken check ((taken_at is null) = (taken_by is null))
);
comment on table roster_rejected_row is 'What is wrong with the rows that an import did not take, a row for each cell. Holds no cell but the employee id.';
comment on column roster_rejected_row.line is 'Of the file, or the place in the list; null where an earlier version kept the number of rows alone.';
comment on column roster_rejected_row.employee_id is 'Whom the row names; null where nobody can say, and once the file is erased.';
comment on column roster_rejected_row.taken_by is 'The later import that took a row of that employee, or told everybody and had no row rejected; null: whom it speaks of is in doubt.';
create index roster_rejected_row_open on roster_rejected_row (workspace_id, employee_id) where taken_at is null;

grant select, insert on roster_rejected_row to rollcall_server;
grant update (employee_id, taken_at, taken_by) on roster_rejected_row to rollcall_server;

insert into roster_rejected_row (workspace_id, import_id, ordinal, reason)
select made.workspace_id, made.id, numbered.ordinal, 'was not kept by an earlier version'
from roster_import as made
cross join lateral generate_series(1, made.rejected) as numbered (ordinal)
where not exists (
  select from roster_import as later
  where later.workspace_id = made.workspace_id and later.id > made.id and not later.partial and later.rejected = 0
);
