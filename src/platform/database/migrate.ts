import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { toDatabaseError } from './database-error.ts';

/** The group role that migrations grant to; the server's login role is made a member of it. */
export const SERVER_ROLE = 'rollcall_server';

/** Any number will do, as long as no other program takes the same advisory lock. */
const MIGRATION_LOCK = 7_261_990;

export interface Migration {
  /** Such as `0004_create_scim`. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text in hex: an applied migration that was edited afterwards is refused. */
  readonly sha256: string;
}

export interface MigrateOptions {
  /** Connects as the owner of the tables. */
  readonly ownerUrl: string;
  readonly migrations: readonly Migration[];
  /** The login role that the server uses; it becomes a member of `rollcall_server`. Left out when it is the owner itself. */
  readonly serverLogin?: string;
}

/** Reads `NNNN_verb_object.sql` files in order. Throws when a file is named otherwise or two share a number. */
export function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder).sort();
  const numbers = names.map((name) => /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
  const stray = names[numbers.indexOf(undefined)];
  if (stray !== undefined) throw new Error(`${join(folder, stray)} is not named NNNN_verb_object.sql`);
  if (new Set(numbers).size !== numbers.length) throw new Error(`two migrations in ${folder} share a number`);
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name: name.slice(0, -'.sql'.length), text, sha256: createHash('sha256').update(text).digest('hex') };
  });
}

/**
 * Brings the schema up to date, forward only: each file in a transaction of its own together with its row in
 * `schema_migration`. Two processes that start at once take turns under an advisory lock, which a killed process
 * releases by dying. Returns the names that were applied now.
 * Throws when an applied file has changed or is missing (the schema would no longer be what the files say).
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'rollcall-migrate' });
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await prepare(client, options.serverLogin);
    const applied = await readApplied(client);
    refuseChangedHistory(options.migrations, applied);
    const pending = options.migrations.filter(({ name }) => !applied.has(name));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether every migration has been applied: what readiness asks. */
export function pendingMigrations(migrations: readonly Migration[], applied: readonly string[]): readonly string[] {
  return migrations.map(({ name }) => name).filter((name) => !applied.includes(name));
}

async function prepare(client: pg.Client, serverLogin: string | undefined): Promise<void> {
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [SERVER_ROLE]);
  if (rows.length === 0) await client.query(`create role ${SERVER_ROLE} nologin`);
  if (serverLogin !== undefined) await grantMembership(client, serverLogin);
  await client.query(
    `create table if not exists schema_migration (
       name text primary key,
       sha256 text not null,
       applied_at timestamptz not null default clock_timestamp()
     )`,
  );
  await client.query(`grant select on schema_migration to ${SERVER_ROLE}`);
  await client.query(`grant usage on schema public to ${SERVER_ROLE}`);
}

async function grantMembership(client: pg.Client, login: string): Promise<void> {
  const { rows } = await client.query<{ member: boolean }>(`select pg_has_role($1, $2, 'member') as member`, [login, SERVER_ROLE]);
  if (rows[0]?.member !== true) await client.query(`grant ${SERVER_ROLE} to ${pg.escapeIdentifier(login)}`);
}

async function readApplied(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration order by name');
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function refuseChangedHistory(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  for (const [name, sha256] of applied) {
    const file = migrations.find((migration) => migration.name === name);
    if (file === undefined)
      throw new Error(`the database has migration ${name}, which this version of Rollcall does not know: run a newer version`);
    if (file.sha256 !== sha256)
      throw new Error(`migration ${name} was changed after it had been applied: restore the file, and put the change into a new one`);
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [migration.name, migration.sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
