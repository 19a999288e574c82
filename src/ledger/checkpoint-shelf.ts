import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../platform/index.ts';
import type { WorkspaceId } from '../kernel/index.ts';

/** A checkpoint in its place on the shelf: of which tree of the workspace, and over how many records. */
export interface ShelvedCheckpoint {
  readonly generation: number;
  readonly size: number;
  /** The signed note, verbatim. */
  readonly note: string;
}

/**
 * Checkpoints in a directory that the database's administrator cannot reach: a file each, written once and never again.
 * It is what tells a restored database from the one that went before it.
 */
export interface CheckpointShelf {
  /** Puts a checkpoint there; nothing happens when it is there already. Throws LedgerSplitError when another one is. */
  keep(workspaceId: WorkspaceId, checkpoint: ShelvedCheckpoint): Promise<void>;
  /** Takes a generation's name out of use, before its first checkpoint is signed. */
  reserve(workspaceId: WorkspaceId, generation: number): Promise<void>;
  /**
   * The latest generation that was ever named, and its largest checkpoint, or that of the one before, where it has none; undefined where nothing of the
   * ledger was ever kept. Throws an Error where the directory itself is not there.
   */
  newest(
    workspaceId: WorkspaceId,
  ): Promise<{ readonly generation: number; readonly checkpoint: ShelvedCheckpoint | undefined } | undefined>;
}

const OWNER_WRITES = 0o644;
const NAME = /^(\d{4})-(\d{16})\.checkpoint$/;

export function checkpointShelf(directory: string): CheckpointShelf {
  const folderOf = (workspaceId: WorkspaceId) => join(directory, workspaceId);
  return {
    keep: async (workspaceId, { generation, size, note }) => {
      await writeOnce(folderOf(workspaceId), nameOf(generation, size), note);
    },
    reserve: async (workspaceId, generation) => {
      await writeOnce(folderOf(workspaceId), nameOf(generation, 0), '');
    },
    newest: async (workspaceId) => {
      const places = await placesIn(folderOf(workspaceId));
      // A directory that is not mounted is no empty history: a ledger that was restored would go on from an old head.
      if (places.length === 0) await requireDirectory(directory);
      const generation = places.at(-1)?.generation;
      if (generation === undefined) return undefined;
      const last = places.findLast(({ size }) => size > 0);
      if (last === undefined) return { generation, checkpoint: undefined };
      const note = await readFile(join(folderOf(workspaceId), nameOf(last.generation, last.size)), 'utf8');
      return { generation, checkpoint: { ...last, note } };
    },
  };
}

/** What to do where it is missing. */
export const anchorDirectoryNeeded =
  'Mount it, or make it where it is new; or unset ROLLCALL_LEDGER_ANCHOR_DIR and start again, if no checkpoints are to be kept outside any more.';

async function requireDirectory(directory: string): Promise<void> {
  await access(directory).catch(() => {
    throw new Error(
      `${directory} (ROLLCALL_LEDGER_ANCHOR_DIR) is not there, and so nobody can tell what was signed before: nothing is signed meanwhile. ${anchorDirectoryNeeded}`,
    );
  });
}

function nameOf(generation: number, size: number): string {
  return `${String(generation).padStart(4, '0')}-${String(size).padStart(16, '0')}.checkpoint`;
}

async function placesIn(folder: string): Promise<readonly { readonly generation: number; readonly size: number }[]> {
  const names = await readdir(folder).catch((error: unknown) => (errorCode(error) === 'ENOENT' ? [] : Promise.reject(error)));
  const places = names.flatMap((name) => {
    const [, generation, size] = NAME.exec(name) ?? [];
    return size === undefined ? [] : [{ generation: Number(generation), size: Number(size) }];
  });
  return places.toSorted((a, b) => a.generation - b.generation || a.size - b.size);
}

/** On the disk before it returns. What a killed process left half written is the beginning of the same, and is finished. */
async function writeOnce(folder: string, name: string, content: string): Promise<void> {
  // The directory itself is not made here: where it is missing something is not mounted, and the disk below it is not outside.
  await mkdir(folder).catch((error: unknown) => (errorCode(error) === 'EEXIST' ? undefined : Promise.reject(error)));
  const file = await open(join(folder, name), constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, OWNER_WRITES);
  try {
    const there = await file.readFile('utf8');
    if (!content.startsWith(there)) throw new LedgerSplitError(name);
    if (there !== content) await file.appendFile(content.slice(there.length));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Outside stands another checkpoint than in the database. Nothing mends that: whoever sees it keeps both. */
export class LedgerSplitError extends Error {
  override readonly name = 'LedgerSplitError';

  constructor(file: string) {
    super(`${file}, which was kept outside, is another checkpoint than the one in the database: keep both, the ledger was rewritten`);
  }
}
