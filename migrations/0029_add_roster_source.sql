-- HR's file is fetched where HR puts it, on a schedule, so that nobody forgets to upload it.

create table roster_source (
  workspace_id      uuid not null references workspace (workspace_id),
  address           text not null check (address ~ '^https?://'),
  sealed            bytea not null,
  every_hours       smallint not null check (every_hours between 1 and 168),
  full_roster       boolean not null,
  set_at            timestamptz(3) not null,
  set_by            text not null,
  next_at           timestamptz(3) not null,
  last_tried_at     timestamptz(3),
  last_succeeded_at timestamptz(3),
  last_problem      text,
  primary key (workspace_id)
);
comment on table roster_source is 'Where the roster is fetched from; the history of it is in the ledger.';
comment on column roster_source.address is 'Origin and path, to be shown; the whole address with its query, and what is sent along to be let in, are sealed.';
comment on column roster_source.last_problem is 'Why the last attempt brought nothing; null when it did.';
create index roster_source_due on roster_source (workspace_id, next_at);

grant select, insert, delete on roster_source to rollcall_server;
grant update (address, sealed, every_hours, full_roster, set_at, set_by, next_at, last_tried_at, last_succeeded_at, last_problem) on roster_source to rollcall_server;
