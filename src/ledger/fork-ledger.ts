import { canonicalJson, type Instant, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable, Transaction } from '../platform/index.ts';
import {
  type NoteVerifier,
  parseCheckpoint,
  parseNote,
  parseVkey,
  planConsistency,
  rootOf,
  sameHash,
  verifyConsistency,
  verifyNote,
} from '../tlog/index.ts';
import { append } from './append.ts';
import { decideFork, type ForkReason, type PublishedHead } from './decide-fork.ts';
import { readCheckpoint, readVkeys } from './ledger-read-model.ts';
import { type LedgerState, readWaitingForks, renameLedger } from './ledger-store.ts';
import { generationOf, logOrigin } from './log-origin.ts';
import type { NewestKept, PublishedHeads } from './published-heads.ts';
import { readProof } from './read-proof.ts';
import type { LedgerSigner } from './signing-key.ts';

export interface Fork {
  readonly because: ForkReason;
  readonly published: PublishedHead;
  readonly origin: string;
  readonly generation: number;
}

export interface ForkDeps {
  readonly signer: LedgerSigner;
  readonly heads: PublishedHeads;
}

/**
 * Gives the tree another name when it cannot go on under its own, because what was published under it is not its beginning: after a
 * restore to an earlier time, mostly; or because nobody here signed it as it stands. Says so in a record; the old name is never signed again. Undefined when all is well. The ledger is locked.
 */
export async function forkIfContradicted(
  { signer, heads }: ForkDeps,
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, kept, state }: { readonly state: LedgerState; readonly kept: readonly NewestKept[]; readonly at: Instant },
): Promise<Fork | undefined> {
  const known = await heads.newest(workspaceId, kept, (origin) => knownKeys(tx, workspaceId, { signer, origin }));
  const contradiction =
    (await firstContradiction(tx, workspaceId, { state, known })) ?? (await unsignedHead(tx, workspaceId, { state, known, signer }));
  if (contradiction === undefined) return undefined;
  const { because, published } = contradiction;
  const generation = Math.max(state.generation, ...known.map(({ named }) => named)) + 1;
  const origin = logOrigin(workspaceId, generation);
  await heads.reserve(workspaceId, generation);
  await renameLedger(tx, workspaceId, { origin, generation });
  await append(tx, workspaceId, [
    {
      type: 'ledger.forked',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      before: headOf(logOrigin(workspaceId, published.generation), published),
      after: headOf(origin, { size: state.frontier.size, root: rootOf(state.frontier) }),
      detail: { because },
    },
  ]);
  return { because, published, origin, generation };
}

type Contradiction = Pick<Fork, 'because' | 'published'>;

async function firstContradiction(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { known, state }: { readonly state: LedgerState; readonly known: readonly PublishedHead[] },
): Promise<Contradiction | undefined> {
  const present = { generation: state.generation, size: state.frontier.size };
  for (const published of known) {
    const because = decideFork(present, published, await goesOn(tx, workspaceId, { older: published, state }));
    if (because !== undefined) return { because, published };
  }
  return undefined;
}

/** Whether the hashes in the database lead from an earlier head to the tree that is about to be signed. What else it says of either proves nothing. */
async function goesOn(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { older, state: { frontier } }: { readonly older: PublishedHead; readonly state: LedgerState },
): Promise<boolean> {
  if (older.size > frontier.size) return false;
  try {
    const plan = planConsistency(older.size, frontier.size);
    const proof = plan.length === 0 ? [] : await readProof(tx, workspaceId, plan);
    return verifyConsistency({ older, newer: { size: frontier.size, root: rootOf(frontier) } }, proof);
  } catch (error) {
    if (error instanceof RangeError) return false; // hashes are missing that such a tree has
    throw error;
  }
}

interface HeadToVouchFor {
  readonly state: LedgerState;
  readonly known: readonly PublishedHead[];
  readonly signer: LedgerSigner;
}

/**
 * The present head, where neither this process nor a key at hand has signed it: the integrator signs what goes on from there, and would vouch for what somebody
 * wrote into the database. Keys in the database count for nothing here, since whoever writes a tree can write a key.
 */
async function unsignedHead(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { known, signer, state }: HeadToVouchFor,
): Promise<Contradiction | undefined> {
  const { frontier, generation } = state;
  const [size, root] = [frontier.size, rootOf(frontier)];
  const isKnown = known.some((head) => head.generation === generation && head.size === size); // then it was compared
  if (size === 0 || isKnown || (await isSignedHere(tx, workspaceId, { state, signer })) || (await isForkUnderWay(tx, workspaceId, state))) {
    return undefined;
  }
  return { because: 'unsigned', published: { generation, named: generation, size, root } };
}

async function isSignedHere(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { signer, state: { frontier, generation } }: { readonly state: LedgerState; readonly signer: LedgerSigner },
): Promise<boolean> {
  const note = parseNote((await readCheckpoint(tx, workspaceId, frontier.size))?.note ?? '');
  const head = note && parseCheckpoint(note.text);
  if (note === undefined || head === undefined || head.size !== frontier.size || !sameHash(head.root, rootOf(frontier))) return false;
  const signed = generationOf(workspaceId, head.origin); // of an earlier tree, where that was restored and forked since
  const keys = signer.allFor(head.origin).map(({ vkey }) => parseVkey(vkey));
  return (
    signed !== undefined &&
    signed <= generation &&
    verifyNote(
      note,
      keys.filter((key) => key !== undefined),
    ).kind === 'verified'
  );
}

/** Whether the record that says how this head came to its name waits for its place: with it in the tree, the fork shows. */
async function isForkUnderWay(tx: Transaction, workspaceId: WorkspaceId, { frontier, origin }: LedgerState): Promise<boolean> {
  const after = canonicalJson(headOf(origin, { size: frontier.size, root: rootOf(frontier) }));
  return (await readWaitingForks(tx, workspaceId)).some((leaf) => leaf.includes(`"after":${after}`));
}

function headOf(origin: string, { root, size }: Pick<PublishedHead, 'root' | 'size'>) {
  return { origin, size, root: Buffer.from(root).toString('base64') };
}

/** A restored database may not know the key that signed last; this process does. */
export async function knownKeys(
  q: Queryable,
  workspaceId: WorkspaceId,
  { signer, origin }: { readonly signer: LedgerSigner; readonly origin: string },
): Promise<readonly NoteVerifier[]> {
  const vkeys = [...signer.allFor(origin).map(({ vkey }) => vkey), ...(await readVkeys(q, workspaceId))];
  return vkeys.map(parseVkey).filter((key) => key !== undefined);
}
