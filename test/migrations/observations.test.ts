import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `observations_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const id = '00000000-0000-4000-8000-000000000001';

const before = [
  `insert into workspace (workspace_id, slug, name, time_zone, created_at) values ('${id}', 'w', 'W', 'UTC', '2026-01-01')`,
  `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
   values ('${id}', '${id}', 'commercial', '${id}', '${id}', '2026-01-01', 'system')`,
  `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, look_from, look_to, finished_at, counts)
   values ('${id}', '${id}', '${id}', 'complete', '2026-01-02', 'system', '2026-01-02', '2026-01-02', '2026-01-02', '{}')`,
  `update directory_connection set last_complete_run_id = '${id}', last_complete_requested_at = '2026-01-02'`,
  `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, address_keys, account_enabled, attributes, row_hash,
     state, in_scope, scope_state, first_run_id, last_run_id)
   values ('${id}', '${id}', '${id}', 'ann@contoso.example', '{}', false, '{}', '', 'disabled', true, 'in_scope', '${id}', '${id}')`,
  `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, observed_at, confirmed_until, source, run_id, record_id)
   values ('${id}', '${id}', '${id}', 1, 'enabled', null, '2026-01-01 09:00Z', '2026-01-01 12:00Z', 'full', '${id}', '${id}'),
          ('${id}', '${id}', '${id}', 2, 'disabled', '2026-01-01 12:00Z', '2026-01-01 13:00Z', null, 'full', '${id}', '${id}')`,
];

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0031') });
  for (const statement of before) await queryOnce(url, statement);
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it('widens observations of before by what replicas may lag, in a database that has some', async () => {
  const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'HH24:MI') as ${column}`;
  const columns = ['not_before', 'seen_from', 'observed_at', 'confirmed_until'].map(instant).join(', ');
  expect(await queryOnce(url, `select ${columns} from directory_observation order by ordinal`)).toEqual([
    { not_before: null, seen_from: '08:55', observed_at: '09:00', confirmed_until: '11:55' },
    { not_before: '11:55', seen_from: '12:55', observed_at: '13:00', confirmed_until: null },
  ]);
});
