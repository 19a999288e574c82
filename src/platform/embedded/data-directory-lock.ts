import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../database/database-error.ts';

/** Who holds a data directory: a process id alone is not enough, since ids are used again. */
interface Holder {
  readonly pid: number;
  readonly bornAt: string;
}

export interface DataDirectoryLock {
  release(): void;
}

/**
 * Makes this process the only Rollcall on a data directory. A lock left by a process that has died is taken over.
 * Throws an Error that names the living holder and says what to do.
 */
export function lockDataDirectory(dataDirectory: string): DataDirectoryLock {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const path = join(dataDirectory, 'rollcall.lock');
  const self: Holder = { pid: process.pid, bornAt: birthOf(process.pid) ?? 'unknown' };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    claim(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

/** `link` succeeds for one process only, whoever else tries at the same moment. */
function claim(draft: string, path: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      linkSync(draft, path);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      refuseLivingHolder(path);
      rmSync(path, { force: true });
    }
  }
  throw new Error(`${path} is being taken by another process: try again`);
}

function refuseLivingHolder(path: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && birthOf(holder.pid) === holder.bornAt) {
    throw new Error(
      `the data directory ${join(path, '..')} is in use by process ${holder.pid}: stop that one, or set ROLLCALL_DATA_DIR to another directory`,
    );
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined; // half written by a process that died: nobody holds it
  }
}

/** When a living process was started, in the system's own terms; undefined when there is no such process. */
function birthOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19]; // proc(5): field 22, counted after the name
    } catch {
      return undefined;
    }
  }
  const { stdout, status } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
