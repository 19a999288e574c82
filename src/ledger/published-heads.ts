import type { WorkspaceId } from '../kernel/index.ts';
import { EMPTY_ROOT, type NoteVerifier, parseCheckpoint, parseNote, verifyNote } from '../tlog/index.ts';
import type { CheckpointShelf } from './checkpoint-shelf.ts';
import type { PublishedHead } from './decide-fork.ts';
import { generationOf } from './log-origin.ts';

/** A place outside the database, as far as a ledger is held to it. */
export type KeptOutside = Pick<CheckpointShelf, 'newest' | 'reserve'>;

/** The keys that may have signed a note of that name. */
type KeysOf = (origin: string) => Promise<readonly NoteVerifier[]>;

/** The newest that a place holds of a ledger, before anybody has looked who signed it. */
export type NewestKept = NonNullable<Awaited<ReturnType<KeptOutside['newest']>>>;

/** What was published of each ledger, known without asking the database: by this process's memory, and by the places where checkpoints are kept. */
export interface PublishedHeads {
  /** What those places hold; nothing where the process remembers a head. To be called before a transaction begins, since some are far away. Throws what they throw. */
  look(workspaceId: WorkspaceId): Promise<readonly NewestKept[]>;
  /**
   * The latest heads that are known, the largest first: the one that is remembered, else those that were kept. Throws an Error where one was
   * signed by no key of the ledger.
   */
  newest(workspaceId: WorkspaceId, kept: readonly NewestKept[], keysOf: KeysOf): Promise<readonly PublishedHead[]>;
  /** To be called once the head is committed. */
  remember(workspaceId: WorkspaceId, head: PublishedHead): void;
  reserve(workspaceId: WorkspaceId, generation: number): Promise<void>;
}

export function publishedHeads(places: readonly KeptOutside[]): PublishedHeads {
  const known = new Map<WorkspaceId, PublishedHead>();
  return {
    look: async (workspaceId) => {
      if (known.has(workspaceId)) return [];
      const found = await Promise.all(places.map((place) => place.newest(workspaceId)));
      return found.filter((each) => each !== undefined);
    },
    newest: async (workspaceId, kept, keysOf) => {
      const remembered = known.get(workspaceId);
      if (remembered !== undefined) return [remembered];
      const heads = await Promise.all(kept.map((newest) => headOf(workspaceId, newest, keysOf)));
      return heads.sort((a, b) => b.generation - a.generation || b.size - a.size);
    },
    remember: (workspaceId, head) => void known.set(workspaceId, head),
    reserve: async (workspaceId, generation) => {
      await Promise.all(places.map((place) => place.reserve(workspaceId, generation)));
    },
  };
}

async function headOf(workspaceId: WorkspaceId, { checkpoint, generation }: NewestKept, keysOf: KeysOf): Promise<PublishedHead> {
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
