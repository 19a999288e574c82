import { fstatSync, openSync, readSync } from 'node:fs';
import { type Certificate, readCertificates } from '../tlog/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { MAX_LINE_BYTES, MAX_PACKED_BYTES } from './limits.ts';
import { nodeUnpacking } from './node-unpacking.ts';
import { openZip } from './open-zip.ts';
import { printVerification } from './print-verification.ts';
import { type Request, readArguments } from './read-arguments.ts';
import { type SampleOrder, sampleReport } from './sample-report.ts';
import { verifyBundle, type VerifyOptions } from './verify-bundle.ts';
import type { ZipSource } from './zip-directory.ts';

/** Exit codes that scripts can rely on. */
const VERIFIED = 0;
const FAILED = 1;
const UNUSABLE = 2;

const usage = [
  'Usage: node verify.mjs <bundle.zip> [--vkey <key>]... [--prev <checkpoint>] [--tsa-ca <certificates>] [--anchor <file>]...',
  '                       [--sample <seed>:<size>] [--recompute]',
  '',
  'Checks an evidence bundle offline: files, signature, records, seal and verdicts.',
  '  --vkey  a key that you were given apart from the bundle (name+id+key); the bundle must be signed with it',
  '  --prev  a file with a checkpoint of this ledger that you kept: its records must come first, unchanged',
  '  --tsa-ca  root certificates of time-stamping authorities (PEM): every time stamp must be signed under one',
  '  --anchor  a file with an anchor that was made after the report was sealed',
  '  --sample  draws that sample of the leavers by your seed: period ids, as they stand in population.csv',
  '  --recompute  derives end, deadline, observed instants and verdict of each finding again, from the records that it cites',
  '',
  'Ends with 0 when everything holds, 1 when something does not, 2 when there is nothing to check.',
];

/** Verifies the bundle that the arguments name and prints what it found; returns the exit code. */
async function runVerify(args: readonly string[], print: (line: string) => void): Promise<number> {
  const request = readArguments(args);
  if (request === undefined) return say(usage, print);
  try {
    const files = open(request.path);
    const verification = await verifyBundle(files, optionsOf(request));
    for (const line of printVerification(verification)) print(line);
    if (!verification.verified) return FAILED;
    for (const line of await sampleLines(files, request.sample)) print(line);
    return VERIFIED;
  } catch (error) {
    if (error instanceof UnusableFile) return say([error.message], print);
    throw error;
  }
}

/** What the reader brings along besides the bundle. Throws UnusableFile. */
function optionsOf({ anchors, prev, recompute, tsaCa, vkeys }: Request): VerifyOptions {
  return {
    vkeys,
    recompute,
    later: anchors.map(open),
    ...(prev !== undefined && { kept: readText(prev) }),
    ...(tsaCa !== undefined && { roots: readRoots(tsaCa) }),
  };
}

function readRoots(path: string): readonly Certificate[] {
  const roots = readCertificates(readText(path));
  if (roots.length === 0) throw new UnusableFile(`${path} holds no certificate in PEM.`);
  return roots;
}

/** The files of a ZIP. Throws UnusableFile. */
function open(path: string): BundleFiles {
  const files = openZip(openFile(path, MAX_PACKED_BYTES), nodeUnpacking);
  if (files === undefined) throw new UnusableFile(`${path} is no ZIP file.`);
  return files;
}

async function sampleLines(files: BundleFiles, order: SampleOrder | undefined): Promise<readonly string[]> {
  return order === undefined ? [] : ['', ...sampleReport(await readWhole(files, 'report.json'), order)];
}

function say(lines: readonly string[], print: (line: string) => void): number {
  for (const line of lines) print(line);
  return UNUSABLE;
}

function readText(path: string): string {
  const file = openFile(path, MAX_LINE_BYTES);
  return file.read(0, file.size).toString('utf8');
}

/** A file that is read at places, until the program ends. Throws UnusableFile, which says why it cannot be. */
function openFile(path: string, most: number): ZipSource {
  const { file, size } = opened(path);
  if (size > most) throw new UnusableFile(`${path} has ${size} bytes; it can have at most ${most}.`);
  return { size, read: (at, length) => readAt(file, at, Math.min(length, Math.max(0, size - at))) };
}

function opened(path: string): { readonly file: number; readonly size: number } {
  try {
    const file = openSync(path, 'r');
    return { file, size: fstatSync(file).size };
  } catch (error) {
    throw new UnusableFile(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = readSync(file, bytes, read, length - read, at + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

/** A file that the arguments name is none that can be used. */
class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

process.exitCode = await runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
