import { readFileSync, statSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { MAX_PACKED_BYTES } from './limits.ts';
import { printVerification } from './print-verification.ts';
import { readArguments } from './read-arguments.ts';
import { type Inflate, readZip } from './read-zip.ts';
import { type SampleOrder, sampleReport } from './sample-report.ts';
import { verifyBundle } from './verify-bundle.ts';

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
function runVerify(args: readonly string[], print: (line: string) => void): number {
  const request = readArguments(args);
  if (request === undefined) return say(usage, print);
  const zip = readBundle(request.path);
  if (typeof zip === 'string') return say([zip], print);
  const content = readZip(zip, inflate);
  if (content === undefined) return say([`${request.path} is no ZIP file.`], print);
  const kept = request.prev === undefined ? undefined : readText(request.prev);
  if (kept !== undefined && 'unusable' in kept) return say([kept.unusable], print);
  const verification = verifyBundle(content.files, {
    vkeys: request.vkeys,
    recompute: request.recompute,
    unpacking: content.problems,
    ...(kept !== undefined && { kept: kept.text }),
  });
  for (const line of printVerification(verification)) print(line);
  if (!verification.verified) return FAILED;
  for (const line of sampleLines(content.files.get('report.json'), request.sample)) print(line);
  return VERIFIED;
}

function sampleLines(report: Uint8Array | undefined, order: SampleOrder | undefined): readonly string[] {
  return report === undefined || order === undefined ? [] : ['', ...sampleReport(report, order)];
}

const inflate: Inflate = (packed, maxOutputLength) => inflateRawSync(packed, { maxOutputLength });

function say(lines: readonly string[], print: (line: string) => void): number {
  for (const line of lines) print(line);
  return UNUSABLE;
}

function readText(path: string): { readonly text: string } | { readonly unusable: string } {
  const bytes = readBundle(path);
  return typeof bytes === 'string' ? { unusable: bytes } : { text: Buffer.from(bytes).toString('utf8') };
}

/** A file's bytes, or why there are none. */
function readBundle(path: string): Uint8Array | string {
  try {
    const { size } = statSync(path);
    if (size > MAX_PACKED_BYTES) return `${path} has ${size} bytes; a bundle has at most ${MAX_PACKED_BYTES}.`;
    return readFileSync(path);
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

process.exitCode = runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
