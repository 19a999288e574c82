import { NOW } from './leaver-population.mjs';

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const id = (name) => `md5('${name}')::uuid`;
const looked = `'${NOW}'::timestamptz - interval '10 minutes'`;

/** Whom a policy names: all but a group (with groups in it), holders of a role, members of a group for some applications. */
const policy = (name, users, more = '{}') => `jsonb_build_object('id', ${id(name)}, 'displayName', '${name}', 'state', 'enabled',
  'grantControls', jsonb_build_object('operator', 'OR', 'builtInControls', jsonb_build_array('mfa')),
  'conditions', jsonb_build_object('clientAppTypes', jsonb_build_array('all'), 'applications', jsonb_build_object('includeApplications', jsonb_build_array('All')), 'users', ${users}) || '${more}'::jsonb)`;

const policies = [
  [
    'all',
    policy(
      'all',
      `jsonb_build_object('includeGroups', jsonb_build_array(${id('everybody')}), 'excludeGroups', jsonb_build_array(${id('left out')}))`,
    ),
  ],
  ['admins', policy('admins', `jsonb_build_object('includeRoles', jsonb_build_array('${GLOBAL_ADMINISTRATOR}'))`)],
  [
    'some',
    policy(
      'some',
      `jsonb_build_object('includeGroups', jsonb_build_array(${id('few')}))`,
      '{"applications": {"includeApplications": ["00000002-0000-0ff1-ce00-000000000000"]}}',
    ),
  ],
];

/**
 * Groups, a role and policies for a population that is there. Everybody is in a group of all, in nine others, and one in a hundred in a group
 * within the one that the policy leaves out, some of whom another policy covers in part.
 */
export async function seedAccess(owner, { workspaceId, connectionId }) {
  for (const statement of statements) await owner.query(statement, [workspaceId, connectionId]);
  await owner.query('vacuum analyze');
}

const member = (group, where) => `insert into directory_group_member (workspace_id, connection_id, group_id, member_id)
  select $1::uuid, $2::uuid, ${group}, account.object_id from (
    select account.object_id, row_number() over (order by account.object_id) as n from directory_account as account where account.workspace_id = $1 and account.connection_id = $2
  ) as account where ${where}`;
const fact = (source, key, body, principal = 'null') => `insert into directory_access_fact
  (workspace_id, connection_id, source, key, ordinal, principal_id, body, body_sha256, observed_at, run_id)
  select $1::uuid, $2::uuid, '${source}', ${key}, 1, ${principal}, body, sha256(body::text::bytea), ${looked}, $2::uuid from (select ${body} as body) as one`;

const statements = [
  `insert into directory_group (workspace_id, connection_id, object_id, display_name, members_known, first_run_id, last_run_id)
   select $1::uuid, $2::uuid, id, name, true, $2::uuid, $2::uuid from (values (${id('everybody')}, 'everybody'), (${id('left out')}, 'left out'), (${id('inner')}, 'inner'), (${id('few')}, 'few')) as made (id, name)
   union all select $1, $2, md5('team' || n)::uuid, 'Team ' || n, true, $2, $2 from generate_series(0, 999) as n`,
  `insert into directory_group_member (workspace_id, connection_id, group_id, member_id) values ($1::uuid, $2::uuid, ${id('left out')}, ${id('inner')})`,
  member(id('everybody'), 'true'),
  member(id('inner'), 'n % 100 = 1'),
  member(id('few'), 'n % 1000 = 1'),
  `insert into directory_group_member (workspace_id, connection_id, group_id, member_id)
   select distinct $1::uuid, $2::uuid, md5('team' || (account.n * 7919 + team * 104729) % 1000)::uuid, account.object_id
   from (select account.object_id, row_number() over (order by account.object_id) as n from directory_account as account where account.workspace_id = $1 and account.connection_id = $2) as account
   cross join generate_series(1, 9) as team`,
  ...policies.map(([name, body]) => fact('policies', `${id(name)}::text`, body)),
  fact('role-definitions', `'${GLOBAL_ADMINISTRATOR}'`, `jsonb_build_object('displayName', 'Global Administrator', 'isBuiltIn', true)`),
  `insert into directory_access_fact (workspace_id, connection_id, source, key, ordinal, principal_id, body, body_sha256, observed_at, run_id)
   select $1::uuid, $2::uuid, 'role-assignments', 'r' || n, 1, account.object_id,
     jsonb_build_object('principalId', account.object_id, 'roleDefinitionId', '${GLOBAL_ADMINISTRATOR}', 'directoryScopeId', '/'), sha256(''), ${looked}, $2::uuid
   from (select account.object_id, row_number() over (order by account.object_id) as n from directory_account as account where account.workspace_id = $1 and account.connection_id = $2) as account
   where n % 1000 = 2`,
  fact('security-defaults', `'00000000-0000-0000-0000-000000000005'`, `jsonb_build_object('isEnabled', false)`),
  `insert into directory_access_look (workspace_id, connection_id, source, run_id, looked_from, looked_to, facts, facts_sha256)
   select $1::uuid, $2::uuid, source, $2::uuid, ${looked}, ${looked}, 1, sha256('') from unnest(array['policies', 'role-definitions', 'role-assignments', 'security-defaults', 'licences']) as source`,
];

/** The least that a tally could do: every account with the named groups that it is in directly, counted. */
export async function mfaFloor(owner, { workspaceId, connectionId }) {
  await owner.query(
    `select account.state, member.groups, count(*)
     from directory_account as account
     left join (
       select member.member_id, array_agg(member.group_id) as groups
       from directory_group_member as member
       where member.workspace_id = $1 and member.connection_id = $2 and member.group_id in (${id('everybody')}, ${id('inner')}, ${id('few')})
       group by member.member_id
     ) as member on member.member_id = account.object_id
     where account.workspace_id = $1 and account.connection_id = $2
     group by 1, 2`,
    [workspaceId, connectionId],
  );
}
