import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  emptyFrontier,
  extendFrontier,
  formatCheckpoint,
  formatTlogProof,
  leafHash,
  nodesOverLeaves,
  noteSigner,
  planInclusion,
  proofOf,
  rootOf,
  signNote,
} from '../../src/tlog/index.ts';
import { freshEd25519Keys } from '../support/fresh-keys.ts';

/**
 * What an auditor does with a shell, `openssl` and nothing of ours: climbs from the entry to the root by the hashes of the
 * `.tlog-proof` (RFC 9162 §2.1.3.2), compares it with the checkpoint in it, and verifies the checkpoint's signature.
 * Prints `included` and `Signature Verified Successfully`, or fails.
 */
const CLIMB = `set -eu
hex() { base64 -d | od -An -v -tx1 | tr -d ' \\n'; }
sha() { printf "$(printf %s "$1" | sed 's/../\\\\x&/g')" | openssl dgst -sha256 -r | cut -d' ' -f1; }
index=$(sed -n 's/^index //p' proof)
size=$(sed -n '/^$/,$p' proof | sed -n 3p)
root=$(sed -n '/^$/,$p' proof | sed -n 4p | hex)
hash=$( { printf '\\000'; cat entry; } | openssl dgst -sha256 -r | cut -d' ' -f1)
at=$index; last=$((size - 1))
for line in $(sed '/^$/,$d' proof | sed 1,2d); do
  sibling=$(printf %s "$line" | hex)
  [ "$last" -gt 0 ]
  if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$last" ]; then
    hash=$(sha "01$sibling$hash")
    while [ $((at % 2)) -eq 0 ] && [ "$at" -ne 0 ]; do at=$((at / 2)); last=$((last / 2)); done
  else
    hash=$(sha "01$hash$sibling")
  fi
  at=$((at / 2)); last=$((last / 2))
done
[ "$last" -eq 0 ] && [ "$hash" = "$root" ]
echo included
sed '1,/^$/d' proof > checkpoint
sed '/^$/,$d' checkpoint > text
sed -n 's/^— [^ ]* //p' checkpoint | base64 -d | tail -c +5 > signature
{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; cut -d+ -f3- vkey | base64 -d | tail -c +2; } > key.der
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key.der -in text -sigfile signature
`;

const origin = 'rollcall/workspaces/0198c0de-7b1a-7c3d-9abc-0123456789ab';
const signer = noteSigner(origin, freshEd25519Keys().privateKey);
const entries = Array.from({ length: 13 }, (_, n) => Buffer.from(`{"n":${n}}`));
const leaves = entries.map(leafHash);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-third-party-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function climb(entry: Buffer, proof: string): string {
  writeFileSync(join(folder, 'entry'), entry);
  writeFileSync(join(folder, 'proof'), proof);
  writeFileSync(join(folder, 'vkey'), `${signer.vkey}\n`);
  return execFileSync('bash', ['-c', CLIMB], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function proofFile(index: number): string {
  const root = rootOf(extendFrontier(emptyFrontier, leaves));
  const hashes = proofOf(planInclusion(index, leaves.length), nodesOverLeaves(leaves));
  return formatTlogProof({ index, hashes, checkpoint: signNote(formatCheckpoint({ origin, size: leaves.length, root }), [signer]) });
}

describe('a proof file in the hands of a third party', () => {
  it.each([0, 7, 8, 12])('is verified by a shell and openssl alone (entry %i of 13)', (index) => {
    expect(climb(entries[index] ?? Buffer.alloc(0), proofFile(index))).toBe('included\nSignature Verified Successfully\n');
  });

  it('is refused when the entry, the size or the text that was signed is another', () => {
    const entry = entries[3] ?? Buffer.alloc(0);
    expect(() => climb(Buffer.from('{"n":4}'), proofFile(3))).toThrow();
    expect(() => climb(entry, proofFile(3).replace('\n13\n', '\n17\n'))).toThrow();
    expect(() => climb(entry, proofFile(3).replaceAll('0123456789ab', '0123456789ac'))).toThrow();
  });
});
