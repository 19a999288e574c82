-- Turning the SCIM switch: what was shown beforehand, who decided, and the gate that holds whoever writes the switch (I4).

create table activation_preview (
  workspace_id uuid not null references workspace (workspace_id),
  id           uuid not null,
  turn_to      text not null check (turn_to in ('off', 'on')),
  digest       bytea not null check (octet_length(digest) = 32),
  content      jsonb not null,
  created_at   timestamptz(3) not null,
  created_by   text not null,
  primary key (workspace_id, id)
);
comment on table activation_preview is 'Who would appear and who would disappear, as it was shown. Object ids and counts; names stay in the directory''s tables.';
create index activation_preview_digest on activation_preview (workspace_id, digest, created_at desc);

create table authority_change (
  workspace_id   uuid not null references workspace (workspace_id),
  id             uuid not null,
  authority      text not null check (authority in ('scim', 'scope')),
  changed_at     timestamptz(3) not null,
  changed_by     text not null,
  preview_id     uuid not null,
  preview_digest bytea not null check (octet_length(preview_digest) = 32),
  reason         text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, preview_id) references activation_preview (workspace_id, id)
);
comment on table authority_change is 'Whose word decided who is synced, from when on: the history of the switch.';
create index authority_change_time on authority_change (workspace_id, changed_at desc);

alter table scim_switch add constraint scim_switch_sso_connection
  foreign key (workspace_id, sso_connection_id) references sso_connection (workspace_id, id);

-- Whoever signs in is looked for among the deleted, too. Holds tombstones alone, so that writing users costs nothing more.
create index scim_user_deleted_external_id on scim_user (workspace_id, external_id) where deleted_at is not null;

-- I4, at the switch. What it stands on is locked: a transaction that takes it away at the same time waits, then finds the
-- switch on, or was first, and then this one finds it gone. pg_temp comes last so that no temporary table can stand in.
create function guard_scim_switch() returns trigger language plpgsql set search_path = public, pg_temp as $$
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
      and (scim_credential.expires_at is null or scim_credential.expires_at > new.changed_at);
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
create constraint trigger scim_switch_gate after insert or update on scim_switch
  for each row when (new.state = 'on') execute function guard_scim_switch();

-- I4, at single sign-on: looked at when the transaction ends, so that one configuration can replace another within it.
-- The switch's row is locked whatever its state: a filter on it would not wait for a transaction that is just turning it on.
-- Only a change of state asks: whoever else writes the row would wait for the switch while its turning waits for the row.
create function guard_sso_in_use() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  switch_state text;
begin
  select scim_switch.state into switch_state from scim_switch where scim_switch.workspace_id = old.workspace_id for share;
  if switch_state is distinct from 'on' then
    return null;
  end if;
  perform 1 from sso_connection
    join sso_verification on sso_verification.workspace_id = sso_connection.workspace_id
      and sso_verification.connection_id = sso_connection.id
      and sso_verification.fingerprint = sso_connection.fingerprint
    where sso_connection.workspace_id = old.workspace_id and sso_connection.state = 'active';
  if not found then
    raise exception 'single sign-on is in use while the switch is on: it can be replaced by a verified connection, not removed'
      using errcode = '23514', constraint = 'sso_connection_in_use', table = 'sso_connection';
  end if;
  return null;
end
$$;
create constraint trigger sso_connection_in_use after update of state or delete on sso_connection
  deferrable initially deferred
  for each row when (old.state = 'active') execute function guard_sso_in_use();

create function authority_history_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;
create trigger activation_preview_append_only before update or delete on activation_preview
  for each row execute function authority_history_refuse_change();
create trigger authority_change_append_only before update or delete on authority_change
  for each row execute function authority_history_refuse_change();

grant select, insert on activation_preview, authority_change to rollcall_server;
