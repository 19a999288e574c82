import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Migration, migrate } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';

const migration = (name: string, text: string): Migration => ({ name, text, sha256: createHash('sha256').update(text).digest('hex') });
const first = migration('0001_create_a', 'create table a (id int primary key)');
const second = migration('0002_create_b', 'create table b (id int primary key)');

describe('migrate', () => {
  const { ownerUrl, superuserUrl } = testPostgres();
  const made: string[] = [];
  let url = '';

  const administer = async (statement: string, url = ownerUrl) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };

  beforeEach(async () => {
    const name = `migrate_${randomBytes(6).toString('hex')}`;
    await administer(`create database ${name}`);
    made.push(name);
    url = databaseUrl(ownerUrl, name);
  });

  afterAll(async () => {
    for (const name of made) await administer(`drop database ${name} with (force)`, superuserUrl);
  });

  it('applies what is pending, in order, and nothing twice', async () => {
    expect(await migrate({ ownerUrl: url, migrations: [first] })).toEqual(['0001_create_a']);
    expect(await migrate({ ownerUrl: url, migrations: [first, second] })).toEqual(['0002_create_b']);
    expect(await migrate({ ownerUrl: url, migrations: [first, second] })).toEqual([]);
  });

  it('applies each migration once when several processes start at the same moment', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate({ ownerUrl: url, migrations: [first, second] })));
    expect(runs.flat().sort()).toEqual(['0001_create_a', '0002_create_b']);
  });

  it('refuses to go on when an applied migration was edited', async () => {
    await migrate({ ownerUrl: url, migrations: [first] });
    const edited = migration(first.name, `${first.text} -- harmless?`);
    await expect(migrate({ ownerUrl: url, migrations: [edited, second] })).rejects.toThrow(
      '0001_create_a was changed after it had been applied',
    );
  });

  it('refuses a database that a newer version has migrated', async () => {
    await migrate({ ownerUrl: url, migrations: [first, second] });
    await expect(migrate({ ownerUrl: url, migrations: [first] })).rejects.toThrow('run a newer version');
  });

  it('leaves nothing of a migration that fails half-way, and says which one it was', async () => {
    const broken = migration('0002_break', 'create table c (id int); select no_such_function()');
    await expect(migrate({ ownerUrl: url, migrations: [first, broken] })).rejects.toThrow('0002_break failed');
    expect(await migrate({ ownerUrl: url, migrations: [first, migration('0002_break', 'create table c (id int)')] })).toEqual([
      '0002_break',
    ]);
  });
});
