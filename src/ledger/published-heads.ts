import type { WorkspaceId } from '../kernel/index.ts';
import { EMPTY_ROOT, type NoteVerifier, parseCheckpoint, parseNote, verifyNote } from '../tlog/index.ts';
import type { CheckpointShelf } from './checkpoint-shelf.ts';
import type { PublishedHead } from './decide-fork.ts';
import { generationOf } from './log-origin.ts';

/** What was published of each ledger, known without asking the database: by this process's memory, and by the shelf. */
export interface PublishedHeads {
  /**
   * The latest head that is known; undefined where there is none. `keysOf` gives the keys that may have signed a note of that name.
   * Throws an Error where the shelf holds what none of them has signed.
   */
  newest(workspaceId: WorkspaceId, keysOf: (origin: string) => Promise<readonly NoteVerifier[]>): Promise<PublishedHead | undefined>;
  /** To be called once the head is committed. */
  remember(workspaceId: WorkspaceId, head: PublishedHead): void;
  reserve(workspaceId: WorkspaceId, generation: number): Promise<void>;
}

export function publishedHeads(shelf: CheckpointShelf | undefined): PublishedHeads {
  const known = new Map<WorkspaceId, PublishedHead | undefined>();
  return {
    newest: async (workspaceId, keysOf) => {
      if (!known.has(workspaceId)) known.set(workspaceId, await shelvedHead(shelf, workspaceId, keysOf));
      return known.get(workspaceId);
    },
    remember: (workspaceId, head) => void known.set(workspaceId, head),
    reserve: async (workspaceId, generation) => {
      await shelf?.reserve(workspaceId, generation);
    },
  };
}

async function shelvedHead(
  shelf: CheckpointShelf | undefined,
  workspaceId: WorkspaceId,
  keysOf: (origin: string) => Promise<readonly NoteVerifier[]>,
): Promise<PublishedHead | undefined> {
  const found = await shelf?.newest(workspaceId);
  if (found === undefined) return undefined;
  const { checkpoint, generation } = found;
  if (checkpoint === undefined) return { generation, named: generation, size: 0, root: EMPTY_ROOT };
  const note = parseNote(checkpoint.note);
  const head = note && parseCheckpoint(note.text);
  if (note === undefined || head === undefined || generationOf(workspaceId, head.origin) !== checkpoint.generation)
    refuseStrange(workspaceId);
  if (verifyNote(note, await keysOf(head.origin)).kind !== 'verified') refuseStrange(workspaceId);
  return { generation: checkpoint.generation, named: generation, size: head.size, root: head.root };
}

function refuseStrange(workspaceId: WorkspaceId): never {
  throw new Error(
    `the newest checkpoint that is kept of the ledger of ${workspaceId} is signed by none of its keys: nothing is signed meanwhile`,
  );
}
