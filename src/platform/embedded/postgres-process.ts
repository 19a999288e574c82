import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../database/database-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { RunAs } from './run-as.ts';

export interface PostgresProcess {
  readonly port: number;
  /** Fast shutdown: sessions are ended, everything committed is kept. */
  stop(): Promise<void>;
}

export interface PostgresStart {
  readonly binaries: PostgresBinaries;
  readonly user: RunAs | undefined;
  readonly clusterFolder: string;
  readonly logFile: string;
  readonly superuserPassword: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Runs PostgreSQL and watches our end of a pipe: when this process dies, by whatever signal, the pipe ends and
 * PostgreSQL is told to stop. `INT` is its fast shutdown.
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
( cat <&3 >/dev/null; kill -INT "$child" 2>/dev/null ) &
exec 3<&-
trap 'kill -INT "$child" 2>/dev/null' TERM INT HUP
wait "$child"
`;

const WRONG_PASSWORD = '28P01';
const START_ATTEMPTS = 3;
const READY_POLL_MS = 50;
/** Crash recovery of a large database takes its time; 2 minutes is long enough to say that something is wrong. */
const READY_POLLS = 2_400;

/** Starts PostgreSQL on a free loopback port and waits until it answers. Throws with the log's path when it does not. */
export async function startPostgres(start: PostgresStart): Promise<PostgresProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = launch(start, port);
    if (await answers(child, port, start)) return { port, stop: () => stop(child) };
    await stop(child);
    if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL did not start: its log is ${start.logFile}`);
  }
}

/** Stops a server that a killed process left behind on this cluster. Its data are kept. */
export function stopLeftover(binaries: PostgresBinaries, user: RunAs | undefined, clusterFolder: string): void {
  if (!existsSync(join(clusterFolder, 'postmaster.pid'))) return;
  const command = ['stop', '-D', clusterFolder, '-m', 'fast', '-w', '-t', '60'];
  spawnSync(binaries.pgCtl, command, { ...user, cwd: clusterFolder, stdio: 'ignore' }); // fails when it is not running: then there is nothing to stop
}

function launch(start: PostgresStart, port: number): ChildProcess {
  const settings = Object.entries({ ...start.settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' });
  const args = ['-D', start.clusterFolder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const logFile = openSync(start.logFile, 'a', 0o600);
  try {
    return spawn('/bin/sh', ['-c', KEEPER, 'rollcall-postgres', start.binaries.postgres, ...args], {
      ...start.user,
      cwd: start.clusterFolder,
      detached: true, // its own process group: an interrupt at the terminal is for us, and we stop it when we have finished
      stdio: ['pipe', logFile, logFile],
    });
  } finally {
    closeSync(logFile);
  }
}

async function answers(child: ChildProcess, port: number, { superuserPassword: password, clusterFolder }: PostgresStart): Promise<boolean> {
  for (let poll = 0; poll < READY_POLLS && child.exitCode === null; poll++) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      if (errorCode(error) === WRONG_PASSWORD)
        throw new Error(`the password file beside ${clusterFolder} is not that of this database: restore postgres.json, or remove both`, {
          cause: error,
        });
      await delay(READY_POLL_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.destroy();
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no loopback port is free');
  return address.port;
}
