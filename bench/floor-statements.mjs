// The least SQL for each operation: a read is one look-up, a write is the change and its audit row in one statement and so
// in one commit. jsonb travels as text: nobody looks into it.

const userColumns = `scim_user.id, scim_user.created_at, scim_user.last_modified, scim_user.resource::text as resource`;

export const readUser = {
  name: 'floor-read-user',
  text: `select ${userColumns} from scim_user where scim_user.id = $1`,
};

export const findUser = {
  name: 'floor-find-user',
  text: `select ${userColumns} from scim_user where scim_user.user_name_key = $1`,
};

export const insertUser = {
  name: 'floor-insert-user',
  text: `with created as (
      insert into scim_user (id, user_name_key, version, created_at, last_modified, resource)
      values ($1, $2, 1, $3, $3, $4::jsonb)
      returning id
    )
    insert into audit (at, action, subject_id, request) select $3, 'user.created', created.id, $4::jsonb from created`,
};

/** $2: attributes to replace; $3: an extension's URN and $4: its attributes to replace. */
export const patchUser = {
  name: 'floor-patch-user',
  text: `with changed as (
      update scim_user
      set resource = resource || $2::jsonb || jsonb_build_object($3::text, coalesce(resource -> $3::text, '{}'::jsonb) || $4::jsonb),
        version = version + 1, last_modified = $5
      where id = $1
      returning ${userColumns}
    ), audited as (
      insert into audit (at, action, subject_id, request) select $5, 'user.updated', changed.id, $6::jsonb from changed
    )
    select * from changed`,
};

export const addMember = {
  name: 'floor-add-member',
  text: `with target as (
      update scim_group set version = version + 1, last_modified = $3 where id = $1 returning id
    ), added as (
      insert into scim_group_member (group_id, member_id) select target.id, $2 from target on conflict do nothing
    )
    insert into audit (at, action, subject_id, request) select $3, 'group.members', target.id, $4::jsonb from target`,
};

export const removeMember = {
  name: 'floor-remove-member',
  text: `with target as (
      update scim_group set version = version + 1, last_modified = $3 where id = $1 returning id
    ), removed as (
      delete from scim_group_member using target where group_id = target.id and member_id = $2
    )
    insert into audit (at, action, subject_id, request) select $3, 'group.members', target.id, $4::jsonb from target`,
};
