-- Whom SCIM knows by an object id that no listing of a directory shows is asked for by that id: found nowhere is not deleted, but unknown.

create view scim_object_id as
select scim_user.workspace_id, scim_user.id as scim_user_id, null::uuid as tenant_id,
  -- Within case, so that nothing is cast that is no UUID, in whatever order conditions are tried.
  case when scim_user.external_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then scim_user.external_id::uuid end as object_id
from scim_user
where scim_user.external_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
union all
select identity_link.workspace_id, identity_link.scim_user_id, identity_link.tenant_id, identity_link.object_id
from identity_link;
comment on view scim_object_id is
  'Object ids by which SCIM knows its users, deleted ones included: an externalId that is one, and identities that signed in. The tenant is null where SCIM does not say it.';

create table directory_watched_object (
  workspace_id  uuid not null,
  connection_id uuid not null,
  object_id     uuid not null,
  -- The name under which evidence knows the object: it says nothing once its disclosures are erased.
  watch_id      uuid not null default gen_random_uuid(),
  answer        text not null check (answer in ('not_found', 'refused')),
  since         timestamptz(3) not null,
  asked_at      timestamptz(3) not null,
  run_id        uuid not null,
  record_id     uuid,
  primary key (workspace_id, connection_id, object_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  constraint directory_watched_object_watch unique (workspace_id, watch_id),
  check (asked_at >= since)
);
comment on table directory_watched_object is 'Objects that SCIM alone knows, and what the tenant answered when asked for them by id. An account that is found later stands among the accounts.';
comment on column directory_watched_object.answer is 'not_found: neither among the users nor in the recycle bin, which is no proof that it ever was there. refused: hidden from us.';
comment on column directory_watched_object.since is 'When it was answered so first; asked_at is when it was last.';
create index directory_watched_object_unrecorded on directory_watched_object (workspace_id, connection_id, object_id) where record_id is null;

grant select on scim_object_id to rollcall_server;
grant select, insert on directory_watched_object to rollcall_server;
grant update (answer, since, asked_at, run_id, record_id) on directory_watched_object to rollcall_server;
