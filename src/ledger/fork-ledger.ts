import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable, Transaction } from '../platform/index.ts';
import { type NoteVerifier, parseVkey, rootOf } from '../tlog/index.ts';
import { append } from './append.ts';
import { decideFork, type ForkReason, type PublishedHead } from './decide-fork.ts';
import { readCheckpoint, readVkeys } from './ledger-read-model.ts';
import { type LedgerState, renameLedger } from './ledger-store.ts';
import { logOrigin } from './log-origin.ts';
import type { NewestKept, PublishedHeads } from './published-heads.ts';
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
 * restore to an earlier time, mostly. Says so in a record; the old name is never signed again. Undefined when all is well. The ledger is locked.
 */
export async function forkIfContradicted(
  { signer, heads }: ForkDeps,
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, kept, state }: { readonly state: LedgerState; readonly kept: readonly NewestKept[]; readonly at: Instant },
): Promise<Fork | undefined> {
  const known = await heads.newest(workspaceId, kept, (origin) => knownKeys(tx, workspaceId, { signer, origin }));
  const contradiction = await firstContradiction(tx, workspaceId, { state, known });
  if (contradiction === undefined) return undefined;
  const { because, published } = contradiction;
  const generation = Math.max(...known.map(({ named }) => named)) + 1;
  const origin = logOrigin(workspaceId, generation);
  await heads.reserve(workspaceId, generation);
  await renameLedger(tx, workspaceId, { origin, generation });
  const root = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  await append(tx, workspaceId, [
    {
      type: 'ledger.forked',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      before: { origin: logOrigin(workspaceId, published.generation), size: published.size, root: root(published.root) },
      after: { origin, size: state.frontier.size, root: root(rootOf(state.frontier)) },
      detail: { because },
    },
  ]);
  return { because, published, origin, generation };
}

async function firstContradiction(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { known, state }: { readonly state: LedgerState; readonly known: readonly PublishedHead[] },
): Promise<Pick<Fork, 'because' | 'published'> | undefined> {
  const present = { generation: state.generation, size: state.frontier.size };
  for (const published of known) {
    const because = decideFork(present, published, await rootAt(tx, workspaceId, { state, size: published.size }));
    if (because !== undefined) return { because, published };
  }
  return undefined;
}

/** The root that the database has at a published size: of the present head, which is known, else of the checkpoint then. */
async function rootAt(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { state, size }: { readonly state: LedgerState; readonly size: number },
): Promise<Uint8Array | undefined> {
  if (size === state.frontier.size) return rootOf(state.frontier);
  return size > state.frontier.size ? undefined : (await readCheckpoint(tx, workspaceId, size))?.root;
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
