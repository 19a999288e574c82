-- Whoever entered stays in only as long as the authority in force lets them, and a deactivation ends their access in its own transaction.

alter table workspace
  add column grace_days            smallint not null default 7  constraint workspace_grace_days check (grace_days between 0 and 30),
  add column sso_verification_days smallint not null default 90 constraint workspace_sso_verification_days check (sso_verification_days between 1 and 365),
  add column owner_drill_days      smallint not null default 90 constraint workspace_owner_drill_days check (owner_drill_days between 1 and 365);
comment on column workspace.grace_days is 'For how many days after the switch went on an administrator whom SCIM has not provisioned may still enter.';
comment on column workspace.sso_verification_days is 'How old the last sign-in through single sign-on may be when the switch is turned on.';
comment on column workspace.owner_drill_days is 'How long ago an owner may have used their credential last when the switch is turned on.';

create table identity_link (
  workspace_id uuid not null references workspace (workspace_id),
  tenant_id    uuid not null,
  object_id    uuid not null,
  scim_user_id uuid not null,
  linked_by    text not null check (linked_by in ('externalId', 'userName')),
  linked_at    timestamptz(3) not null,
  primary key (workspace_id, tenant_id, object_id)
);
comment on table identity_link is 'Which SCIM user an identity of a tenant is, as its first sign-in found; a later one replaces it only when that user was deleted.';
create index identity_link_scim_user on identity_link (workspace_id, scim_user_id);

alter table session
  alter column administrator_id drop not null,
  add column tenant_id    uuid,
  add column object_id    uuid,
  add constraint session_has_one_holder check (
    (administrator_id is null) = (object_id is not null) and (tenant_id is null) = (object_id is null)
  );
comment on column session.object_id is 'With tenant_id: a person who is no administrator, and enters as a SCIM user or by the scope.';
create index session_person on session (workspace_id, object_id) where object_id is not null;

-- The SCIM user whom an identity is: the one it was linked to, else the one whose externalId is the object id, else the one whose
-- userName is the sign-in name, unless its externalId is another object's id. A deleted one counts only where there is no other.
create function scim_user_of(uuid, uuid, uuid, text)
returns table (id uuid, standing text, linked_by text)
language sql stable
as $$
  select found.id, found.standing, found.linked_by
  from (
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end as standing, null as linked_by, 1 as rank
    from identity_link
    join scim_user on scim_user.workspace_id = identity_link.workspace_id and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = $2 and identity_link.object_id = $3 and scim_user.deleted_at is null
    union all
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end, 'externalId', case when scim_user.active then 2 else 3 end
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id = $3::text and scim_user.deleted_at is null
    union all
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end, 'userName', 4
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.user_name_key = lower($4) and scim_user.deleted_at is null
      and scim_user.external_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' is not false
    union all
    select scim_user.id, 'deleted', null, 5
    from identity_link
    join scim_user on scim_user.workspace_id = identity_link.workspace_id and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = $2 and identity_link.object_id = $3 and scim_user.deleted_at is not null
    union all
    select scim_user.id, 'deleted', null, 6
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id = $3::text and scim_user.deleted_at is not null
  ) as found
  order by found.rank
  limit 1
$$;

grant update (grace_days, sso_verification_days, owner_drill_days) on workspace to rollcall_server;
grant select, insert on identity_link to rollcall_server;
grant update (scim_user_id, linked_by, linked_at) on identity_link to rollcall_server;
