-- What Microsoft Graph showed, between which instants it held, and when nobody was looking; read-only towards the directory.

create table directory_connection (
  workspace_id               uuid not null references workspace (workspace_id),
  id                         uuid not null,
  cloud                      text not null check (cloud in ('commercial', 'us-government-l4', 'us-government-l5')),
  tenant_id                  uuid not null,
  client_id                  uuid not null,
  sealed_secret              bytea not null,
  scim_app_id                uuid,
  created_at                 timestamptz(3) not null,
  created_by                 text not null,
  removed_at                 timestamptz(3),
  last_checked_at            timestamptz(3),
  last_verdict               text,
  last_complete_run_id       uuid,
  last_complete_requested_at timestamptz(3),
  primary key (workspace_id, id),
  check ((last_complete_run_id is null) = (last_complete_requested_at is null))
);
comment on table directory_connection is 'A tenant that is read through Microsoft Graph, by an application of that tenant.';
comment on column directory_connection.sealed_secret is 'The client secret under the encryption key; its context names this row.';
comment on column directory_connection.scim_app_id is 'Client id of the enterprise application that provisions to this workspace, whose assignments are read.';
comment on column directory_connection.last_complete_requested_at is
  'When the last complete run sent its first request for users: every open observation still held then, or later.';

create unique index directory_connection_tenant on directory_connection (workspace_id, cloud, tenant_id) where removed_at is null;

create table directory_run (
  workspace_id  uuid not null,
  id            uuid not null,
  connection_id uuid not null,
  state         text not null check (state in ('queued', 'running', 'complete', 'failed')),
  requested_at  timestamptz(3) not null,
  requested_by  text not null,
  started_at    timestamptz(3),
  beat_at       timestamptz(3),
  look_from     timestamptz(3),
  look_to       timestamptz(3),
  finished_at   timestamptz(3),
  counts        jsonb,
  error_code    text,
  error_detail  text,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check ((state in ('complete', 'failed')) = (finished_at is not null)),
  check ((state = 'failed') = (error_code is not null)),
  check (state <> 'complete' or (look_from is not null and look_to is not null and counts is not null))
);
comment on table directory_run is 'One full look at a tenant. Complete: applied as a whole. Failed: changed nothing but its own record (I8).';
comment on column directory_run.beat_at is 'When a running run last stored a page; one that is silent for long has died with its process.';
comment on column directory_run.look_from is 'When the first request for users was sent.';
comment on column directory_run.look_to is 'When the last answer was received.';

create unique index directory_run_queued on directory_run (workspace_id, connection_id) where state = 'queued';
create unique index directory_run_running on directory_run (workspace_id, connection_id) where state = 'running';
create index directory_run_by_time on directory_run (workspace_id, connection_id, requested_at desc);

alter table directory_connection
  add foreign key (workspace_id, last_complete_run_id) references directory_run (workspace_id, id);

create table directory_account (
  workspace_id        uuid not null,
  connection_id       uuid not null,
  object_id           uuid not null,
  -- The name under which evidence knows the account: it says nothing once its disclosures are erased. Made here because
  -- accounts are inserted set by set.
  account_id          uuid not null default gen_random_uuid(),
  user_principal_name text not null,
  mail                text,
  display_name        text,
  employee_id         text,
  address_keys        text[] not null,
  user_type           text,
  created_date_time   timestamptz(3),
  account_enabled     boolean not null,
  attributes          jsonb not null,
  row_hash            bytea not null,
  state               text not null check (state in ('enabled', 'disabled', 'soft_deleted', 'hard_deleted', 'vanished')),
  deleted_at          timestamptz(3),
  in_scope            boolean not null,
  scope_state         text not null check (scope_state in ('in_scope', 'out_of_scope', 'left_scope')),
  first_run_id        uuid not null,
  last_run_id         uuid not null,
  primary key (workspace_id, connection_id, object_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  constraint directory_account_id_unique unique (workspace_id, account_id),
  check (in_scope = (scope_state = 'in_scope'))
);
comment on table directory_account is 'A user as last seen. Never deleted: state says how it ended. Attributes of a gone account are the last ones seen.';
comment on column directory_account.address_keys is 'Lower-cased mail, smtp proxy addresses and userPrincipalName, each once.';
comment on column directory_account.account_enabled is 'As last seen; of an account that is gone, state alone counts.';
comment on column directory_account.row_hash is 'SHA-256 of the properties as read: an unchanged row is not written again.';
comment on column directory_account.last_run_id is 'The run that last changed the row; that it is still so is said by the connection''s last complete run.';
create index directory_account_by_state on directory_account (workspace_id, state);

create table directory_observation (
  workspace_id    uuid not null,
  connection_id   uuid not null,
  object_id       uuid not null,
  ordinal         integer not null check (ordinal > 0),
  state           text not null check (state in ('enabled', 'disabled', 'soft_deleted', 'hard_deleted', 'vanished')),
  not_before      timestamptz(3),
  observed_at     timestamptz(3) not null,
  confirmed_until timestamptz(3),
  source          text not null check (source in ('full', 'deletedItems', 'get')),
  run_id          uuid not null,
  record_id       uuid,
  primary key (workspace_id, connection_id, object_id, ordinal),
  foreign key (workspace_id, connection_id, object_id) references directory_account (workspace_id, connection_id, object_id)
    deferrable initially deferred,
  check (not_before <= observed_at),
  check (confirmed_until >= observed_at)
);
comment on table directory_observation is 'Stretches in which one state was seen without interruption. It became so after not_before and no later than observed_at.';
comment on column directory_observation.not_before is 'The last instant at which it is known not to have held; null when nobody looked before.';
comment on column directory_observation.observed_at is
  'The first instant at which it is known to have held: the answer''s arrival for a state that ends access, the request''s sending for enabled.';
comment on column directory_observation.confirmed_until is
  'The last instant at which it is known to have held. Null while it goes on: confirmed by the connection''s last complete run.';
create unique index directory_observation_open on directory_observation (workspace_id, connection_id, object_id) where confirmed_until is null;
create index directory_observation_unrecorded on directory_observation (workspace_id, connection_id, object_id) where record_id is null;

create table directory_group (
  workspace_id  uuid not null,
  connection_id uuid not null,
  object_id     uuid not null,
  display_name  text,
  gone_at       timestamptz(3),
  first_run_id  uuid not null,
  last_run_id   uuid not null,
  primary key (workspace_id, connection_id, object_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_group is 'A group as last seen. One that is gone keeps its last known members, so that a scope that names it is held.';

create table directory_group_member (
  workspace_id  uuid not null,
  connection_id uuid not null,
  group_id      uuid not null,
  member_id     uuid not null,
  primary key (workspace_id, connection_id, group_id, member_id),
  foreign key (workspace_id, connection_id, group_id) references directory_group (workspace_id, connection_id, object_id)
);
comment on table directory_group_member is 'Direct members, accounts and groups. Soft-deleted users stay members, so membership never proves anything about leaving.';

create table directory_app_assignment (
  workspace_id   uuid not null,
  connection_id  uuid not null,
  assignment_id  text not null,
  principal_id   uuid not null,
  principal_type text not null,
  app_role_id    uuid not null,
  app_role_value text,
  primary key (workspace_id, connection_id, assignment_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_app_assignment is 'Who is assigned to the provisioning enterprise application, as last read. The all-zero role is default access.';
create index directory_app_assignment_by_principal on directory_app_assignment (workspace_id, connection_id, principal_id);

create table directory_scope (
  workspace_id   uuid not null,
  connection_id  uuid not null,
  include_groups uuid[] not null,
  include_users  uuid[] not null,
  version        integer not null,
  set_at         timestamptz(3) not null,
  set_by         text not null,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_scope is 'Whom to sync: listed users and transitive members of listed groups; nobody listed is everybody. Inert while the SCIM switch is on.';

-- Pages wait here until a run is whole. Unlogged: after a crash of the database a run begins anew, so its pages may go.
create unlogged table directory_stage_account (
  workspace_id        uuid not null,
  run_id              uuid not null,
  object_id           uuid not null,
  seq                 integer not null,
  state               text not null,
  source              text not null,
  requested_at        timestamptz(3) not null,
  received_at         timestamptz(3) not null,
  deleted_date_time   timestamptz(3),
  user_principal_name text,
  mail                text,
  display_name        text,
  employee_id         text,
  address_keys        text[],
  user_type           text,
  created_date_time   timestamptz(3),
  account_enabled     boolean,
  attributes          jsonb,
  row_hash            bytea,
  primary key (workspace_id, run_id, object_id, seq)
);
comment on column directory_stage_account.seq is 'Order of reading: of two rows for one object the later one counts.';

create unlogged table directory_stage_group (
  workspace_id  uuid not null,
  run_id        uuid not null,
  object_id     uuid not null,
  seq           integer not null,
  display_name  text,
  members_known boolean not null,
  primary key (workspace_id, run_id, object_id, seq)
);

create unlogged table directory_stage_member (
  workspace_id uuid not null,
  run_id       uuid not null,
  group_id     uuid not null,
  member_id    uuid not null,
  seq          integer not null,
  primary key (workspace_id, run_id, group_id, member_id, seq)
);

create unlogged table directory_stage_assignment (
  workspace_id   uuid not null,
  run_id         uuid not null,
  assignment_id  text not null,
  seq            integer not null,
  principal_id   uuid not null,
  principal_type text not null,
  app_role_id    uuid not null,
  app_role_value text,
  primary key (workspace_id, run_id, assignment_id, seq)
);

-- Only an owner may gather statistics, and after a first look the planner would take the tables for empty until autovacuum
-- comes by. pg_temp comes last so that nobody can shadow a table.
create function directory_refresh_statistics() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  analyze directory_account, directory_observation, directory_group, directory_group_member, directory_app_assignment;
end
$$;
revoke execute on function directory_refresh_statistics() from public;
grant execute on function directory_refresh_statistics() to rollcall_server;

grant select, insert on directory_connection to rollcall_server;
grant update (removed_at, last_checked_at, last_verdict, last_complete_run_id, last_complete_requested_at) on directory_connection to rollcall_server;
grant select, insert on directory_run to rollcall_server;
grant update (state, started_at, beat_at, look_from, look_to, finished_at, counts, error_code, error_detail) on directory_run to rollcall_server;
grant select, insert on directory_account to rollcall_server;
grant update (user_principal_name, mail, display_name, employee_id, address_keys, user_type, created_date_time, account_enabled, attributes,
  row_hash, state, deleted_at, in_scope, scope_state, last_run_id) on directory_account to rollcall_server;
-- An observation is only ever closed and tied to its record; what was seen stays.
grant select, insert on directory_observation to rollcall_server;
grant update (confirmed_until, record_id) on directory_observation to rollcall_server;
grant select, insert on directory_group to rollcall_server;
grant update (display_name, gone_at, last_run_id) on directory_group to rollcall_server;
-- Membership and assignments are the present picture, not evidence of leaving: rows come and go with it.
grant select, insert, delete on directory_group_member to rollcall_server;
grant select, insert, update, delete on directory_app_assignment to rollcall_server;
grant select, insert, update on directory_scope to rollcall_server;
grant select, insert, delete on directory_stage_account, directory_stage_group, directory_stage_member, directory_stage_assignment to rollcall_server;
