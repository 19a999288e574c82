-- SAML 2.0 as a second protocol of single sign-on, through the same candidate, verification and activation.

alter table sso_connection drop constraint sso_connection_protocol_check;
alter table sso_connection
  alter column client_secret_sealed drop not null,
  add column sso_url text,
  add constraint sso_connection_protocol check (protocol in ('oidc', 'saml')),
  add constraint sso_connection_oidc_has_secret check ((protocol = 'oidc') = (client_secret_sealed is not null)),
  add constraint sso_connection_oidc_secret_ends check (protocol = 'oidc' or client_secret_expires_at is null),
  add constraint sso_connection_saml_has_address check ((protocol = 'saml') = (sso_url is not null));
comment on column sso_connection.client_id is 'How the provider calls us: the client id, or our entity id with SAML.';
comment on column sso_connection.issuer is 'How the provider calls itself: the issuer, or its entity id with SAML.';
comment on column sso_connection.sso_url is 'Where a browser is sent with a SAML request.';

create or replace function sso_connection_keep_configuration() returns trigger language plpgsql as $$
begin
  if (new.workspace_id, new.id, new.protocol, new.tenant_id, new.client_id, new.issuer, new.sso_url, new.client_secret_sealed, new.fingerprint)
     is distinct from
     (old.workspace_id, old.id, old.protocol, old.tenant_id, old.client_id, old.issuer, old.sso_url, old.client_secret_sealed, old.fingerprint) then
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

create table sso_certificate (
  workspace_id       uuid not null,
  connection_id      uuid not null,
  position           smallint not null check (position > 0),
  der                bytea not null,
  expires_at         timestamptz(3) not null,
  expiry_warned_days smallint check (expiry_warned_days >= 0),
  primary key (workspace_id, connection_id, position),
  foreign key (workspace_id, connection_id) references sso_connection (workspace_id, id)
);
comment on table sso_certificate is 'What a SAML provider signs with: the present certificate, and the next one. Part of the connection''s fingerprint.';
comment on column sso_certificate.expiry_warned_days is 'The least number of days ahead of the end at which a warning was given; 0 when it was over.';

create table sso_assertion (
  workspace_id   uuid not null,
  assertion_hash bytea not null check (octet_length(assertion_hash) = 32),
  used_at        timestamptz(3) not null,
  expires_at     timestamptz(3) not null,
  primary key (workspace_id, assertion_hash)
);
comment on table sso_assertion is 'SAML assertions that have been taken, kept until they have expired: each counts once.';
create index sso_assertion_expiry on sso_assertion (workspace_id, expires_at);

grant insert (sso_url) on sso_connection to rollcall_server;
grant select, insert on sso_certificate to rollcall_server;
grant update (expiry_warned_days) on sso_certificate to rollcall_server;
grant select, insert, delete on sso_assertion to rollcall_server;
