import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import type { Clock, Database, Log } from '../platform/index.ts';
import { judgedUntil, keepDigest, overdueBetween, toldUntil, workspacesWithPolicy } from './digest-store.ts';
import { digestFiles } from './digest-files.ts';

interface DigestDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** A folder that is there; undefined: no digest is written. */
  readonly directory: string | undefined;
}

/** In the morning, before people begin to work, in most of the zones that do. */
const DAILY = '0 5 * * *';

/**
 * Writes for each workspace `<folder>/<workspace id>/<day>.json` and `.txt`: what became overdue since the file of the day before, a day without
 * anything new too, so that a missing file means that something is wrong. Once for all processes, which must share the folder.
 */
export function writeDigestsTask(deps: DigestDeps): Task {
  return {
    name: 'notification.write-digest',
    schedule: DAILY,
    run: async () => {
      if (deps.directory === undefined) return;
      for (const workspaceId of await workspacesWithPolicy(deps.database)) await writeDigest(deps, deps.directory, workspaceId);
    },
  };
}

/** The files first, then up to when they tell: of what is lost in between, the same day's files are written again. */
async function writeDigest({ clock, database, log }: DigestDeps, directory: string, workspaceId: WorkspaceId): Promise<void> {
  const day = clock.now().slice(0, 10);
  const until = (await judgedUntil(database, workspaceId)) ?? (`${day}T00:00:00.000Z` as Instant);
  const since = (await toldUntil(database, workspaceId, day)) ?? null;
  const findings = await overdueBetween(database, workspaceId, { since, until });
  const folder = join(directory, workspaceId);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const { json, text } = digestFiles({ workspaceId, day, since, until, findings });
  await writeWhole(join(folder, `${day}.json`), json);
  await writeWhole(join(folder, `${day}.txt`), text);
  await keepDigest(database, workspaceId, { day, since, until, findings: findings.length });
  log.info('digest.written', { workspaceId, day, findings: findings.length });
}

/** Whoever looks sees the whole file or none: it is written beside, made durable, and then takes its name. */
async function writeWhole(path: string, content: string): Promise<void> {
  const beside = `${path}.partial`;
  const file = await open(beside, 'w', 0o640);
  try {
    await file.writeFile(content, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
