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

-- I4. The server itself is the witness of a sign-in, so a row that it makes up cannot be told from a real one; but it has to
-- fit the connection and the administrator as they stand, and leave its record in the append-only ledger (I3). Looked at
-- when the transaction ends, when that record is there. pg_temp comes last so that no temporary table can stand in.
create function guard_sso_verification() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  perform 1 from sso_connection
    join administrator on administrator.workspace_id = sso_connection.workspace_id
      and administrator.id = new.administrator_id and administrator.removed_at is null
      and administrator.tenant_id = new.tenant_id and administrator.object_id = new.object_id
    where sso_connection.workspace_id = new.workspace_id and sso_connection.id = new.connection_id
      and sso_connection.state <> 'retired' and sso_connection.fingerprint = new.fingerprint
      and sso_connection.tenant_id = new.tenant_id and sso_connection.issuer = new.issuer;
  if not found then
    raise exception 'a verification is of the present configuration, by a bound administrator of its tenant'
      using errcode = '23514', constraint = 'sso_verification_fits', table = 'sso_verification';
  end if;
  perform 1 from ledger_record
    where ledger_record.workspace_id = new.workspace_id and ledger_record.subject_id = new.connection_id
      and ledger_record.type = 'sso.verified' and ledger_record.txid = pg_current_xact_id();
  if not found then
    raise exception 'a verification is recorded in the ledger by the same transaction'
      using errcode = '23514', constraint = 'sso_verification_recorded', table = 'sso_verification';
  end if;
  return null;
end
$$;
create constraint trigger sso_verification_fits after insert on sso_verification
  deferrable initially deferred
  for each row execute function guard_sso_verification();

grant select on sso_connection to rollcall_server;
-- No insert of state: every connection begins as a candidate.
grant insert (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, created_at, created_by)
  on sso_connection to rollcall_server;
grant select, insert on sso_verification to rollcall_server;
grant update (state, verification_open_until, activated_at, retired_at) on sso_connection to rollcall_server;
grant select, insert, delete on sso_attempt to rollcall_server;
