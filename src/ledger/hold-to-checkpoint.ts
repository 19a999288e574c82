import type { WorkspaceId } from '../kernel/index.ts';
import { parseCheckpoint, parseNote, verifyNote } from '../tlog/index.ts';
import type { CheckpointShelf, ShelvedCheckpoint } from './checkpoint-shelf.ts';
import { knownKeys } from './fork-ledger.ts';
import { createIntegrator, type IntegratorDeps } from './integrator.ts';
import { readLatestCheckpoint } from './ledger-read-model.ts';
import { allLedgers } from './ledger-store.ts';
import { generationOf } from './log-origin.ts';

/** What became of a ledger that was held to a checkpoint from outside; `origin` names it from now on. */
export type HeldTo =
  | { readonly kind: 'no-checkpoint' }
  /** Of no ledger that is here. */
  | { readonly kind: 'stranger'; readonly origin: string }
  /** By no key of that ledger: whoever gave it could make any ledger fork. */
  | { readonly kind: 'unsigned'; readonly origin: string }
  | { readonly kind: 'goes-on' | 'forked'; readonly workspaceId: WorkspaceId; readonly origin: string; readonly size: number };

/**
 * Holds a ledger to a checkpoint that somebody kept: an auditor, a mailbox, another directory. Where the tree in the database does not go on from it, after a restore that
 * no process lived through, it forks, as it does by itself where the server knows the checkpoint (`forkIfContradicted`).
 */
export async function holdToCheckpoint(deps: IntegratorDeps, text: string): Promise<HeldTo> {
  const note = parseNote(text);
  const head = note && parseCheckpoint(note.text);
  if (note === undefined || head === undefined) return { kind: 'no-checkpoint' };
  const { database, signer } = deps;
  const { origin, size } = head;
  const workspaceId = (await allLedgers(database)).find((each) => generationOf(each, origin) !== undefined);
  const generation = workspaceId && generationOf(workspaceId, origin);
  if (workspaceId === undefined || generation === undefined) return { kind: 'stranger', origin };
  const keys = await knownKeys(database, workspaceId, { signer, origin });
  if (verifyNote(note, keys).kind !== 'verified') return { kind: 'unsigned', origin };
  const before = originIn((await readLatestCheckpoint(database, workspaceId))?.note);
  const shelf = shelfBeside(deps.shelf, workspaceId, { generation, size, note: text });
  const checkpoint = await createIntegrator({ ...deps, shelf }).settle(workspaceId);
  const after = originIn(checkpoint.note) ?? origin;
  return { kind: before === after ? 'goes-on' : 'forked', workspaceId, origin: after, size: checkpoint.size };
}

function originIn(note: string | undefined): string | undefined {
  return note === undefined ? undefined : parseCheckpoint(parseNote(note)?.text ?? '')?.origin;
}

/** As if the checkpoint lay on the shelf as its newest; names that were reserved there stay taken. */
function shelfBeside(shelf: CheckpointShelf | undefined, of: WorkspaceId, held: ShelvedCheckpoint): CheckpointShelf {
  return {
    keep: async (workspaceId, checkpoint) => await shelf?.keep(workspaceId, checkpoint),
    reserve: async (workspaceId, generation) => await shelf?.reserve(workspaceId, generation),
    newest: async (workspaceId) => {
      const found = await shelf?.newest(workspaceId);
      if (workspaceId !== of) return found;
      return { generation: Math.max(found?.generation ?? 1, held.generation), checkpoint: held };
    },
  };
}
