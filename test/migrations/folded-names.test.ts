import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `folded_names_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const id = randomUUID();

/** A SCIM user as a server of before wrote it: in lower case, composed as it came. */
const user = (userName: string) => `
  insert into scim_user (workspace_id, id, user_name, user_name_key, email_keys, active, version, created_at, last_modified, resource)
  values ('${id}', gen_random_uuid(), '${userName}', '${userName.toLowerCase()}', array['${userName.toLowerCase()}'], true, 1, now(), now(), '{}')`;

/** An administrator as a server of before invited them. */
const administrator = (key: string) => `
  insert into administrator (workspace_id, id, email, email_key, role_id, invited_at, invited_by, invitation_hash, invitation_expires_at)
  values ('${id}', gen_random_uuid(), '${key}', '${key}', 'admin', now(), 'system', sha256('${key}'), now())`;

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0088') });
  for (const statement of [
    `insert into workspace (workspace_id, slug, name, time_zone, created_at) values ('${id}', 'w', 'W', 'UTC', '2026-01-01')`,
    `insert into role (workspace_id, id, name, rank, created_at) values ('${id}', 'admin', 'Admin', 1, now())`,
    user('Jose\u0301'),
    user('Rene\u0301'),
    user('Ren\u00e9'),
    user('ann'),
    administrator('jose\u0301@a.example'),
    administrator('rene\u0301@a.example'),
    administrator('ren\u00e9@a.example'),
  ]) {
    await queryOnce(url, statement);
  }
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it('composes the names of before, but for two that would become one', async () => {
  expect(
    await queryOnce(url, 'select user_name_key as name, email_keys as addresses from scim_user order by user_name collate "C"'),
  ).toEqual([
    { name: 'jos\u00e9', addresses: ['jos\u00e9'] },
    { name: 'rene\u0301', addresses: ['ren\u00e9'] },
    { name: 'ren\u00e9', addresses: ['ren\u00e9'] },
    { name: 'ann', addresses: ['ann'] },
  ]);
});

it('composes the addresses of administrators of before, but for two that would become one', async () => {
  expect(await queryOnce(url, 'select email_key as key from administrator order by email_key collate "C"')).toEqual([
    { key: 'jos\u00e9@a.example' },
    { key: 'rene\u0301@a.example' },
    { key: 'ren\u00e9@a.example' },
  ]);
});
