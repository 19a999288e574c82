import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/platform/index.ts';
import { databaseUrl, type TestPostgresUrls } from './postgres-server.ts';

export interface TestDatabase {
  /** As the server's lesser role. */
  readonly database: Database;
  /** As the owner of the tables: for set-up, and for tampering. */
  readonly owner: Database;
  readonly serverUrl: string;
  readonly ownerUrl: string;
  drop(): Promise<void>;
}

/** The cluster of this run; tests that need another database on it (a migration from nothing) start here. */
export function testPostgres(): TestPostgresUrls {
  const text = process.env['ROLLCALL_TEST_POSTGRES'];
  if (text === undefined) throw new Error('the tests run under jest, whose global set-up starts PostgreSQL');
  return JSON.parse(text) as TestPostgresUrls;
}

/** A clone of the migrated template, for one test file. `drop` in afterAll. */
export async function testDatabase(): Promise<TestDatabase> {
  const { superuserUrl, ownerUrl, serverUrl, template } = testPostgres();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(ownerUrl, `create database ${name} template ${template}`);
  const urls = { ownerUrl: databaseUrl(ownerUrl, name), serverUrl: databaseUrl(serverUrl, name) };
  const database = openDatabase({ url: urls.serverUrl, poolSize: 10, applicationName: 'rollcall-test' });
  const owner = openDatabase({ url: urls.ownerUrl, poolSize: 3, applicationName: 'rollcall-test-owner' });
  const drop = async () => {
    await Promise.all([database.close(), owner.close()]);
    // As the superuser: PostgreSQL's own autovacuum may be at work in it, which the owner must not end.
    await administer(superuserUrl, `drop database ${name} with (force)`);
  };
  return { database, owner, ...urls, drop };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
