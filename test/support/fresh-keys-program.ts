import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, signerFrom } from '../../src/ledger/index.ts';

// Makes keys of the ledger, and uses each at once and often, as a server does that has just been started for the first time.
const KEYS = 300;
const USES = 20;
const folder = mkdtempSync(join(tmpdir(), 'rollcall-fresh-keys-'));
for (let key = 0; key < KEYS; key += 1) {
  const signer = signerFrom(createSigningKey(join(folder, `${key}.pem`)));
  for (let use = 0; use < USES; use += 1) signer.forOrigin('rollcall/test');
}
rmSync(folder, { recursive: true });
process.stdout.write('used\n');
