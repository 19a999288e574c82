import { type Certificate, parseCheckpoint, parseCosigner, parseNote, parseVkey, readCertificates } from '../tlog/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { MAX_LINE_BYTES, MAX_PACKED_BYTES } from './limits.ts';
import { openZip, type Unpacking } from './open-zip.ts';
import { printTelling, type Telling, tellVerification } from './print-verification.ts';
import { proveRecords, type RecordProof } from './prove-records.ts';
import { type SampleOrder, sampleReport } from './sample-report.ts';
import { verifyBundle, type VerifyOptions } from './verify-bundle.ts';
import type { ZipSource } from './zip-directory.ts';

/** A file as the reader knows it, read at places. */
export interface NamedFile extends ZipSource {
  readonly name: string;
}

/** What is to be verified, and what the reader brings along for it. */
export interface VerifyOrder {
  readonly bundle: NamedFile;
  readonly vkeys: readonly string[];
  /** A checkpoint that the reader kept. */
  readonly prev: NamedFile | undefined;
  /** Certificates of time-stamping authorities. */
  readonly tsaCa: NamedFile | undefined;
  /** Keys of witnesses, each of which must have cosigned. */
  readonly witnesses: readonly string[];
  /** Anchors that were made after the bundle. */
  readonly anchors: readonly NamedFile[];
  readonly sample: SampleOrder | undefined;
  readonly recompute: boolean;
  /** Places of records that are each to be proven by a file of its own. */
  readonly proofs: readonly number[];
}

export type VerifyOutcome =
  /** There is nothing to check: a file or a key is not what it was given as. */
  | { readonly kind: 'unusable'; readonly because: string }
  /** `sample` in lines; it and `proofs` are empty where none was asked for or the bundle does not hold. */
  | { readonly kind: 'checked'; readonly telling: Telling; readonly sample: readonly string[]; readonly proofs: readonly RecordProof[] };

/** Verifies a bundle by the reader's order. Whatever face of the verifier runs it, nothing of a check lies outside. */
export async function runVerification(order: VerifyOrder, unpacking: Unpacking): Promise<VerifyOutcome> {
  try {
    requireKeys(order);
    const files = await openBundle(order.bundle, unpacking);
    const verification = await verifyBundle(files, await optionsOf(order, unpacking));
    const holds = verification.problems.length === 0;
    const isSampled = holds && order.sample !== undefined;
    const sample = isSampled ? sampleReport(await readWhole(files, 'report.json'), order.sample) : [];
    return { kind: 'checked', telling: tellVerification(verification), sample, proofs: holds ? await proofsOf(files, order) : [] };
  } catch (error) {
    if (error instanceof UnusableFile) return { kind: 'unusable', because: error.message };
    throw error;
  }
}

/** Throws UnusableFile for a record that there is not. */
async function proofsOf(files: BundleFiles, { proofs }: VerifyOrder): Promise<readonly RecordProof[]> {
  try {
    return await proveRecords(files, proofs);
  } catch (error) {
    throw error instanceof RangeError ? new UnusableFile(error.message) : error;
  }
}

/** An outcome as a person reads it, one line each. */
export function printOutcome(outcome: VerifyOutcome): readonly string[] {
  if (outcome.kind === 'unusable') return [outcome.because];
  return [...printTelling(outcome.telling), ...(outcome.sample.length === 0 ? [] : ['', ...outcome.sample])];
}

/** Something that the order names is none that can be used; `message` says why. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/** A key that was mistyped or cut off says nothing against the bundle. Throws UnusableFile. */
function requireKeys({ vkeys, witnesses }: VerifyOrder): void {
  const form = 'a key is name+id+key, on one line, to its last letter';
  const [vkey] = vkeys.filter((key) => parseVkey(key) === undefined);
  if (vkey !== undefined) throw new UnusableFile(`${shown(vkey)} is no verifier key of a ledger: ${form}.`);
  const [witness] = witnesses.filter((key) => parseCosigner(key) === undefined);
  if (witness === undefined) return;
  const isOfLog = parseVkey(witness) !== undefined;
  throw new UnusableFile(`${shown(witness)} is ${isOfLog ? 'the key of a log, not of a witness' : 'no key of a witness'}: ${form}.`);
}

/** What a reader typed, without what could steer a terminal. */
function shown(key: string): string {
  return JSON.stringify(key.slice(0, 200)).replaceAll(/\p{C}/gu, '?');
}

async function optionsOf({ anchors, prev, recompute, tsaCa, vkeys, witnesses }: VerifyOrder, unpacking: Unpacking): Promise<VerifyOptions> {
  const later: BundleFiles[] = [];
  for (const anchor of anchors) later.push(await openBundle(anchor, unpacking));
  return {
    vkeys,
    recompute,
    witnesses,
    later,
    ...(prev !== undefined && { kept: await readCheckpoint(prev) }),
    ...(tsaCa !== undefined && { roots: await readRoots(tsaCa) }),
  };
}

/** Another file that was taken for it says nothing against the bundle. */
async function readCheckpoint(file: NamedFile): Promise<string> {
  const kept = await readText(file);
  const note = parseNote(kept);
  if (note === undefined || parseCheckpoint(note.text) === undefined) {
    throw new UnusableFile(`${file.name} is no signed checkpoint: it is a text as in log/checkpoint of a bundle, to its last line.`);
  }
  return kept;
}

async function readRoots(file: NamedFile): Promise<readonly Certificate[]> {
  const roots = readCertificates(await readText(file));
  if (roots.length === 0) throw new UnusableFile(`${file.name} holds no certificate in PEM.`);
  return roots;
}

/** The files of a ZIP. Throws UnusableFile. */
async function openBundle(file: NamedFile, unpacking: Unpacking): Promise<BundleFiles> {
  requireSize(file, MAX_PACKED_BYTES);
  const files = await openZip(file, unpacking);
  if (files === undefined) throw new UnusableFile(`${file.name} is no ZIP file.`);
  return files;
}

async function readText(file: NamedFile): Promise<string> {
  requireSize(file, MAX_LINE_BYTES);
  return (await file.read(0, file.size)).toString('utf8');
}

function requireSize({ name, size }: NamedFile, most: number): void {
  if (size > most) throw new UnusableFile(`${name} has ${size} bytes; it can have at most ${most}.`);
}
