import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `rejected_rows_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const [settled, open] = [randomUUID(), randomUUID()];

const workspace = (id: string) =>
  `insert into workspace (workspace_id, slug, name, time_zone, created_at) values ('${id}', '${id}', 'W', 'UTC', '2026-01-01')`;

/** An import as a server of before kept it; `n` tells which came later. */
const made = (id: string, n: number, { partial, rejected }: { readonly partial: boolean; readonly rejected: number }) => `
  insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, partial, row_count,
    added, changed, ended, rehired, unchanged, rejected, record_id)
  values ('${id}', '0000000${n}-0000-7000-8000-000000000000', '2026-01-0${n}', 'system', sha256(''), 0, '', false, ${partial}, 9, 0, 0, 0, 0, 0,
    ${rejected}, gen_random_uuid())`;

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0096') });
  for (const statement of [
    workspace(settled),
    made(settled, 1, { partial: false, rejected: 2 }),
    made(settled, 2, { partial: false, rejected: 0 }),
    workspace(open),
    made(open, 1, { partial: false, rejected: 0 }),
    made(open, 2, { partial: true, rejected: 3 }),
    made(open, 3, { partial: true, rejected: 0 }),
  ]) {
    await queryOnce(url, statement);
  }
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it('keeps rows in doubt that were rejected before, unless everybody was told since', async () => {
  const rows = await queryOnce(
    url,
    'select workspace_id as workspace, line, employee_id as who, taken_at as taken from roster_rejected_row',
  );
  expect(rows).toEqual(Array.from({ length: 3 }, () => ({ workspace: open, line: null, who: null, taken: null })));
});
