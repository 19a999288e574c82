import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { leafHash, parseCheckpoint, parseNote, parseTlogProof, type TlogProof, verifyInclusion } from '../../src/tlog/index.ts';
import { type SealedSample, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import { craftZip } from './crafted-zip.ts';

let sample: SealedSample;
let files: Map<string, Buffer>;
let folder: string;
beforeAll(async () => {
  sample = await sealedSample();
  files = await unzip(await sample.render());
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-proofs-'));
  writeFileSync(join(folder, 'verify.mjs'), files.get('verify.mjs') ?? '');
});
afterAll(() => sample.drop());

/** What the bundle's own verifier says and writes in a folder. */
function prove(of: ReadonlyMap<string, Buffer>, ...indexes: readonly string[]) {
  writeFileSync(join(folder, 'bundle.zip'), craftZip([...of].map(([name, content]) => ({ name, content }))));
  const asked = indexes.flatMap((index) => ['--proof', index]);
  const { status, stdout } = spawnSync(process.execPath, ['verify.mjs', 'bundle.zip', ...asked], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, written: readdirSync(folder).filter((name) => name.endsWith('.tlog-proof')) };
}

function textOf(path: string): string {
  return files.get(path)?.toString('utf8') ?? '';
}

function leafAt(index: number): Buffer {
  const line = textOf('log/records.jsonl').split('\n')[index] ?? '';
  return Buffer.from((JSON.parse(line) as { leaf: string }).leaf, 'base64');
}

function proofIn(name: string): TlogProof {
  const proof = parseTlogProof(readFileSync(join(folder, name), 'utf8'));
  if (proof === undefined) throw new Error(`${name} is no proof`);
  return proof;
}

function proves({ checkpoint, hashes, index }: TlogProof, leaf: Buffer): boolean {
  const head = parseCheckpoint(parseNote(checkpoint)?.text ?? '');
  return head !== undefined && verifyInclusion({ index, size: head.size, root: head.root, leafHash: leafHash(leaf) }, hashes);
}

const sealIndex = () => String(parseTlogProof(textOf('log/seal.tlog-proof'))?.index);

describe('rollcall verify --proof', () => {
  it('writes for each record a proof that leads from its bytes to the root that was signed', () => {
    const { status, stdout, written } = prove(files, '0', '17');
    expect({ status, written }).toEqual({ status: 0, written: ['0.tlog-proof', '17.tlog-proof'] });
    expect(stdout).toMatch(/\n17\.tlog-proof proves that record 17 is in the ledger, under its checkpoint\n$/);
    for (const index of [0, 17]) {
      const proof = proofIn(`${index}.tlog-proof`);
      expect(proof).toMatchObject({ index, checkpoint: textOf('log/checkpoint') });
      expect(proves(proof, leafAt(index))).toBe(true);
      expect(proves(proof, Buffer.from('{}'))).toBe(false);
    }
    rmSync(folder, { recursive: true });
  });

  it('writes of the seal what the bundle brings along', () => {
    prove(files, sealIndex());
    expect(readFileSync(join(folder, `${sealIndex()}.tlog-proof`))).toEqual(files.get('log/seal.tlog-proof'));
    rmSync(folder, { recursive: true });
  });

  it('writes nothing over a file that is there, of a record that is not, or of a bundle that does not hold', () => {
    writeFileSync(join(folder, '3.tlog-proof'), 'kept');
    expect(prove(files, '3')).toMatchObject({ status: 2, stdout: expect.stringMatching(/\n3\.tlog-proof cannot be written: EEXIST/) });
    expect(readFileSync(join(folder, '3.tlog-proof'), 'utf8')).toBe('kept');
    expect(prove(files, '9999')).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^there is no record 9999: the ledger has \d+/),
    });
    const changed = new Map(files).set('population.csv', Buffer.from('x'));
    expect(prove(changed, '4')).toMatchObject({ status: 1, written: ['3.tlog-proof'] });
    rmSync(folder, { recursive: true });
  });
});
