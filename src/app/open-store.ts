import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installJobs } from '../jobs/index.ts';
import {
  type Clock,
  type Config,
  type Database,
  type EmbeddedDatabase,
  errorFields,
  type Log,
  migrate,
  openDatabase,
  readMigrations,
  startEmbeddedDatabase,
} from '../platform/index.ts';
import { decideInstallation } from './decide-installation.ts';
import { type InstallationKind, markInstallation, readInstallation } from './installation-store.ts';
import { migrationsFolder } from './package-root.ts';

export interface Store {
  readonly database: Database;
  /** The data plane's own connections: provisioning does not wait behind a sync or a report. */
  readonly scimDatabase: Database;
  /** As the server's lesser role. */
  readonly serverUrl: string;
  readonly encryptionKey: Buffer;
  /** Where the keys of an embedded installation lie. */
  readonly dataDirectory: string;
  readonly ledgerKeyFile: string;
  /** Whether the database, and so its keys, were made here. */
  readonly isEmbedded: boolean;
  /** Closes the pools, then stops an embedded server. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly kind: InstallationKind;
}

/**
 * Opens the database that the configuration names, or the embedded one: migrated, marked, as the lesser role.
 * Throws when it is for another purpose, in use, or newer than this program.
 */
export async function openStore({ config, clock, log, kind }: StoreOptions): Promise<Store> {
  const embedded = config.databaseUrl === undefined ? await startEmbeddedDatabase({ dataDirectory: config.dataDirectory }) : undefined;
  try {
    const urls = embedded ?? externalUrls(config);
    await migrateStore(urls.ownerUrl, urls.serverUrl, log);
    const pool = {
      url: urls.serverUrl,
      poolSize: config.databasePoolSize,
      onIdleError: (error: Error) => log.warn('database.connection_lost', errorFields(error)),
    };
    const database = openDatabase({ ...pool, applicationName: 'rollcall' });
    await claim(database, kind, clock);
    const dataDirectory = embedded?.dataDirectory ?? config.dataDirectory;
    const scimDatabase = openDatabase({ ...pool, applicationName: 'rollcall-scim', isForLookUps: true });
    return {
      database,
      scimDatabase,
      serverUrl: urls.serverUrl,
      encryptionKey: config.encryptionKey ?? generatedKey(join(dataDirectory, 'encryption.key')),
      ledgerKeyFile: config.ledgerKeyFile ?? join(dataDirectory, 'ledger-key.pem'),
      dataDirectory,
      isEmbedded: embedded !== undefined,
      close: () => closeAll([database, scimDatabase], embedded),
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Brings a database up to date, the job queue's own schema included. Returns what was applied. */
export async function migrateStore(ownerUrl: string, serverUrl: string, log: Log): Promise<readonly string[]> {
  const [owner, server] = [ownerUrl, serverUrl].map((url) => decodeURIComponent(new URL(url).username));
  if (owner === server) log.warn('database.one_role', { advice: 'the server works as the owner of its tables; give it a lesser login' });
  const applied = await migrate({
    ownerUrl,
    migrations: readMigrations(migrationsFolder),
    ...(owner === server || server === undefined ? {} : { serverLogin: server }),
  });
  await installJobs(ownerUrl);
  if (applied.length > 0) log.info('database.migrated', { applied: applied.length, newest: applied.at(-1) });
  return applied;
}

function externalUrls(config: Config): { readonly ownerUrl: string; readonly serverUrl: string } {
  const serverUrl = config.databaseUrl ?? '';
  return { serverUrl, ownerUrl: config.migrateDatabaseUrl ?? serverUrl };
}

async function claim(database: Database, kind: InstallationKind, clock: Clock): Promise<void> {
  try {
    const verdict = decideInstallation(await readInstallation(database), kind);
    if (verdict.kind === 'refuse') throw new Error(verdict.because);
    if (verdict.kind === 'mark') await markInstallation(database, kind, clock.now());
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function closeAll(databases: readonly Database[], embedded: EmbeddedDatabase | undefined): Promise<void> {
  await Promise.all(databases.map((database) => database.close()));
  await embedded?.stop();
}

/** The key that seals secrets of an embedded database: made once, readable by this user alone. */
function generatedKey(path: string): Buffer {
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, randomBytes(32).toString('base64'), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return Buffer.from(readFileSync(path, 'utf8'), 'base64');
}
