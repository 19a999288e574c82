import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import { formatCheckpoint, type NoteSigner, publicKeyOf, signNote, type TreeHead } from '../tlog/index.ts';
import { append } from './append.ts';
import { insertKey, readRetiredWithin } from './key-store.ts';
import { insertCheckpoint } from './ledger-store.ts';
import type { LedgerSigner } from './signing-key.ts';

export interface HeadToSign {
  readonly head: TreeHead;
  /** The size of the checkpoint before: a key whose retirement it covers has signed its last. */
  readonly sizeBefore: number;
  readonly signer: LedgerSigner;
  readonly at: Instant;
}

/**
 * Signs a tree head with every key that has not been retired, and notes those that are new to the ledger.
 * Throws an Error when all keys at hand were retired.
 */
export async function signHead(tx: Transaction, workspaceId: WorkspaceId, { head, sizeBefore, signer, at }: HeadToSign): Promise<void> {
  const keys = await signingKeys(tx, workspaceId, { origin: head.origin, sizeBefore, signer });
  const { size, root } = head;
  await insertCheckpoint(tx, workspaceId, { size, root, note: signNote(formatCheckpoint(head), keys), at });
  const added: string[] = [];
  for (const { vkey } of keys) if (await insertKey(tx, workspaceId, { vkey, at })) added.push(vkey);
  await append(
    tx,
    workspaceId,
    added.map((vkey) => ({
      type: 'ledger.key_added',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      detail: { vkey },
    })),
  );
}

/** A key stays retired under every name of the ledger. */
async function signingKeys(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { origin, sizeBefore, signer }: Pick<HeadToSign, 'sizeBefore' | 'signer'> & { readonly origin: string },
): Promise<readonly NoteSigner[]> {
  const retired = new Set((await readRetiredWithin(tx, workspaceId, sizeBefore)).map(publicKeyOf));
  const keys = signer.allFor(origin).filter(({ vkey }) => !retired.has(publicKeyOf(vkey)));
  if (keys.length === 0) throw new Error(`every key at hand was retired from the ledger of ${workspaceId}: nothing is signed for it`);
  return keys;
}
