import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `drifts_by_user_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const [workspaceId, person, alone, first, second, former] = Array.from({ length: 6 }, () => randomUUID()).sort();

const link = (userId: string | undefined, standing: string, ended: string) => `
  insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id, ended_at, end_record_id)
  values ('${workspaceId}', gen_random_uuid(), '${person}', 'scim', '${userId}', '${standing}', 'M1', now(), 'system', gen_random_uuid(), ${ended})`;

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0154') });
  for (const statement of [
    `insert into workspace (workspace_id, slug, name, time_zone, created_at) values ('${workspaceId}', 'w', 'W', 'UTC', '2026-01-01')`,
    ...[person, alone].map(
      (id) =>
        `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
        values ('${workspaceId}', '${id}', '${id}', '${id}', '${id}', now(), now())`,
    ),
    ...[first, second, former].map(
      (
        id,
      ) => `insert into scim_user (workspace_id, id, user_name, user_name_key, email_keys, active, version, created_at, last_modified, resource)
        values ('${workspaceId}', '${id}', '${id}', '${id}', '{}', true, 1, now(), now(), '{}')`,
    ),
    link(first, 'linked', 'null, null'),
    link(second, 'linked', 'null, null'),
    link(former, 'linked', 'now(), gen_random_uuid()'),
    link(former, 'ambiguous', 'null, null'),
    `insert into role_drift (workspace_id, person_id, since) values ('${workspaceId}', '${person}', '2026-03-01'), ('${workspaceId}', '${alone}', '2026-03-02')`,
  ])
    await queryOnce(url, statement);
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it('has each SCIM user that is the person’s differ since the person’s did: until the next run nobody knows whose role it was', async () => {
  const rows = await queryOnce(
    url,
    `select person_id, scim_user_id, since at time zone 'UTC' = '2026-03-01' as kept from role_drift order by scim_user_id`,
  );
  expect(rows).toEqual([first, second].map((id) => ({ person_id: person, scim_user_id: id, kept: true })));
});
