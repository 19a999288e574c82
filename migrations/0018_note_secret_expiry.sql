-- When the client secret of single sign-on ends, as an administrator read it in Entra, and how far ahead that was last said.

alter table sso_connection
  add column client_secret_expires_at timestamptz(3),
  add column expiry_warned_days       smallint check (expiry_warned_days >= 0);
comment on column sso_connection.client_secret_expires_at is 'Null where nobody has said: the provider does not tell.';
comment on column sso_connection.expiry_warned_days is 'The least number of days ahead of the end at which a warning was given; 0 when it was over.';

grant insert (client_secret_expires_at) on sso_connection to rollcall_server;
grant update (expiry_warned_days) on sso_connection to rollcall_server;
