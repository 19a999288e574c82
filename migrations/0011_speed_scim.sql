-- The data plane at its real size: pages of a million users, look-ups by every indexed attribute, fewer checks per write,
-- and a wire log that says what a request was understood as.

-- Every id that these keys guarded comes from the statement that inserts it: the gate has read the workspace's credential, the
-- state is inserted beside its user, a member is selected from scim_user, and no role may delete a user, a group or a
-- workspace. Each check cost a look-up and a lock on a row that all writers share.
alter table scim_user drop constraint scim_user_workspace_id_fkey;
alter table scim_group drop constraint scim_group_workspace_id_fkey;
alter table scim_user_state drop constraint scim_user_state_workspace_id_scim_user_id_fkey;
alter table scim_group_member drop constraint scim_group_member_workspace_id_group_id_fkey;
alter table scim_group_member drop constraint scim_group_member_workspace_id_member_id_fkey;

-- Not partial, tombstones and all: while a table has no statistics PostgreSQL takes a partial index for nearly empty, and would
-- read all of a workspace through it for a value that another index finds. scim_user_name_key has to be one.
drop index scim_user_external_id;
drop index scim_group_display_name;
drop index scim_group_external_id;
create index scim_user_external_id on scim_user (workspace_id, external_id);
create index scim_user_display_name on scim_user (workspace_id, lower(display_name));
create index scim_group_display_name on scim_group (workspace_id, display_name_key);
create index scim_group_external_id on scim_group (workspace_id, external_id);
-- Walks past users without visiting them, where a vacuum has been.
create index scim_user_walk on scim_user (workspace_id, id) include (deleted_at);
-- A summary per range of pages, which a change need not enter: an ordinary index on it would have every PATCH enter all indexes.
create index scim_user_last_modified on scim_user using brin (last_modified);
create index scim_group_last_modified on scim_group using brin (last_modified);
-- "Which groups is this user in" (the attribute groups); the primary key answers the other way round.
create index scim_group_member_of on scim_group_member (workspace_id, member_id);

-- How many live users there are from a user's id up to the next such row, so that a page is found without counting to it.
-- kind 0: a block of users, counted; 1 and 2: a user that came or went since its block was counted, written with the change.
create table scim_user_tally (
  workspace_id uuid not null,
  id uuid not null,
  kind smallint not null check (kind between 0 and 2),
  n int not null,
  primary key (workspace_id, id, kind)
);
insert into scim_user_tally (workspace_id, id, kind, n)
select scim_user.workspace_id, scim_user.id, 1, 1 from scim_user where scim_user.deleted_at is null;

-- The records' ids are in order, digests are not: one index that grows at its end instead of one that grows everywhere and another.
alter table ledger_disclosure drop constraint ledger_disclosure_pkey;
drop index ledger_disclosure_record;
alter table ledger_disclosure add primary key (workspace_id, record_id, path);

alter table scim_exchange
  add column group_id uuid,
  add column canonical jsonb not null default '[]', -- [{op, path}]: what the request was understood as; no values, but for active
  add column effect jsonb; -- what changed: {changed: [attribute]} or {added, removed}; null where nothing did
create index scim_exchange_user on scim_exchange (workspace_id, user_id, id) where user_id is not null;

grant select, insert, update, delete on scim_user_tally to rollcall_server;
