-- The SCIM data plane: who may push, what was pushed, and what every push was answered.

-- A bearer credential of the provisioning service; the token itself is never stored.
create table scim_credential (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  label text not null,
  token_hash bytea not null, -- SHA-256 of the token
  created_at timestamptz(3) not null,
  created_by text not null, -- the actor, such as 'owner:<uuid>'
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  primary key (workspace_id, id),
  constraint scim_credential_token_key unique (workspace_id, token_hash)
);

-- A user as Entra pushed it. `resource` holds what GET echoes; the columns beside it are what the server matches on.
-- A deleted user stays as a tombstone; its name may then be taken by a new row.
create table scim_user (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  user_name text not null,
  user_name_key text not null, -- lower case: RFC 7643 §4.1.1, userName is case-insensitive
  external_id text,
  display_name text,
  email_keys text[] not null, -- lower-cased values of emails
  employee_number text,
  active boolean not null,
  rbac_role_id text, -- as sent; may name no role of the catalogue
  version bigint not null,
  created_at timestamptz(3) not null,
  last_modified timestamptz(3) not null,
  deleted_at timestamptz(3),
  resource jsonb not null,
  primary key (workspace_id, id)
) with (fillfactor = 85); -- room for heap-only updates: a PATCH touches no indexed column as a rule
create unique index scim_user_name_key on scim_user (workspace_id, user_name_key) where deleted_at is null;
create index scim_user_external_id on scim_user (workspace_id, external_id) where deleted_at is null;
-- Without a pending list, which every look-up would have to read through.
create index scim_user_email_keys on scim_user using gin (email_keys) with (fastupdate = off);

-- When a user became active, inactive or deleted: a row at creation and at each change, written with the change.
create table scim_user_state (
  workspace_id uuid not null,
  scim_user_id uuid not null,
  version bigint not null, -- the user's version that began this state
  active boolean not null,
  deleted boolean not null,
  at timestamptz(3) not null,
  record_id uuid, -- the ledger record of the change; null for rows that were seeded
  primary key (workspace_id, scim_user_id, version),
  foreign key (workspace_id, scim_user_id) references scim_user (workspace_id, id)
);

create table scim_group (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  display_name text not null,
  display_name_key text not null, -- lower case
  external_id text,
  version bigint not null,
  created_at timestamptz(3) not null,
  last_modified timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (workspace_id, id)
) with (fillfactor = 85);
create index scim_group_display_name on scim_group (workspace_id, display_name_key) where deleted_at is null;
create index scim_group_external_id on scim_group (workspace_id, external_id) where deleted_at is null;

-- One row per member, so that a change of one member costs the same in a group of any size.
create table scim_group_member (
  workspace_id uuid not null,
  group_id uuid not null,
  member_id uuid not null,
  added_at timestamptz(3) not null,
  primary key (workspace_id, group_id, member_id),
  foreign key (workspace_id, group_id) references scim_group (workspace_id, id),
  foreign key (workspace_id, member_id) references scim_user (workspace_id, id)
);

-- The wire log: a row per write, rejection or tolerated oddity. No foreign keys: it is written with every change,
-- and a row must be possible for a request that named nothing that exists.
create table scim_exchange (
  workspace_id uuid not null,
  id uuid not null,
  at timestamptz(3) not null,
  credential_id uuid not null,
  request_id uuid not null,
  method text not null,
  path text not null, -- without the query, which may hold personal data
  status int not null,
  scim_type text,
  detail text,
  tolerated jsonb not null, -- [{quirk, path?}]: taken although the RFC does not say so
  ignored jsonb not null, -- [{op, path, reason}]: not applied
  user_id uuid,
  body_sha256 bytea,
  primary key (workspace_id, id)
);

-- Plain reads, counted by the minute.
create table scim_exchange_minute (
  workspace_id uuid not null,
  minute timestamptz(3) not null,
  method text not null,
  resource_type text not null,
  status_class text not null, -- '2xx', '4xx', '5xx'
  count bigint not null,
  primary key (workspace_id, minute, method, resource_type, status_class)
);

grant select, insert, update on scim_credential, scim_user, scim_group, scim_exchange_minute to rollcall_server;
grant select, insert on scim_user_state, scim_exchange to rollcall_server;
grant select, insert, delete on scim_group_member to rollcall_server;
