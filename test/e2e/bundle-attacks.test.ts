import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderBundle } from '../../src/evidence/render-bundle.ts';
import { collected, type SealedSample, sealAgain, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import { runProgram } from '../support/program.ts';
import { verifyCommand } from '../../src/app/commands/verify.ts';
import { type AttackedBundle, bundleAttacks, type Files, renderBundleAttacks } from '../verifier/bundle-attacks.ts';
import { type CraftedEntry, craftZip } from '../verifier/crafted-zip.ts';
import { linesInPage } from '../verifier/verifier-page.ts';
import { zipTricks } from '../verifier/zip-tricks.ts';

let sample: SealedSample;
let bundle: AttackedBundle;
let folder: string;
beforeAll(async () => {
  sample = await sealedSample();
  const earlier = await unzip(await sample.render());
  const later = await sealAgain(sample);
  const files = await unzip(await collected((await renderBundle(sample, sample.workspaceId, later.id)).zip));
  bundle = { files, earlier, otherVkey: sample.signer.forOrigin('rollcall/workspaces/another').vkey };
  folder = mkdtempSync(join(tmpdir(), 'rollcall attacks '));
  writeFileSync(join(folder, 'verify.mjs'), files.get('verify.mjs') ?? '');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sample.drop();
});

interface Told {
  readonly status: number | null;
  readonly output: string;
}

/** What the bundle's own verifier says, with node alone. */
async function ownVerifier(zip: string, vkey: string): Promise<Told> {
  return await told(process.execPath, [join(folder, 'verify.mjs'), zip, '--vkey', vkey]);
}

/** What `rollcall verify` says; it runs the verifier of the build. */
async function command(zip: string, vkey: string): Promise<Told> {
  const output: string[] = [];
  const out = (text: string) => void output.push(text);
  const io = { out, complain: out, environment: {}, isTerminal: false, asked: new Promise<void>(() => undefined) };
  const status = await verifyCommand.run([zip, '--vkey', vkey], io);
  return { status, output: output.join('') };
}

async function told(program: string, args: readonly string[]): Promise<Told> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}

/** What the page says of it in a browser, as it would be printed. */
async function inBrowser(zip: string, vkey: string): Promise<string> {
  const lines = await linesInPage({ bundle: readFileSync(zip), vkeys: [vkey] });
  return `${lines.join('\n')}\n`;
}

let written = 0;
function zipFile(zip: Buffer): string {
  written += 1;
  const path = join(folder, `${written}.zip`);
  writeFileSync(path, zip);
  return path;
}

function entriesOf(files: Files): readonly CraftedEntry[] {
  return [...files].map(([name, content]) => ({ name, content }));
}

/** In a folder, as somebody's program unpacked it; by bash, which does more with a variable than other shells. */
async function byHand(files: Files, vkey: string): Promise<Told & { readonly left: boolean }> {
  const unpacked = mkdtempSync(join(folder, 'unpacked '));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(unpacked, path)), { recursive: true });
    writeFileSync(join(unpacked, path), content);
  }
  const said = await told('bash', [join(unpacked, 'verify.sh'), vkey]);
  return { ...said, left: existsSync(join(unpacked, 'done')) };
}

describe('attacks on a bundle (I11)', () => {
  it('are not needed for what follows: all verifiers prove the bundle as it is', async () => {
    const zip = zipFile(craftZip(entriesOf(bundle.files)));
    const program = runProgram(['verify', zip, '--vkey', sample.vkey]);
    expect(await program.exited()).toBe(0);
    expect(await command(zip, sample.vkey)).toEqual({ status: 0, output: program.output() });
    expect(program.output()).toContain('\nVERIFIED\n');
    expect(await ownVerifier(zip, sample.vkey)).toMatchObject({ status: 0, output: expect.stringContaining('\nVERIFIED\n') });
    expect(await inBrowser(zip, sample.vkey)).toBe(program.output());
    expect(await byHand(bundle.files, sample.vkey)).toMatchObject({ status: 0, output: expect.stringContaining('\nVERIFIED:') });
  });

  it.each(bundleAttacks)(
    '"$attack" is found by rollcall verify, by verify.mjs, by the page, and by verify.sh where it looks',
    async (each) => {
      const files = each.run(bundle);
      const vkey = each.vkey?.(bundle) ?? sample.vkey;
      const zip = zipFile(craftZip(entriesOf(files)));
      const [program, own, shell] = await Promise.all([command(zip, vkey), ownVerifier(zip, vkey), byHand(files, vkey)]);
      expect(await inBrowser(zip, vkey)).toBe(own.output);
      for (const said of [program, own]) {
        expect(said).toEqual({ status: 1, output: expect.stringMatching(each.says) });
        expect(said.output).not.toContain('VERIFIED');
      }
      if (each.script === null) {
        expect(shell).toMatchObject({ status: 0, output: expect.stringContaining('Not checked here: the other records of the ledger') });
        return;
      }
      expect(shell).toEqual({ status: 1, left: false, output: expect.stringMatching(each.script) });
      expect(shell.output).not.toContain('VERIFIED');
    },
  );

  it.each(zipTricks)('a ZIP with $trick is refused by all that read one', async ({ zip, says }) => {
    const path = zipFile(zip(entriesOf(bundle.files), []));
    const line = new RegExp(says.source.replace(/^\^/, ' - ').replace(/\$$/, ''), 'm');
    const page = await inBrowser(path, sample.vkey);
    for (const said of await Promise.all([command(path, sample.vkey), ownVerifier(path, sample.vkey)])) {
      expect(said).toEqual({ status: 1, output: expect.stringMatching(line) });
      expect(said.output).not.toContain('VERIFIED');
      expect(page).toBe(said.output);
    }
  });

  it('stand in docs/threat-model.md line by line', () => {
    expect(readFileSync('docs/threat-model.md', 'utf8')).toContain(`\n${renderBundleAttacks()}\n`);
  });
});
