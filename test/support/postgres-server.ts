import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, readMigrations, startEmbeddedDatabase } from '../../src/platform/index.ts';

export interface TestPostgresUrls {
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly serverUrl: string;
  readonly template: string;
}

const TEMPLATE = 'rollcall_template';

/** Throughput over durability: this cluster lives for one run of the tests. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '64MB' };

/** One PostgreSQL for a run of the tests, with a migrated template database that each test file clones. */
export async function startTestPostgres(): Promise<{ urls: TestPostgresUrls; stop: () => Promise<void> }> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
  const server = await startEmbeddedDatabase({ dataDirectory, settings });
  const stop = async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  try {
    await makeTemplate(server.ownerUrl);
    return { urls: { ...server, template: TEMPLATE }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeTemplate(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await migrate({ ownerUrl: databaseUrl(ownerUrl, TEMPLATE), migrations: readMigrations('migrations') });
}

export function databaseUrl(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}
