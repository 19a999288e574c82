-- How administrators prove who they are: configurations of single sign-on, each a candidate until a real sign-in has gone through it.

create table sso_connection (
  workspace_id            uuid not null references workspace (workspace_id),
  id                      uuid not null,
  protocol                text not null check (protocol = 'oidc'),
  tenant_id               uuid not null,
  client_id               text not null,
  issuer                  text not null,
  client_secret_sealed    bytea not null,
  fingerprint             bytea not null check (octet_length(fingerprint) = 32),
  state                   text not null default 'candidate' check (state in ('candidate', 'active', 'retired')),
  created_at              timestamptz(3) not null,
  created_by              text not null,
  verification_open_until timestamptz(3),
  activated_at            timestamptz(3),
  retired_at              timestamptz(3),
  primary key (workspace_id, id)
);
comment on table sso_connection is 'One configuration. It is never edited: a change is another candidate, and the active one serves until that is verified.';
comment on column sso_connection.fingerprint is 'SHA-256 over the canonical JSON of the configuration, with a hash of the secret in place of the secret.';
comment on column sso_connection.verification_open_until is 'Until when sign-ins may start through it although it is a candidate.';
create unique index sso_connection_one_active on sso_connection (workspace_id) where state = 'active';

create table sso_verification (
  workspace_id     uuid not null,
  id               uuid not null,
  connection_id    uuid not null,
  fingerprint      bytea not null check (octet_length(fingerprint) = 32),
  administrator_id uuid not null,
  tenant_id        uuid not null,
  object_id        uuid not null,
  issuer           text not null,
  verified_at      timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references sso_connection (workspace_id, id),
  foreign key (workspace_id, administrator_id) references administrator (workspace_id, id)
);
comment on table sso_verification is 'A real sign-in of an administrator through a configuration as it was then.';
create index sso_verification_connection on sso_verification (workspace_id, connection_id, fingerprint, verified_at desc);

create table sso_attempt (
  workspace_id uuid not null,
  state_hash   bytea not null check (octet_length(state_hash) = 32),
  used_at      timestamptz(3) not null,
  expires_at   timestamptz(3) not null,
  primary key (workspace_id, state_hash)
);
comment on table sso_attempt is 'Sign-in attempts that have come back, kept until they would have expired: each counts once.';
create index sso_attempt_expiry on sso_attempt (workspace_id, expires_at);

-- A verification is about a configuration as it was; one that could be edited afterwards would carry a proof that is not its own (I4).
create function sso_connection_keep_configuration() returns trigger language plpgsql as $$
begin
  if (new.workspace_id, new.id, new.protocol, new.tenant_id, new.client_id, new.issuer, new.client_secret_sealed, new.fingerprint)
     is distinct from
     (old.workspace_id, old.id, old.protocol, old.tenant_id, old.client_id, old.issuer, old.client_secret_sealed, old.fingerprint) then
    raise exception 'a configuration is never edited: add a new candidate'
      using errcode = '23514', constraint = 'sso_connection_immutable', table = 'sso_connection';
  end if;
  if old.state = 'retired' and new.state <> 'retired' or old.state = 'active' and new.state = 'candidate' then
    raise exception 'a connection goes from candidate to active to retired, and never back'
      using errcode = '23514', constraint = 'sso_connection_forward', table = 'sso_connection';
  end if;
  return new;
end
$$;
create trigger sso_connection_immutable before update on sso_connection
  for each row execute function sso_connection_keep_configuration();

create function sso_verification_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'sso_verification is append-only' using errcode = '42501';
end
$$;
create trigger sso_verification_append_only before update or delete on sso_verification
  for each row execute function sso_verification_refuse_change();

grant select on sso_connection to rollcall_server;
-- No insert of state: every connection begins as a candidate.
grant insert (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, created_at, created_by)
  on sso_connection to rollcall_server;
grant select, insert on sso_verification to rollcall_server;
grant update (state, verification_open_until, activated_at, retired_at) on sso_connection to rollcall_server;
grant select, insert, delete on sso_attempt to rollcall_server;
