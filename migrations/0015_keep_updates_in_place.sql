-- A change of a user stays on its page where it can, and what the wire log says of roles costs a change that says none nothing.
alter table scim_user set (fillfactor = 85);

-- The key serves the walk of lists too: one index less for every user that comes, and for every change that leaves its page.
alter table scim_user drop constraint scim_user_pkey, add constraint scim_user_pkey primary key (workspace_id, id) include (deleted_at);
drop index scim_user_walk;

-- In plpgsql, which no statement takes apart: the nodes of `decide_role` would be set up for every change, although few come to it.
create function role_notes(uuid, jsonb) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'quirk', case decided.because when 'not-grantable' then 'role-not-grantable' else decided.because end,
      'path', case decided.source when 'extension' then 'rbac_role_id' when 'core' then 'role' else decided.source end)), '[]'::jsonb)
    from decide_role($1, $2) as decided
    where decided.because in ('unknown-role', 'not-grantable')
  );
end
$$;
