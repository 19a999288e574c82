-- A user's role as the directory says it: what each source claims is kept beside the user, and what the claims come to is worked
-- out where it is asked, so that a role that enters the catalogue later, or is protected, takes effect without another push.

alter table role add column directory_may_grant boolean not null default true;
comment on column role.directory_may_grant is 'Whether a claim of the directory gives the role. One that is protected stays with people of the workspace.';
grant update (directory_may_grant) on role to rollcall_server;

-- A source that is left out is not asked. The sum is the number of known sources in the list: it tells strangers and repetitions.
alter table workspace
  add column role_sources text[] not null default array['extension', 'userType', 'roles', 'core'],
  add constraint workspace_role_sources_known check (
    cardinality(role_sources) > 0
    and cardinality(role_sources) = (role_sources @> array['extension'])::int + (role_sources @> array['userType'])::int
      + (role_sources @> array['roles'])::int + (role_sources @> array['core'])::int
  );
comment on column workspace.role_sources is 'Where a provisioned user''s role is looked for, in this order.';
grant update (role_sources) on workspace to rollcall_server;

alter table scim_user add column role_claims jsonb not null default '[]';
comment on column scim_user.role_claims is 'What each source of the resource says of the role, as sent: [{source, value, raw?}]; may name no role of the catalogue.';

-- What users pushed so far claim, read as a push is read: the primary role, else the only one; JSON within a role's value.
create function json_object_of(text) returns jsonb language plpgsql as $$
begin
  if ltrim($1) not like '{%' then
    return null;
  end if;
  return $1::jsonb;
exception when others then
  return null; -- no JSON, or such as jsonb cannot hold: then the text itself is the role's name
end
$$;
with chosen as (
  select scim_user.workspace_id, scim_user.id, scim_user.resource, role.value as role_value
  from scim_user
  left join lateral (
    select item.value ->> 'value' as value
    from jsonb_array_elements(case jsonb_typeof(scim_user.resource -> 'roles') when 'array' then scim_user.resource -> 'roles' else '[]' end)
      with ordinality as item (value, place)
    where jsonb_typeof(item.value -> 'value') = 'string'
      and (item.value -> 'primary' = 'true' or jsonb_array_length(scim_user.resource -> 'roles') = 1)
    order by item.place
    limit 1
  ) as role on true
), claim as (
  select chosen.workspace_id, chosen.id, said.place, said.source, said.value, said.raw
  from chosen
  cross join lateral (select json_object_of(chosen.role_value) as object) as assignment
  left join lateral (
    select assignment.object ->> member.name as value
    from (values (1, 'value'), (2, 'displayName'), (3, 'id')) as member (place, name)
    where jsonb_typeof(assignment.object -> member.name) = 'string' and assignment.object ->> member.name <> ''
    order by member.place
    limit 1
  ) as named on true
  cross join lateral (values
    (1, 'extension', chosen.resource -> 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User' ->> 'rbac_role_id', null),
    (2, 'userType', chosen.resource ->> 'userType', null),
    (3, 'roles', case when assignment.object is null then chosen.role_value else named.value end,
      case when assignment.object is not null then chosen.role_value end),
    (4, 'core', chosen.resource -> 'urn:ietf:params:scim:schemas:core:2.0:User' ->> 'role', null)
  ) as said (place, source, value, raw)
  where said.value <> ''
), claims as (
  select claim.workspace_id, claim.id,
    jsonb_agg(jsonb_strip_nulls(jsonb_build_object('source', claim.source, 'value', claim.value, 'raw', claim.raw)) order by claim.place) as list
  from claim
  group by claim.workspace_id, claim.id
)
update scim_user set role_claims = claims.list
from claims
where scim_user.workspace_id = claims.workspace_id and scim_user.id = claims.id;
drop function json_object_of(text);

-- One truth: the extension's claim holds what this column held.
alter table scim_user drop column rbac_role_id;

-- What claims come to ($1 workspace, $2 claims): one row. The first source in the workspace's order that names a present role
-- decides; where the directory may not grant that role, as where no source names one, the user has the least role of all, or none
-- where even that one is protected. `because`:
--   granted        the deciding claim names role_id
--   not-grantable  the deciding claim names a role that the directory may not grant
--   unknown-role   claims that are meant to name a role name none of the catalogue; the first of them is shown
--   no-role        nothing is claimed. userType also holds "Member", "Guest" or "Employee" (entra-scim-client §8), so one that
--                  names no role claims nothing, unless the workspace asks it before all other sources.
-- A single select, so that it is planned within the statement that asks.
create function decide_role(uuid, jsonb)
returns table (role_id text, because text, source text, value text, raw text) language sql stable as $$
  select case when claim.because = 'granted' then claim.value when lowest.directory_may_grant then lowest.id end,
    coalesce(claim.because, 'no-role'), claim.source, claim.value, claim.raw
  from workspace
  left join lateral (
    select said.source, said.value, coalesce(said.raw, said.value) as raw,
      case when role.id is null then 'unknown-role' when role.directory_may_grant then 'granted' else 'not-grantable' end as because
    from jsonb_to_recordset($2) as said (source text, value text, raw text)
    left join role on role.workspace_id = workspace.workspace_id and role.id = said.value and role.retired_at is null
    where said.source = any(workspace.role_sources)
      and (role.id is not null or said.source <> 'userType' or workspace.role_sources[1] = 'userType')
    order by role.id is null, array_position(workspace.role_sources, said.source)
    limit 1
  ) as claim on true
  left join lateral (
    select role.id, role.directory_may_grant from role
    where role.workspace_id = workspace.workspace_id and role.retired_at is null
    order by role.rank, role.id
    limit 1
  ) as lowest on claim.because is distinct from 'granted'
  where workspace.workspace_id = $1
$$;
