import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { describeSchema } from '../support/describe-schema.ts';

const COMMITTED = 'test/support/schema.sql';

/** Tables that belong to no workspace. */
const exempt = ['workspace', 'installation', 'ledger_meta_log', 'schema_migration'];

describe('the migrated schema', () => {
  let at: TestDatabase;

  beforeAll(async () => {
    at = await testDatabase();
  });
  afterAll(() => at.drop());

  it('is the committed one (ROLLCALL_TEST_WRITE_SCHEMA=1 writes it anew)', async () => {
    const schema = await describeSchema(at.owner);
    if (process.env['ROLLCALL_TEST_WRITE_SCHEMA'] === '1') writeFileSync(COMMITTED, schema);
    expect(schema).toBe(readFileSync(COMMITTED, 'utf8'));
  });

  it('has workspace_id first in every primary key and every unique index of a workspace (I12)', async () => {
    const { rows } = await at.owner.query<{ index: string }>(
      `select index.indexrelid::regclass::text as index
         from pg_index index join pg_class class on class.oid = index.indrelid
        where class.relnamespace = 'public'::regnamespace and index.indisunique and not (class.relname = any($1::text[]))
          and (select attribute.attname from pg_attribute attribute
                where attribute.attrelid = class.oid and attribute.attnum = index.indkey[0]) is distinct from 'workspace_id'`,
      [exempt],
    );
    expect(rows).toEqual([]);
  });

  it('has workspace_id first in every foreign key of a workspace (I12)', async () => {
    const { rows } = await at.owner.query<{ constraint: string }>(
      `select con.conname as constraint from pg_constraint con join pg_class class on class.oid = con.conrelid
        where con.contype = 'f' and class.relnamespace = 'public'::regnamespace
          and (select attribute.attname from pg_attribute attribute
                where attribute.attrelid = con.conrelid and attribute.attnum = con.conkey[1]) is distinct from 'workspace_id'`,
    );
    expect(rows).toEqual([]);
  });

  it('has a workspace_id in every table but those that belong to no workspace (I12)', async () => {
    const { rows } = await at.owner.query<{ name: string }>(
      `select class.relname as name from pg_class class
        where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p')
          and not exists (select 1 from pg_attribute attribute where attribute.attrelid = class.oid and attribute.attname = 'workspace_id')`,
    );
    expect(rows.map(({ name }) => name).filter((name) => !exempt.includes(name))).toEqual([]);
  });

  it('lets the server role neither truncate nor own nor trigger anything', async () => {
    const { rows } = await at.owner.query<{ name: string }>(
      `select class.relname as name from pg_class class
        where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p')
          and (has_table_privilege('rollcall_server', class.oid, 'truncate') or has_table_privilege('rollcall_server', class.oid, 'trigger')
               or class.relowner = 'rollcall_server'::regrole)`,
    );
    expect(rows).toEqual([]);
  });
});
