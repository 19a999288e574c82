import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logOrigin, signerFrom } from '../../src/ledger/index.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

let sample: SealedSample;
let files: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  files = await unzip(await sample.render());
});
afterAll(() => sample.drop());

function check(bundle: ReadonlyMap<string, Buffer>, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall by hand '));
  try {
    for (const [path, content] of bundle) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'verify.sh'), ...args], { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function edited(path: string, edit: (text: string) => string): ReadonlyMap<string, Buffer> {
  return new Map(files).set(path, Buffer.from(edit(files.get(path)?.toString('utf8') ?? '')));
}

describe('verify.sh, with sh, sha256sum and openssl alone (I11)', () => {
  it('proves the files, the signature and the seal', () => {
    const { status, output } = check(files, [sample.vkey]);
    expect(output).toMatch(/^(ok {2}.*\n){4}\nVERIFIED/);
    expect(status).toBe(0);
  });

  it('says how it is used', () => {
    expect(check(files, [])).toEqual({ status: 2, output: 'Usage: sh verify.sh KEY [CA] [WITNESS]...\n' });
  });

  it.each([
    { name: 'a changed table', bundle: () => edited('population.csv', (it) => it.replace('Ada', 'Eve')), says: 'population.csv: FAILED' },
    { name: 'a file too many', bundle: () => new Map(files).set('more.csv', Buffer.from('x')), says: 'a file is here that the manifest' },
    {
      name: 'a checkpoint of another size',
      bundle: () => edited('log/checkpoint', (it) => it.replace(/\n\d+\n/, '\n7\n')),
      says: 'log/checkpoint is not signed with this key',
    },
    {
      name: 'a proof of another record',
      bundle: () => edited('log/seal.tlog-proof', (it) => it.replace(/index \d+/, 'index 3')),
      says: 'the proof of the seal does not lead to the signed root',
    },
    {
      name: 'a proof that is cut short',
      bundle: () => edited('log/seal.tlog-proof', (it) => it.replace(/(index \d+\n)[^\n]+\n/, '$1')),
      says: 'the proof of the seal does not lead to the signed root',
    },
    {
      name: 'tables and manifest that fit together, and were never sealed',
      bundle: () => {
        const bundle = edited('manifest.json', (it) => it.replace(/"coverage\.csv":"[0-9a-f]{64}",/, ''));
        return new Map([...bundle].filter(([path]) => path !== 'coverage.csv'));
      },
      says: 'the record seals another manifest',
    },
  ])('finds $name', ({ bundle, says }) => {
    const { status, output } = check(bundle(), [sample.vkey]);
    expect(output).toContain(says);
    expect(output).not.toContain('VERIFIED');
    expect(status).toBe(1);
  });

  it('finds a key that did not sign', () => {
    const other = signerFrom(generateKeyPairSync('ed25519').privateKey).forOrigin(logOrigin(sample.workspaceId)).vkey;
    expect(check(files, [other])).toMatchObject({ status: 1, output: expect.stringContaining('not signed with this key') });
  });
});
