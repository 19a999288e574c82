-- SCIM credentials of four kinds: a bearer secret, a client's secret, a workload identity, and an enrolled tenant of Entra.

alter table scim_credential
  alter column token_hash drop not null,
  add column kind text not null default 'bearer' check (kind in ('bearer', 'oauth-client', 'workload-identity', 'entra-jwt')),
  add column mode text not null default 'entra' check (mode in ('entra', 'strict')),
  add column hint text,
  add column client_id uuid,
  add column token_life_s int check (token_life_s between 3600 and 21600),
  add column cloud text check (cloud in ('commercial', 'us-government-l4', 'us-government-l5')),
  add column tenant_id uuid,
  add column issuer text,
  add column subject text,
  add column audiences text[] check (cardinality(audiences) > 0),
  add column caller_app_id uuid,
  add column caller_object_id uuid,
  add column seen_app_id uuid,
  add column seen_object_id uuid,
  add column seen_at timestamptz(3),
  add column last_used_at timestamptz(3),
  add column expiry_warned_at timestamptz(3),
  -- A secret of ours belongs to the kinds that have one; what is somebody else's to sign is pinned as a whole.
  add constraint scim_credential_secret check ((kind in ('bearer', 'oauth-client')) = (token_hash is not null)),
  add constraint scim_credential_client check ((kind in ('oauth-client', 'workload-identity')) = (client_id is not null and token_life_s is not null)),
  add constraint scim_credential_tenant check (
    (kind in ('workload-identity', 'entra-jwt')) = (cloud is not null and tenant_id is not null and issuer is not null and audiences is not null)),
  add constraint scim_credential_subject check ((kind = 'workload-identity') = (subject is not null)),
  add constraint scim_credential_caller check (
    (caller_app_id is null) = (caller_object_id is null) and (caller_app_id is null or kind = 'entra-jwt')),
  add constraint scim_credential_seen check (
    (seen_app_id is null) = (seen_at is null) and (seen_object_id is null) = (seen_at is null) and (seen_at is null or kind = 'entra-jwt'));
comment on table scim_credential is 'What a provisioning service proves itself by. Every way to authenticate ends in a row of this table, which each statement of the data plane reads again.';
comment on column scim_credential.mode is 'entra: a deactivation is applied whatever else its request carries (I1); strict: a request is applied whole or refused whole.';
comment on column scim_credential.hint is 'The first characters of the secret, so that people can tell which one they have.';
comment on column scim_credential.client_id is 'The OAuth client: the id of its first credential. A client has two live secrets at most, a row each.';
comment on column scim_credential.issuer is 'Claim iss that a token must have.';
comment on column scim_credential.caller_app_id is 'Claim appid of the caller whom an administrator confirmed; until there is one, no token is taken.';
comment on column scim_credential.seen_app_id is 'Claim appid of the first caller whose token was genuine, for an administrator to confirm.';
comment on column scim_credential.expiry_warned_at is 'When the log last said that it is about to end.';

create index scim_credential_client_secrets on scim_credential (workspace_id, client_id) where client_id is not null;
-- One live enrolment of a tenant: which row a token belongs to is never a choice.
create unique index scim_credential_enrolment on scim_credential (workspace_id, tenant_id) where kind = 'entra-jwt' and revoked_at is null;
-- Whether a tenant is connected elsewhere too is asked across workspaces, and answered yes or no (I12).
create index scim_credential_tenant_anywhere on scim_credential (tenant_id) where kind = 'entra-jwt' and revoked_at is null;
create index directory_connection_tenant_anywhere on directory_connection (tenant_id) where removed_at is null;
create index sso_connection_tenant_anywhere on sso_connection (tenant_id) where state = 'active';

-- What a credential is never changes; only how it goes on does.
revoke update on scim_credential from rollcall_server;
grant update (revoked_at, caller_app_id, caller_object_id, seen_app_id, seen_object_id, seen_at, last_used_at, expiry_warned_at)
  on scim_credential to rollcall_server;

create table scim_access_token (
  workspace_id  uuid not null,
  token_hash    bytea not null check (octet_length(token_hash) = 32),
  credential_id uuid not null,
  issued_at     timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, credential_id) references scim_credential (workspace_id, id)
);
comment on table scim_access_token is 'Access tokens of the OAuth token endpoint, by their hash; each ends with the credential that it was issued through.';
create index scim_access_token_credential on scim_access_token (workspace_id, credential_id, issued_at);

create table scim_assertion (
  workspace_id   uuid not null,
  credential_id  uuid not null,
  assertion_hash bytea not null check (octet_length(assertion_hash) = 32),
  used_at        timestamptz(3) not null,
  expires_at     timestamptz(3) not null,
  primary key (workspace_id, credential_id, assertion_hash),
  foreign key (workspace_id, credential_id) references scim_credential (workspace_id, id)
);
comment on table scim_assertion is 'Client assertions that have been used, kept until they would have expired: each counts once (RFC 7523 §3).';
create index scim_assertion_expiry on scim_assertion (workspace_id, credential_id, expires_at);

grant select, insert, delete on scim_access_token, scim_assertion to rollcall_server;

-- As before, but an enrolment whose caller nobody has confirmed admits nothing, so it opens no gate (I4).
create or replace function guard_scim_switch() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  perform 1 from sso_connection
    where sso_connection.workspace_id = new.workspace_id
      and sso_connection.id = new.sso_connection_id
      and sso_connection.state = 'active'
    for share;
  if not found then
    raise exception 'the switch cannot be on: its single sign-on connection is not active'
      using errcode = '23514', constraint = 'scim_switch_needs_active_sso', table = 'scim_switch';
  end if;
  perform 1 from sso_verification
    join sso_connection on sso_connection.workspace_id = sso_verification.workspace_id
      and sso_connection.id = sso_verification.connection_id
      and sso_connection.fingerprint = sso_verification.fingerprint
    where sso_verification.workspace_id = new.workspace_id and sso_verification.connection_id = new.sso_connection_id;
  if not found then
    raise exception 'the switch cannot be on: no sign-in has verified the present configuration of single sign-on'
      using errcode = '23514', constraint = 'scim_switch_needs_verified_sso', table = 'scim_switch';
  end if;
  if tg_op = 'UPDATE' and old.state = 'on' then
    return null; -- what follows opens the gate; it need not stay so while the switch is on
  end if;
  perform 1 from scim_credential
    where scim_credential.workspace_id = new.workspace_id and scim_credential.revoked_at is null
      and (scim_credential.expires_at is null or scim_credential.expires_at > new.changed_at)
      and (scim_credential.kind <> 'entra-jwt' or scim_credential.caller_app_id is not null);
  if not found then
    raise exception 'the switch cannot be turned on: there is no live SCIM credential'
      using errcode = '23514', constraint = 'scim_switch_needs_credential', table = 'scim_switch';
  end if;
  perform 1 from owner
    where owner.workspace_id = new.workspace_id and owner.ended_at is null and owner.credential_proven_at is not null;
  if not found then
    raise exception 'the switch cannot be turned on: no owner has proven their credential'
      using errcode = '23514', constraint = 'scim_switch_needs_proven_owner', table = 'scim_switch';
  end if;
  return null;
end
$$;
