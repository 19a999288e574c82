import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `owner_role_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const workspaceId = randomUUID();

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0021') });
  await queryOnce(url, `insert into workspace (workspace_id, slug, name, created_at) values ($1, 'acme', 'Acme', now())`, [workspaceId]);
  await queryOnce(
    url,
    `insert into role (workspace_id, id, name, rank, created_at) select $1::uuid, id, id, 1, now() from unnest(array['owner', 'Owner', 'owners']) as id`,
    [workspaceId],
  );
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it('takes a role that a catalogue calls after owners out of the reach of the directory, and no other (I5)', async () => {
  await migrate({ ownerUrl: url, migrations });
  const roles = await queryOnce(url, 'select id, directory_may_grant as "mayGrant" from role order by id collate "C"');
  expect(roles).toEqual([
    { id: 'Owner', mayGrant: false },
    { id: 'owner', mayGrant: false },
    { id: 'owners', mayGrant: true },
  ]);
});
