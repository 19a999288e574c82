-- Says what a database is for, so that a trial never runs on production data, nor the server on a trial's.
create table installation (
  singleton boolean primary key default true check (singleton),
  kind text not null check (kind in ('production', 'demo', 'sandbox')),
  marked_at timestamptz(3) not null
);
comment on table installation is 'One row: what this database is for. Exempt from tenancy: it belongs to no workspace.';
grant select, insert on installation to rollcall_server;
