import { existsSync } from 'node:fs';
import { createSigningKey, type LedgerSigner, loadSigningKey, signerFrom } from '../ledger/index.ts';
import type { Config } from '../platform/index.ts';
import type { Store } from './open-store.ts';

/**
 * The keys that sign checkpoints, from their files. Made at the first start of an embedded installation; with a database of its own the
 * operator brings them. Throws an Error that says what is wrong with a file.
 */
export function openLedgerSigner({ isEmbedded, ledgerKeyFile }: Store, { ledgerPreviousKeyFile }: Config): LedgerSigner {
  const present = isEmbedded && !existsSync(ledgerKeyFile) ? createSigningKey(ledgerKeyFile) : loadSigningKey(ledgerKeyFile);
  return ledgerPreviousKeyFile === undefined ? signerFrom(present) : signerFrom(present, loadSigningKey(ledgerPreviousKeyFile));
}
