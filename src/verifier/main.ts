import { fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { RecordProof } from './prove-records.ts';
import { nodeUnpacking } from './node-unpacking.ts';
import { type Request, readArguments } from './read-arguments.ts';
import { type NamedFile, printOutcome, runVerification, UnusableFile, type VerifyOrder, type VerifyOutcome } from './run-verification.ts';

/** Exit codes that scripts can rely on. */
const VERIFIED = 0;
const FAILED = 1;
const UNUSABLE = 2;

const usage = [
  'Usage: node verify.mjs <bundle.zip> [--vkey <key>]... [--prev <checkpoint>] [--tsa-ca <certificates>] [--witness <key>]...',
  '                       [--anchor <file>]... [--sample <seed>:<size>] [--proof <index>]... [--recompute]',
  '',
  'Checks an evidence bundle offline: files, signature, records, seal and verdicts.',
  '  --vkey  a key that you were given apart from the bundle (name+id+key); the bundle must be signed with it',
  '  --prev  a file with a checkpoint of this ledger that you kept: its records must come first, unchanged',
  '  --tsa-ca  root certificates of time-stamping authorities (PEM): every time stamp must be signed under one',
  '  --witness  the key of a witness, from itself (name+id+key): it must have cosigned this ledger',
  '  --anchor  a file with an anchor that was made after the report was sealed',
  '  --sample  draws that sample of the leavers by your seed: period ids, as they stand in population.csv',
  '  --proof  writes INDEX.tlog-proof: that the record at this place is in the ledger, as a file of its own (C2SP tlog-proof)',
  '  --recompute  derives end, deadline, observed instants and verdict of each finding again, from the records that it cites',
  '',
  'Ends with 0 when everything holds, 1 when something does not or is not shown, 2 when nothing was checked.',
];

/** Verifies the bundle that the arguments name and prints what it found; returns the exit code. */
async function runVerify(args: readonly string[], print: (line: string) => void): Promise<number> {
  const read = readArguments(args);
  if (read.kind === 'misunderstood') {
    for (const line of [`Nothing was checked: ${read.because}.`, '', ...usage]) print(line);
    return UNUSABLE;
  }
  const outcome = await outcomeOf(read.request);
  for (const line of printOutcome(outcome)) print(line);
  if (outcome.kind === 'unusable' || !writeProofs(outcome.proofs, print)) return UNUSABLE;
  return outcome.telling.verified ? VERIFIED : FAILED;
}

/** In the folder that the program was started in, never over a file that is there. Whether all could be written. */
function writeProofs(proofs: readonly RecordProof[], print: (line: string) => void): boolean {
  if (proofs.length > 0) print('');
  return proofs.every(({ index, text }) => {
    const path = `${index}.tlog-proof`;
    try {
      writeFileSync(path, text, { flag: 'wx' });
      print(`${path} proves that record ${index} is in the ledger, under its checkpoint`);
      return true;
    } catch (error) {
      print(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  });
}

async function outcomeOf(request: Request): Promise<VerifyOutcome> {
  try {
    return await runVerification(orderOf(request), nodeUnpacking);
  } catch (error) {
    if (error instanceof UnusableFile) return { kind: 'unusable', because: error.message };
    throw error;
  }
}

/** The files that the arguments name, opened. Throws UnusableFile. */
function orderOf({ anchors, path, prev, tsaCa, ...rest }: Request): VerifyOrder {
  return {
    ...rest,
    bundle: openFile(path),
    prev: prev === undefined ? undefined : openFile(prev),
    tsaCa: tsaCa === undefined ? undefined : openFile(tsaCa),
    anchors: anchors.map(openFile),
  };
}

/** A file that is read at places, until the program ends. Throws UnusableFile, which says why it cannot be. */
function openFile(path: string): NamedFile {
  const { file, size } = opened(path);
  return { name: path, size, read: (at, length) => Promise.resolve(readAt(file, at, Math.min(length, Math.max(0, size - at)))) };
}

function opened(path: string): { readonly file: number; readonly size: number } {
  try {
    const file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (stat.isFile()) return { file, size: stat.size };
  } catch (error) {
    throw new UnusableFile(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UnusableFile(`${path} is no file: a bundle and its anchors are read as the ZIPs that they came as, not unpacked.`);
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

// Of a ledger, lines are read that are garbage a moment later. V8 left to itself lets them fill a hundred megabytes before it looks, for no gain in time.
setFlagsFromString('--heap-growing-percent=30');
process.exitCode = await runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
