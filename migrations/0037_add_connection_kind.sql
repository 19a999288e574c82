-- A connection reads a tenant, or named Azure subscriptions of one; a workspace has connections of one kind. What a look could not collect is kept by name.

alter table directory_connection
  add column kind             text not null default 'tenant',
  add column subscription_ids uuid[] not null default '{}',
  add column removed_by       text,
  add constraint directory_connection_kind check (kind in ('tenant', 'subscription')),
  add constraint directory_connection_subscriptions check ((kind = 'subscription') = (subscription_ids <> '{}')),
  add constraint directory_connection_removed check (removed_by is null or removed_at is not null);
comment on column directory_connection.kind is
  'tenant: the directory alone. subscription: the same, and who has which role in the subscriptions. Never both live in one workspace.';
comment on column directory_connection.subscription_ids is 'Azure subscriptions whose role assignments are read.';

-- Kinds are not mixed, even by two who add a connection at once: whoever comes second waits for the first, and then sees its row.
create function directory_connection_of_one_kind() returns trigger language plpgsql as $$
begin
  if new.removed_at is not null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('directory_connection_kind ' || new.workspace_id, 0));
  if exists (
    select 1
    from directory_connection as other
    where other.workspace_id = new.workspace_id and other.removed_at is null and other.id <> new.id and other.kind <> new.kind
  ) then
    raise exception 'a workspace has connections of one kind' using errcode = 'exclusion_violation', constraint = 'directory_connection_one_kind';
  end if;
  return new;
end
$$;
create trigger directory_connection_one_kind before insert or update of workspace_id, kind, removed_at on directory_connection
  for each row execute function directory_connection_of_one_kind();

create table directory_collection (
  workspace_id  uuid not null,
  connection_id uuid not null,
  facts         text not null,
  collected_at  timestamptz(3),
  tried_at      timestamptz(3) not null,
  because       text,
  refusals      integer not null check (refusals >= 0),
  primary key (workspace_id, connection_id, facts),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check ((because is null) = (refusals = 0)),
  check (because is not null or collected_at is not null)
);
comment on table directory_collection is 'What is read where a permission or a licence lets us: when it last was, and why it was not since.';
comment on column directory_collection.facts is 'What is collected, such as audit-log.';
comment on column directory_collection.refusals is 'How many looks in a row could not collect it.';

create table directory_azure_role_assignment (
  workspace_id       uuid not null,
  connection_id      uuid not null,
  assignment_id      text not null,
  -- Its place in listings.
  id                 uuid not null default gen_random_uuid(),
  subscription_id    uuid not null,
  principal_id       uuid not null,
  principal_type     text not null,
  role_definition_id uuid not null,
  role_name          text,
  target             text not null,
  has_condition      boolean not null,
  created_on         timestamptz(3),
  first_seen_at      timestamptz(3) not null,
  gone_at            timestamptz(3),
  primary key (workspace_id, connection_id, assignment_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  constraint directory_azure_role_assignment_place unique (workspace_id, id),
  check (gone_at >= first_seen_at)
);
comment on table directory_azure_role_assignment is 'Who has which role in Azure, as Azure Resource Manager shows it. One that is no longer shown stays, with when it was first missing.';
comment on column directory_azure_role_assignment.assignment_id is 'Its address in Azure Resource Manager, lower-cased.';
comment on column directory_azure_role_assignment.subscription_id is 'The subscription in whose listing it stood; the target may lie above it.';
comment on column directory_azure_role_assignment.target is 'What it gives access to: a management group, a subscription, a resource group, a resource.';
create index directory_azure_role_assignment_by_principal on directory_azure_role_assignment (workspace_id, connection_id, principal_id, id);

create unlogged table directory_stage_azure_role (
  workspace_id       uuid not null,
  run_id             uuid not null,
  assignment_id      text not null,
  seq                integer not null,
  subscription_id    uuid not null,
  principal_id       uuid not null,
  principal_type     text not null,
  role_definition_id uuid not null,
  role_name          text,
  target             text not null,
  has_condition      boolean not null,
  created_on         timestamptz(3),
  primary key (workspace_id, run_id, assignment_id, seq)
);

grant update (removed_by) on directory_connection to rollcall_server;
grant select, insert on directory_collection to rollcall_server;
grant update (collected_at, tried_at, because, refusals) on directory_collection to rollcall_server;
grant select, insert on directory_azure_role_assignment to rollcall_server;
grant update (subscription_id, principal_id, principal_type, role_definition_id, role_name, target, has_condition, created_on, gone_at)
  on directory_azure_role_assignment to rollcall_server;
grant select, insert, delete on directory_stage_azure_role to rollcall_server;
