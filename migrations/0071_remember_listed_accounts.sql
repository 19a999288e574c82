-- What has been understood once need not be understood again: a listing that shows an account by the same bytes shows the same properties.

-- Unlogged: what a crash takes is understood anew.
create unlogged table directory_listed_account (
  workspace_id  uuid not null,
  connection_id uuid not null,
  object_id     uuid not null,
  listed_as     bytea not null check (octet_length(listed_as) = 33),
  row_hash      bytea not null,
  primary key (workspace_id, connection_id, object_id)
);
comment on table directory_listed_account is
  'By which bytes a listing last showed an account. It says nothing of what the account is now: directory_account does.';
comment on column directory_listed_account.listed_as is 'One byte for the reading that understood them, then SHA-256 of the bytes.';
comment on column directory_listed_account.row_hash is
  'What they were understood as. Where directory_account has another, the account has changed since, and they count for nothing.';
grant select, insert, update, delete on directory_listed_account to rollcall_server;

alter table directory_stage_account add column listed_as bytea;
comment on column directory_stage_account.listed_as is 'By which bytes a listing showed it, as in directory_listed_account; null for any other answer.';

create or replace function directory_refresh_statistics() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  analyze directory_account, directory_observation, directory_group, directory_group_member, directory_app_assignment, directory_listed_account;
end
$$;
