import { type LedgerSigner, signerFrom } from '../../src/ledger/index.ts';
import { freshEd25519Keys } from './fresh-keys.ts';

/** Signs checkpoints with a key of its own. */
export function freshSigner(): LedgerSigner {
  return signerFrom(freshEd25519Keys().privateKey);
}
