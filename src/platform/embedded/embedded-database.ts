import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { SERVER_ROLE } from '../database/migrate.ts';
import { lockDataDirectory } from './data-directory-lock.ts';
import { locatePostgres, type PostgresBinaries, ROOT_HOME } from './postgres-binaries.ts';
import { type PostgresProcess, startPostgres, stopLeftover } from './postgres-process.ts';
import { canEnter, type RunAs, runAsUnprivileged } from './run-as.ts';

export interface EmbeddedDatabase {
  /** Where everything of this installation lies: the directory asked for, or the one that stands in for it (see there). */
  readonly dataDirectory: string;
  /** As the superuser `postgres`, on the maintenance database. */
  readonly superuserUrl: string;
  /** As the owner of tables and databases. */
  readonly ownerUrl: string;
  /** As the server's lesser login. */
  readonly serverUrl: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDirectory: string;
  /** PostgreSQL settings beyond the defaults, such as `fsync: 'off'` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface Passwords {
  readonly superuser: string;
  readonly owner: string;
  readonly server: string;
}

const DATABASE = 'rollcall';
const OWNER = 'rollcall_owner';
const SERVER = 'rollcall_app';

/**
 * Starts the PostgreSQL that belongs to a data directory, creating it at the first start: loopback only, a free port,
 * random passwords, two roles. A server left behind by a killed process is stopped and its data are kept.
 * Throws when another living process uses the directory.
 */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const user = runAsUnprivileged();
  const dataDirectory = reachableDataDirectory(resolve(options.dataDirectory), user);
  const lock = lockDataDirectory(dataDirectory);
  try {
    const binaries = locatePostgres(user);
    const clusterFolder = join(dataDirectory, 'postgres');
    const passwords = readPasswords(dataDirectory);
    stopLeftover(binaries, user, clusterFolder);
    if (!existsSync(join(clusterFolder, 'PG_VERSION'))) initialise(binaries, user, { clusterFolder, password: passwords.superuser });
    const logFile = join(dataDirectory, 'postgres.log');
    const settings = options.settings ?? {};
    const server = await startPostgres({ binaries, user, clusterFolder, logFile, superuserPassword: passwords.superuser, settings });
    await createRoles(server.port, passwords);
    return { dataDirectory, ...handle(server, passwords, lock.release) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function handle(server: PostgresProcess, passwords: Passwords, release: () => void): Omit<EmbeddedDatabase, 'dataDirectory'> {
  return {
    superuserUrl: urlOf(server.port, 'postgres', passwords.superuser, 'postgres'),
    ownerUrl: urlOf(server.port, OWNER, passwords.owner, DATABASE),
    serverUrl: urlOf(server.port, SERVER, passwords.server, DATABASE),
    stop: async () => {
      await server.stop();
      release();
    },
  };
}

function urlOf(port: number, user: string, password: string, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * The data directory as it was asked for, made when it is not there. When PostgreSQL's user may not enter the folder it
 * lies in (root's home), a folder of its own under `/var/lib/rollcall` stands in for all of it: passwords and keys must
 * not be parted from the cluster that they belong to.
 */
function reachableDataDirectory(asked: string, user: RunAs | undefined): string {
  mkdirSync(dirname(asked), { recursive: true });
  if (user === undefined) return asked;
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  const reachable = canEnter(user, dirname(asked)) ? asked : join(ROOT_HOME, name);
  mkdirSync(reachable, { recursive: true });
  chmodSync(reachable, 0o711); // may be passed through on the way to the cluster, not listed
  return reachable;
}

function readPasswords(dataDirectory: string): Passwords {
  const path = join(dataDirectory, 'postgres.json');
  if (!existsSync(path)) {
    const fresh = () => randomBytes(24).toString('hex');
    const passwords: Passwords = { superuser: fresh(), owner: fresh(), server: fresh() };
    writeFileSync(`${path}.new`, JSON.stringify(passwords), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Passwords;
}

/** Into a draft folder first, so that a start that was killed half-way leaves nothing that looks like a cluster. */
function initialise(
  binaries: PostgresBinaries,
  user: RunAs | undefined,
  to: { readonly clusterFolder: string; readonly password: string },
): void {
  const draft = `${to.clusterFolder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(draft, '..', 'initial-password');
  writeFileSync(passwordFile, to.password, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(draft, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = ['-D', draft, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-instructions', ...locale];
  const { status, stderr, error } = spawnSync(binaries.initdb, args, {
    ...user,
    cwd: draft,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  rmSync(passwordFile, { force: true });
  if (status !== 0) throw new Error(`PostgreSQL's initdb failed in ${draft}: ${error?.message ?? stderr}`);
  renameSync(draft, to.clusterFolder);
}

async function createRoles(port: number, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, 'postgres', passwords.superuser, 'postgres') });
  await client.connect();
  try {
    await createRole(client, SERVER_ROLE, 'nologin');
    await createRole(client, OWNER, `login createdb createrole password ${pg.escapeLiteral(passwords.owner)}`);
    await createRole(client, SERVER, `login password ${pg.escapeLiteral(passwords.server)}`);
    await client.query(`grant ${SERVER_ROLE} to ${SERVER}`);
    await client.query(`grant ${SERVER_ROLE} to ${OWNER} with admin option`); // so that it can let further logins in
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rows.length === 0) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}

async function createRole(client: pg.Client, name: string, properties: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  if (rows.length === 0) await client.query(`create role ${name} ${properties}`);
}
