import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { MAX_LINE_BYTES, MAX_PACKED_BYTES } from './limits.ts';
import { nodeUnpacking } from './node-unpacking.ts';
import { openZip } from './open-zip.ts';
import { printVerification } from './print-verification.ts';
import { readArguments } from './read-arguments.ts';
import { type SampleOrder, sampleReport } from './sample-report.ts';
import { verifyBundle } from './verify-bundle.ts';
import type { ZipSource } from './zip-directory.ts';

/** Exit codes that scripts can rely on. */
const VERIFIED = 0;
const FAILED = 1;
const UNUSABLE = 2;

const usage = [
  'Usage: node verify.mjs <bundle.zip> [--vkey <key>]... [--prev <checkpoint>] [--sample <seed>:<size>] [--recompute]',
  '',
  'Checks an evidence bundle offline: files, signature, records, seal and verdicts.',
  '  --vkey  a key that you were given apart from the bundle (name+id+key); the bundle must be signed with it',
  '  --prev  a file with a checkpoint of this ledger that you kept: its records must come first, unchanged',
  '  --sample  draws that sample of the leavers by your seed: period ids, as they stand in population.csv',
  '  --recompute  derives end, deadline, observed instants and verdict of each finding again, from the records that it cites',
  '',
  'Ends with 0 when everything holds, 1 when something does not, 2 when there is nothing to check.',
];

/** Verifies the bundle that the arguments name and prints what it found; returns the exit code. */
async function runVerify(args: readonly string[], print: (line: string) => void): Promise<number> {
  const request = readArguments(args);
  if (request === undefined) return say(usage, print);
  const zip = openFile(request.path, MAX_PACKED_BYTES);
  if (typeof zip === 'string') return say([zip], print);
  const files = openZip(zip, nodeUnpacking);
  if (files === undefined) return say([`${request.path} is no ZIP file.`], print);
  const kept = request.prev === undefined ? undefined : readText(request.prev);
  if (kept !== undefined && 'unusable' in kept) return say([kept.unusable], print);
  const verification = await verifyBundle(files, {
    vkeys: request.vkeys,
    recompute: request.recompute,
    ...(kept !== undefined && { kept: kept.text }),
  });
  for (const line of printVerification(verification)) print(line);
  if (!verification.verified) return FAILED;
  for (const line of await sampleLines(files, request.sample)) print(line);
  zip.close();
  return VERIFIED;
}

async function sampleLines(files: BundleFiles, order: SampleOrder | undefined): Promise<readonly string[]> {
  return order === undefined ? [] : ['', ...sampleReport(await readWhole(files, 'report.json'), order)];
}

function say(lines: readonly string[], print: (line: string) => void): number {
  for (const line of lines) print(line);
  return UNUSABLE;
}

function readText(path: string): { readonly text: string } | { readonly unusable: string } {
  const file = openFile(path, MAX_LINE_BYTES);
  if (typeof file === 'string') return { unusable: file };
  const text = file.read(0, file.size).toString('utf8');
  file.close();
  return { text };
}

interface OpenFile extends ZipSource {
  close(): void;
}

/** A file that is read at places, or why it cannot be. */
function openFile(path: string, most: number): OpenFile | string {
  try {
    const file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > most) return `${path} has ${size} bytes; it can have at most ${most}.`;
    return { size, read: (at, length) => readAt(file, at, Math.min(length, Math.max(0, size - at))), close: () => closeSync(file) };
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
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

process.exitCode = await runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
