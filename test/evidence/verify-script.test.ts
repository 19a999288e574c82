import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderBundle } from '../../src/evidence/render-bundle.ts';
import { append, logOrigin } from '../../src/ledger/index.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { collected, type SealedSample, sealAgain, sealedSample, unzip } from './sealed-sample.ts';

let sample: SealedSample;
let files: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  files = await unzip(await sample.render());
});
afterAll(() => sample.drop());

interface Checked {
  readonly status: number | null;
  readonly output: string;
}

/** `programs` are asked for before those of the machine: what each says of itself is a script of `sh`. */
function check(bundle: ReadonlyMap<string, Buffer>, args: readonly string[], programs: Readonly<Record<string, string>> = {}): Checked {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall by hand '));
  try {
    for (const [path, content] of bundle) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const own = `${folder}-programs`;
    mkdirSync(own);
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(own, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(own, name), 0o755);
    }
    const env = { ...process.env, PATH: `${own}${delimiter}${process.env['PATH']}` };
    const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'verify.sh'), ...args], { encoding: 'utf8', env });
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(`${folder}-programs`, { recursive: true, force: true });
  }
}

function edited(path: string, edit: (text: string) => string): ReadonlyMap<string, Buffer> {
  return new Map(files).set(path, Buffer.from(edit(files.get(path)?.toString('utf8') ?? '')));
}

/** Bundles of reports that were sealed one after another, over ledgers of many sizes. */
async function followed(): Promise<readonly Map<string, Buffer>[]> {
  const bundles: Map<string, Buffer>[] = [];
  for (const more of [0, 1, 4, 15, 62, 2]) {
    await sample.test.database.transaction((tx) =>
      append(
        tx,
        sample.workspaceId,
        Array.from({ length: more }, () => ({
          type: 'role.set' as const,
          at: sample.clock.now(),
          actor: 'system',
          subject: { kind: 'workspace', id: sample.workspaceId },
        })),
      ),
    );
    const { id } = await sealAgain(sample);
    bundles.push(await unzip(await collected((await renderBundle(sample, sample.workspaceId, id)).zip)));
  }
  return bundles;
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
    { what: 'a key that is empty', args: () => [''], says: "'' is no key: one is name+id+key" },
    { what: 'a file in the place of a key', args: () => ['KEY'], says: "'KEY' is no key: one is name+id+key" },
    { what: 'a witness that is none', args: () => [sample.vkey, '-', 'ann'], says: "'ann' is no key: one is name+id+key" },
    { what: 'a root that is not there', args: () => [sample.vkey, 'no-root.pem'], says: "the certificate 'no-root.pem' cannot be read" },
    {
      what: 'an openssl that does not know what is asked of it',
      args: () => [sample.vkey],
      programs: { openssl: 'echo LibreSSL 3.3.6' },
      says: 'this takes openssl 3.0 or later, of OpenSSL',
    },
    {
      what: 'an older openssl',
      args: () => [sample.vkey],
      programs: { openssl: "echo 'OpenSSL 1.1.1w  11 Sep 2023'" },
      says: 'this takes openssl 3.0',
    },
  ])('lays $what to whoever runs it, and not to the bundle', ({ args, programs = {}, says }) => {
    const { status, output } = check(files, args(), programs);
    expect(output).toContain(`Nothing was checked: ${says}`);
    expect([status, output.includes('FAILED')]).toEqual([2, false]);
  });

  it.each([
    { name: 'a changed table', bundle: () => edited('population.csv', (it) => it.replace('Ada', 'Eve')), says: 'population.csv: FAILED' },
    {
      name: 'a file too many',
      bundle: () => new Map(files).set('more.csv', Buffer.from('x')),
      says: 'a file is here that the manifest does not list, or is missing: more.csv',
    },
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

  it('proves that a ledger goes on from the checkpoint of the report before, of whatever sizes', async () => {
    const bundles = await followed();
    for (const bundle of bundles) {
      const { status, output } = check(bundle, [sample.vkey]);
      expect(output).toMatch(
        /\nok {2}the ledger goes on from the checkpoint of the report before, over \d+ records, signed with the key that you gave\n/,
      );
      expect(status).toBe(0);
    }
    const last = bundles.at(-1) ?? new Map<string, Buffer>();
    const proof = last.get('log/consistency.txt')?.toString('utf8') ?? '';
    const older = bundles[0]?.get('log/checkpoint')?.toString('utf8') ?? '';
    for (const [path, content] of [
      ['log/consistency.txt', proof.replace(/[A-Za-z]/, (letter) => (letter === 'A' ? 'B' : 'A'))],
      ['log/consistency.txt', proof.replace(/[^\n]+\n$/, '')],
      ['log/consistency.txt', `${proof}${proof}`],
      ['log/prev-checkpoint', older],
    ] as const) {
      const { status, output } = check(new Map(last).set(path, Buffer.from(content)), [sample.vkey]);
      expect(output).toMatch(/FAILED: (the ledger does not go on from log\/prev-checkpoint|log\/consistency.txt is too long)/);
      expect(status).toBe(1);
    }
  });

  it('finds a key that did not sign', () => {
    const other = freshSigner().forOrigin(logOrigin(sample.workspaceId)).vkey;
    expect(check(files, [other])).toMatchObject({ status: 1, output: expect.stringContaining('not signed with this key') });
  });
});
