-- A customer organisation is the unit of tenancy: every later table hangs from workspace, and who may administer it lives beside it.

create table workspace (
  workspace_id uuid primary key,
  slug         text not null constraint workspace_slug_unique unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name         text not null check (name <> ''),
  time_zone    text not null default 'UTC',
  created_at   timestamptz(3) not null
);
comment on table workspace is 'One customer organisation. The only table whose unique slug spans workspaces.';

create table role (
  workspace_id uuid not null references workspace (workspace_id),
  id           text not null check (id <> ''),
  name         text not null,
  rank         integer not null,
  created_at   timestamptz(3) not null,
  retired_at   timestamptz(3),
  primary key (workspace_id, id)
);
comment on table role is 'The role catalogue. rbac_role_id of a provisioned user carries a role''s id; a higher rank means more power.';

create table owner (
  workspace_id         uuid not null references workspace (workspace_id),
  id                   uuid not null,
  name                 text not null,
  credential_hash      bytea not null check (octet_length(credential_hash) = 32),
  created_at           timestamptz(3) not null,
  created_by           text not null,
  credential_proven_at timestamptz(3),
  last_used_at         timestamptz(3),
  ended_at             timestamptz(3),
  ended_by             text,
  primary key (workspace_id, id),
  constraint owner_credential_unique unique (workspace_id, credential_hash)
);
comment on table owner is 'A break-glass principal outside single sign-on and SCIM. Nothing but its own end may change it (I5).';
comment on column owner.credential_proven_at is 'The first time that the credential was really used; an unproven one opens no gate.';
comment on column owner.last_used_at is 'To the minute: moved together with the ledger record of the use.';

create table administrator (
  workspace_id          uuid not null references workspace (workspace_id),
  id                    uuid not null,
  email                 text not null,
  email_key             text not null,
  role_id               text not null,
  invited_at            timestamptz(3) not null,
  invited_by            text not null,
  invitation_hash       bytea not null check (octet_length(invitation_hash) = 32),
  invitation_expires_at timestamptz(3) not null,
  invitation_revoked_at timestamptz(3),
  tenant_id             uuid,
  object_id             uuid,
  bound_at              timestamptz(3),
  removed_at            timestamptz(3),
  removed_by            text,
  primary key (workspace_id, id),
  foreign key (workspace_id, role_id) references role (workspace_id, id),
  constraint administrator_invitation_unique unique (workspace_id, invitation_hash),
  constraint administrator_bound_whole check (
    (tenant_id is null) = (bound_at is null) and (object_id is null) = (bound_at is null)
    and (bound_at is null or invitation_revoked_at is not null)
  )
);
comment on table administrator is 'A person invited to administer, bound to tenant and object id at the first sign-in; from then on the e-mail means nothing.';
create unique index administrator_email_unique on administrator (workspace_id, email_key) where removed_at is null;
create unique index administrator_identity_unique on administrator (workspace_id, tenant_id, object_id)
  where removed_at is null and bound_at is not null;

create table session (
  workspace_id     uuid not null references workspace (workspace_id),
  id               uuid not null,
  administrator_id uuid not null,
  token_hash       bytea not null check (octet_length(token_hash) = 32),
  created_at       timestamptz(3) not null,
  expires_at       timestamptz(3) not null,
  ended_at         timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, administrator_id) references administrator (workspace_id, id),
  constraint session_token_unique unique (workspace_id, token_hash)
);
create index session_administrator on session (workspace_id, administrator_id);

create table api_token (
  workspace_id     uuid not null references workspace (workspace_id),
  id               uuid not null,
  administrator_id uuid not null,
  token_hash       bytea not null check (octet_length(token_hash) = 32),
  scopes           text[] not null check (cardinality(scopes) > 0),
  created_at       timestamptz(3) not null,
  created_by       text not null,
  expires_at       timestamptz(3),
  revoked_at       timestamptz(3),
  revoked_by       text,
  primary key (workspace_id, id),
  foreign key (workspace_id, administrator_id) references administrator (workspace_id, id),
  constraint api_token_hash_unique unique (workspace_id, token_hash)
);
create index api_token_administrator on api_token (workspace_id, administrator_id);
comment on column api_token.scopes is 'What was asked for; what the administrator''s role no longer gives is not given by the token either.';

create table scim_switch (
  workspace_id      uuid primary key references workspace (workspace_id),
  state             text not null default 'off' check (state in ('off', 'on')),
  sso_connection_id uuid,
  changed_at        timestamptz(3) not null,
  changed_by        text not null,
  preview_digest    bytea,
  constraint scim_switch_on_names_its_sso check (state = 'off' or sso_connection_id is not null)
);
comment on table scim_switch is 'Whether SCIM is the workspace''s source of truth for who is synced. Every room reads it; activation alone writes it.';

-- I5. Ending an owner locks the others first: of two transactions that each end one of the last two, one waits or is
-- chosen as the deadlock's victim, whatever the isolation level. pg_temp comes last so that nobody can shadow the table.
create function keep_an_owner() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  perform 1 from owner
    where owner.workspace_id = old.workspace_id and owner.id <> old.id and owner.ended_at is null
    order by owner.id
    for update;
  if not found then
    raise exception 'a workspace keeps at least one owner'
      using errcode = '23514', constraint = 'owner_last_kept', table = 'owner';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;

create trigger owner_last_kept_on_end before update of ended_at, workspace_id on owner
  for each row when (old.ended_at is null and (new.ended_at is not null or new.workspace_id <> old.workspace_id))
  execute function keep_an_owner();
create trigger owner_last_kept_on_delete before delete on owner
  for each row when (old.ended_at is null)
  execute function keep_an_owner();

grant select, insert on workspace to rollcall_server;
grant update (name, time_zone) on workspace to rollcall_server;
grant select, insert on role to rollcall_server;
grant update (name, rank, retired_at) on role to rollcall_server;
-- No update of credential_hash: a credential is replaced by a new owner, never rewritten under the old one (I5).
grant select, insert on owner to rollcall_server;
grant update (credential_proven_at, last_used_at, ended_at, ended_by) on owner to rollcall_server;
grant select, insert on administrator to rollcall_server;
grant update (role_id, invitation_revoked_at, tenant_id, object_id, bound_at, removed_at, removed_by) on administrator to rollcall_server;
grant select, insert on session to rollcall_server;
grant update (ended_at) on session to rollcall_server;
grant select, insert on api_token to rollcall_server;
grant update (revoked_at, revoked_by) on api_token to rollcall_server;
grant select, insert on scim_switch to rollcall_server;
grant update (state, sso_connection_id, changed_at, changed_by, preview_digest) on scim_switch to rollcall_server;
