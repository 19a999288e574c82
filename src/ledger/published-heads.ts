import type { WorkspaceId } from '../kernel/index.ts';
import { EMPTY_ROOT, type NoteVerifier, parseCheckpoint, parseNote, verifyNote } from '../tlog/index.ts';
import type { CheckpointShelf } from './checkpoint-shelf.ts';
import type { PublishedHead } from './decide-fork.ts';
import { generationOf } from './log-origin.ts';

/** A place outside the database, as far as a ledger is held to it. */
export type KeptOutside = Pick<CheckpointShelf, 'newest' | 'reserve'>;

/** The keys that may have signed a note of that name. */
type KeysOf = (origin: string) => Promise<readonly NoteVerifier[]>;

type NewestKept = NonNullable<Awaited<ReturnType<KeptOutside['newest']>>>;

/** What was published of each ledger, known without asking the database: by this process's memory, and by the places where checkpoints are kept. */
export interface PublishedHeads {
  /** Asks those places, unless the process knows already. To be called before a transaction begins, since some are far away. Throws what they throw. */
  look(workspaceId: WorkspaceId): Promise<void>;
  /**
   * The latest heads that are known, the largest first: one of each place, until a head is remembered. Throws an Error where a place holds what
   * no key of the ledger has signed.
   */
  newest(workspaceId: WorkspaceId, keysOf: KeysOf): Promise<readonly PublishedHead[]>;
  /** To be called once the head is committed. */
  remember(workspaceId: WorkspaceId, head: PublishedHead): void;
  reserve(workspaceId: WorkspaceId, generation: number): Promise<void>;
}

export function publishedHeads(places: readonly KeptOutside[]): PublishedHeads {
  const known = new Map<WorkspaceId, PublishedHead>();
  const kept = new Map<WorkspaceId, readonly NewestKept[]>();
  return {
    look: async (workspaceId) => {
      if (known.has(workspaceId) || kept.has(workspaceId)) return;
      const found = await Promise.all(places.map((place) => place.newest(workspaceId)));
      kept.set(
        workspaceId,
        found.filter((each) => each !== undefined),
      );
    },
    newest: async (workspaceId, keysOf) => {
      const remembered = known.get(workspaceId);
      if (remembered !== undefined) return [remembered];
      const heads = await Promise.all((kept.get(workspaceId) ?? []).map((newest) => headOf(workspaceId, newest, keysOf)));
      return heads.sort((a, b) => b.generation - a.generation || b.size - a.size);
    },
    remember: (workspaceId, head) => {
      known.set(workspaceId, head);
      kept.delete(workspaceId);
    },
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
