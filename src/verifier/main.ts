import { readFileSync, statSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { MAX_PACKED_BYTES } from './limits.ts';
import { printVerification } from './print-verification.ts';
import { type Inflate, readZip } from './read-zip.ts';
import { verifyBundle } from './verify-bundle.ts';

/** Exit codes that scripts can rely on. */
const VERIFIED = 0;
const FAILED = 1;
const UNUSABLE = 2;

const usage = [
  'Usage: node verify.mjs <bundle.zip> [--vkey <key>]...',
  '',
  'Checks an evidence bundle offline: files, signature, records, seal and verdicts.',
  '  --vkey  a key that you were given apart from the bundle (name+id+key); the bundle must be signed with it',
  '',
  'Ends with 0 when everything holds, 1 when something does not, 2 when there is nothing to check.',
];

/** Verifies the bundle that the arguments name and prints what it found; returns the exit code. */
function runVerify(args: readonly string[], print: (line: string) => void): number {
  const request = parseArguments(args);
  if (request === undefined) return say(usage, print);
  const zip = readBundle(request.path);
  if (typeof zip === 'string') return say([zip], print);
  const content = readZip(zip, inflate);
  if (content === undefined) return say([`${request.path} is no ZIP file.`], print);
  const verification = verifyBundle(content.files, { vkeys: request.vkeys, unpacking: content.problems });
  for (const line of printVerification(verification)) print(line);
  return verification.verified ? VERIFIED : FAILED;
}

const inflate: Inflate = (packed, maxOutputLength) => inflateRawSync(packed, { maxOutputLength });

function say(lines: readonly string[], print: (line: string) => void): number {
  for (const line of lines) print(line);
  return UNUSABLE;
}

function parseArguments(args: readonly string[]): { readonly path: string; readonly vkeys: readonly string[] } | undefined {
  const paths: string[] = [];
  const vkeys: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--vkey') {
      at += 1;
      vkeys.push(args[at] ?? '');
    } else if (argument.startsWith('-')) return undefined;
    else paths.push(argument);
  }
  const [path, ...more] = paths;
  return path === undefined || more.length > 0 ? undefined : { path, vkeys };
}

/** The bundle's bytes, or why there are none. */
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
