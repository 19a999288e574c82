import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The user that runs PostgreSQL, which refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Tried in this order; every system has the second. */
const UNPRIVILEGED_USERS = ['postgres', 'nobody'];

/** Undefined for an ordinary user (PostgreSQL runs as they do); for root, an unprivileged user of this system. */
export function runAsUnprivileged(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of UNPRIVILEGED_USERS) {
    const uid = idOf('-u', user);
    const gid = idOf('-g', user);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this system has none of the users ${UNPRIVILEGED_USERS.join(', ')}: run as an ordinary user, or set DATABASE_URL`,
  );
}

function idOf(flag: '-u' | '-g', user: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : undefined;
}

/** Whether that user may enter the folder and every folder above it. */
export function canEnter(user: RunAs, folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (!mayTraverse(user, at)) return false;
    if (at === dirname(at)) return true;
  }
}

function mayTraverse(user: RunAs, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
