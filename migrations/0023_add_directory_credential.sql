-- A connection has up to two credentials, secrets or certificates, so that one follows the other without a gap; it is known when they end, and in which cloud the tenant is.

create table directory_credential (
  workspace_id       uuid not null,
  id                 uuid not null,
  connection_id      uuid not null,
  kind               text not null check (kind in ('secret', 'certificate')),
  sealed             bytea not null,
  thumbprint         text,
  expires_at         timestamptz(3) not null,
  expiry_source      text not null check (expiry_source in ('entra', 'certificate', 'entered', 'assumed')),
  expiry_warned_days smallint check (expiry_warned_days >= 0),
  added_at           timestamptz(3) not null,
  added_by           text not null,
  last_used_at       timestamptz(3),
  removed_at         timestamptz(3),
  removed_by         text,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check ((kind = 'certificate') = (thumbprint is not null)),
  check ((removed_at is null) = (removed_by is null))
);
comment on table directory_credential is 'What a connection proves itself by towards Entra. Up to two are in use; what was removed stays, without its secret.';
comment on column directory_credential.sealed is
  'The secret, or the certificate with its private key, under the encryption key; its context names the connection. Empty once removed.';
comment on column directory_credential.thumbprint is 'SHA-256 of the certificate in base64url, as Entra knows it.';
comment on column directory_credential.expiry_source is
  'Who says when it ends: Entra''s application object, the certificate itself, an administrator, or nobody, and a year is assumed.';
comment on column directory_credential.expiry_warned_days is 'The least number of days ahead of the end at which a warning was given; 0 when it was over.';
create index directory_credential_in_use on directory_credential (workspace_id, connection_id) where removed_at is null;

insert into directory_credential (workspace_id, id, connection_id, kind, sealed, expires_at, expiry_source, added_at, added_by)
select connection.workspace_id, gen_random_uuid(), connection.id, 'secret', connection.sealed_secret,
  connection.created_at + interval '365 days', 'assumed', connection.created_at, connection.created_by
from directory_connection as connection;

alter table directory_connection
  drop column sealed_secret,
  add column cloud_confirmed_at timestamptz(3);
comment on column directory_connection.cloud_confirmed_at is 'When the tenant''s own metadata said that it lives in this cloud; null where it could not be asked.';

grant select, insert on directory_credential to rollcall_server;
grant update (sealed, expires_at, expiry_source, expiry_warned_days, last_used_at, removed_at, removed_by) on directory_credential to rollcall_server;
grant update (cloud_confirmed_at) on directory_connection to rollcall_server;
