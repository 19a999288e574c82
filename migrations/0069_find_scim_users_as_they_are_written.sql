-- A deactivated administrator counted as never provisioned, and entered in grace, where the externalId is written in capitals, or where only the userName of a deleted user says who they were.

create index scim_user_deleted_name on scim_user (workspace_id, user_name_key) where deleted_at is not null;

-- The SCIM user whom an identity is: the one it was linked to, else the one whose externalId is the object id, else the one whose
-- userName is the sign-in name, unless its externalId is another object's id. A deleted one counts only where there is no other.
-- The sign-in name comes in the letters of user_name_key, as the program folds them: PostgreSQL folds others by its own rules.
create or replace function scim_user_of(uuid, uuid, uuid, text)
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
    where scim_user.workspace_id = $1 and scim_user.external_id in ($3::text, upper($3::text)) and scim_user.deleted_at is null
    union all
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end, 'userName', 4
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.user_name_key = $4 and scim_user.deleted_at is null
      and scim_user.external_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' is not false
    union all
    select scim_user.id, 'deleted', null, 5
    from identity_link
    join scim_user on scim_user.workspace_id = identity_link.workspace_id and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = $2 and identity_link.object_id = $3 and scim_user.deleted_at is not null
    union all
    select scim_user.id, 'deleted', null, 6
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id in ($3::text, upper($3::text)) and scim_user.deleted_at is not null
    union all
    select scim_user.id, 'deleted', null, 7
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.user_name_key = $4 and scim_user.deleted_at is not null
      and scim_user.external_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' is not false
  ) as found
  order by found.rank
  limit 1
$$;
