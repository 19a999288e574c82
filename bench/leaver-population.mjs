/** The instant at which the population is judged. */
export const NOW = '2026-07-01T12:00:00.000Z';

/** What becomes of somebody, by their number modulo a thousand: most are employed and have what they should have. */
const KINDS = `
  case when n % 1000 < 40 then 'in time' when n % 1000 < 45 then 'late' when n % 1000 = 45 then 'active in both'
       when n % 1000 = 46 then 'active in directory' when n % 1000 = 47 then 'pending' when n % 1000 = 48 then 'unmatched'
       when n % 1000 = 49 then 'straddling' when n % 1000 = 50 then 'unassigned' else 'employed' end`;

const uuid = (prefix, n = 'who.n') => `md5('${prefix}' || ${n})::uuid`;

/**
 * N people, N directory accounts and N SCIM users of a workspace, a share of them leavers of all kinds, in the tables that the other
 * rooms write. Each account carries the person's employee id, each user the account's object id.
 */
export async function seedPopulation(owner, workspaceId, count) {
  const ids = { workspaceId, connectionId: (await owner.query('select gen_random_uuid() as id')).rows[0].id };
  await owner.transaction(async (tx) => {
    await tx.query(
      `create table seed_who as
       select n, kind, lpad(n::text, 8, '0') as employee_id, 'u' || n || '@load.example' as address, end_date,
              ((end_date + 1)::timestamp at time zone 'Europe/Berlin')::timestamptz(3) as ends_at
       from (select n, ${KINDS} as kind from generate_series(0, ${count - 1}) as n) as one
       cross join lateral (
         select case when kind in ('employed', 'unmatched', 'unassigned') then null when kind = 'pending' then date '2026-06-30'
                     else date '2026-03-01' + (n / 1000 % 90) end as end_date) as ended`,
    );
    for (const statement of statements) {
      const values = [ids.workspaceId, ...(statement.includes('$2') ? [ids.connectionId] : [])];
      await tx.query(statement, values);
    }
    await tx.query('drop table seed_who');
  });
  await owner.query('vacuum analyze');
  return ids;
}

const statements = [
  `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, created_at, created_by)
   values ($1, $2, 'commercial', $2, $2, $2, '2025-01-01', 'system')`,
  `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
   select $1, $2, $2, 'complete', at, 'system', at, at, at, at, '{}' from (select '${NOW}'::timestamptz - interval '10 minutes' as at) as look`,
  `update directory_connection set last_complete_run_id = $2, last_complete_requested_at = '${NOW}'::timestamptz - interval '10 minutes',
     confirmed_until = '${NOW}'::timestamptz - interval '15 minutes', assigned_app_id = scim_app_id
   where workspace_id = $1`,
  `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, row_count, added,
     changed, ended, rehired, unchanged, rejected, record_id)
   values ($1, $1, '2026-01-01', 'system', sha256(''), 0, '', false, 0, 0, 0, 0, 0, 0, 0, $1)`,
  `insert into person (workspace_id, id, employee_id, display_name, work_email, email_key, created_at, changed_at)
   select $1, ${uuid('person')}, who.employee_id, 'User ' || who.n, who.address, who.address, '2026-01-01', '2026-01-01'
   from seed_who as who where who.kind <> 'unmatched'`,
  `insert into employment_period (workspace_id, id, person_id, start_date, end_date, time_zone, status, worker_type, hr_recorded_at, import_id,
     row_number, record_id)
   select $1, ${uuid('period')}, ${uuid('person')}, '2020-01-01', who.end_date, 'Europe/Berlin',
          case when who.end_date is null then 'active' else 'terminated' end, 'employee',
          case when who.end_date is not null then who.ends_at - interval '10 days' end, $1, who.n, ${uuid('hr')}
   from seed_who as who where who.kind <> 'unmatched'`,
  `insert into directory_account (workspace_id, connection_id, object_id, account_id, user_principal_name, mail, display_name, employee_id,
     address_keys, created_date_time, account_enabled, attributes, row_hash, state, in_scope, scope_state, first_run_id, last_run_id)
   select $1, $2, ${uuid('object')}, ${uuid('account')}, who.address, who.address, 'User ' || who.n, who.employee_id, array[who.address],
          '2024-01-01', who.kind not in ('in time', 'late', 'straddling'), '{}', sha256(who.address::bytea),
          case when who.kind in ('in time', 'late', 'straddling') then 'disabled' else 'enabled' end, true, 'in_scope', $2, $2
   from seed_who as who`,
  `insert into directory_alias (workspace_id, connection_id, object_id, address_key, ordinal, observed_at)
   select $1, $2, ${uuid('object')}, who.address, 1, '2025-01-01' from seed_who as who`,
  `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, seen_from, observed_at, confirmed_until, source, run_id, record_id)
   select $1, $2, ${uuid('object')}, 1, 'enabled', '2025-01-01', '2025-01-01',
          case who.kind when 'in time' then who.ends_at + interval '1 hour' when 'late' then who.ends_at + interval '39 hours'
                        when 'straddling' then who.ends_at + interval '20 hours' end - interval '5 minutes',
          'full', $2, ${uuid('seen')}
   from seed_who as who`,
  `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, record_id)
   select $1, $2, ${uuid('object')}, 2, 'disabled', who.ends_at + interval '55 minutes', turned.at - interval '5 minutes', turned.at,
          'full', $2, ${uuid('off')}
   from seed_who as who
   cross join lateral (
     select who.ends_at + case who.kind when 'in time' then interval '2 hours' when 'late' then interval '40 hours' else interval '30 hours' end as at
   ) as turned
   where who.kind in ('in time', 'late', 'straddling')`,
  `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
   select $1, $2, 'a' || who.n, ${uuid('object')}, 'User', $2, null from seed_who as who where who.kind <> 'unassigned'`,
  `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, display_name, email_keys, employee_number, active, version,
     created_at, last_modified, resource)
   select $1, ${uuid('user')}, who.address, who.address, ${uuid('object')}, 'User ' || who.n, array[who.address], who.employee_id,
          who.kind not in ('in time', 'late', 'straddling', 'active in directory'), 1, '2025-01-01', '2025-01-01',
          jsonb_build_object('userName', who.address, 'displayName', 'User ' || who.n, 'active', true, 'title', repeat('x', 400))
   from seed_who as who`,
  `insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
   select $1, ${uuid('user')}, 1, true, false, '2025-01-01', ${uuid('made')} from seed_who as who`,
  `insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
   select $1, ${uuid('user')}, 2, false, false, who.ends_at + case who.kind when 'late' then interval '40 hours' else interval '1 hour' end, ${uuid('ended')}
   from seed_who as who where who.kind in ('in time', 'late', 'straddling', 'active in directory')`,
];

/**
 * So many of those who are employed change: half of them are disabled in the directory, the others deactivated by SCIM, with the record that
 * its statement writes. Each call takes others.
 */
export async function changeSome(owner, { workspaceId, count, round }) {
  await owner.transaction(async (tx) => {
    await tx.query(
      `create table seed_changed as
       select n, n % 2 = 0 as by_directory from generate_series(${60 + round}, 10000000, 7) as n where n % 1000 > 60 limit ${count}`,
    );
    const turned = `
      update directory_observation as stretch set confirmed_until = '${NOW}'::timestamptz - interval '2 hours'
      from seed_changed as who where stretch.workspace_id = $1 and stretch.object_id = ${uuid('object')} and who.by_directory and stretch.confirmed_until is null`;
    for (const statement of [
      turned,
      `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, record_id)
       select $1, account.connection_id, account.object_id, 9, 'disabled', '${NOW}'::timestamptz - interval '2 hours', '${NOW}'::timestamptz - interval '1 hour', '${NOW}'::timestamptz - interval '1 hour',
              'full', gen_random_uuid(), gen_random_uuid()
       from seed_changed as who
       join directory_account as account on account.workspace_id = $1 and account.account_id = ${uuid('account')}
       where who.by_directory`,
      `update directory_account as account set state = 'disabled', account_enabled = false
       from seed_changed as who where account.workspace_id = $1 and account.account_id = ${uuid('account')} and who.by_directory`,
      `with turned as (
         update scim_user set active = false, version = version + 1
         from seed_changed as who where scim_user.workspace_id = $1 and scim_user.id = ${uuid('user')} and not who.by_directory
         returning scim_user.*
       ), recorded as (
         insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf)
         select $1, gen_random_uuid(), '${NOW}', 'scim.user.deactivated', turned.id, '{}' from turned
       )
       insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
       select $1, turned.id, turned.version, false, false, '${NOW}'::timestamptz - interval '1 hour', gen_random_uuid() from turned`,
    ])
      await tx.query(statement, [workspaceId]);
    await tx.query('drop table seed_changed');
  });
}
