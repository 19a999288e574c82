// The least SQL for each operation: a read is one look-up, a write is the change and its audit row in one statement and so
// in one commit. jsonb travels as text: nobody looks into it.

const userColumns = `scim_user.id, scim_user.created_at, scim_user.last_modified, scim_user.resource::text as resource`;
const groupColumns = `scim_group.id, scim_group.display_name, scim_group.created_at, scim_group.last_modified`;

export const countUsers = { name: 'floor-count-users', text: 'select count(*) as total from scim_user' };

export const readUser = {
  name: 'floor-read-user',
  text: `select ${userColumns} from scim_user where scim_user.id = $1`,
};

export const findUserByName = {
  name: 'floor-find-user-by-name',
  text: `select ${userColumns} from scim_user where scim_user.user_name_key = $1`,
};

export const findUserByExternalId = {
  name: 'floor-find-user-by-external-id',
  text: `select ${userColumns} from scim_user where scim_user.external_id = $1`,
};

/** $1: the first of the page, counted from 1; $2: how many. */
export const listUsers = {
  name: 'floor-list-users',
  text: `select ${userColumns} from scim_user
    where scim_user.ord >= $1::bigint and scim_user.ord < $1::bigint + $2::int
    order by scim_user.ord`,
};

export const readGroup = {
  name: 'floor-read-group',
  text: `select ${groupColumns} from scim_group where scim_group.id = $1`,
};

export const readGroupWithMembers = {
  name: 'floor-read-group-with-members',
  text: `select ${groupColumns}, array(
      select scim_group_member.member_id from scim_group_member where scim_group_member.group_id = scim_group.id
    ) as member_ids
    from scim_group where scim_group.id = $1`,
};

export const insertUser = {
  name: 'floor-insert-user',
  text: `with created as (
      insert into scim_user (id, user_name_key, external_id, version, created_at, last_modified, resource)
      values ($1, $2, $3, 1, $4, $4, $5::jsonb)
      returning id
    )
    insert into audit (at, action, subject_id, request) select $4, 'user.created', created.id, $5::jsonb from created`,
};

export const replaceUser = {
  name: 'floor-replace-user',
  text: `with changed as (
      update scim_user
      set user_name_key = $2, external_id = $3, version = version + 1, last_modified = $4, resource = $5::jsonb
      where id = $1
      returning id, created_at
    ), audited as (
      insert into audit (at, action, subject_id, request) select $4, 'user.replaced', changed.id, $5::jsonb from changed
    )
    select created_at from changed`,
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
