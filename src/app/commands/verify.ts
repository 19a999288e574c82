import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verifierPagePath, verifierPath } from '../package-root.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'prove an evidence bundle offline',
  help: `usage: rollcall verify BUNDLE.zip [--vkey VKEY]... [--prev CHECKPOINT] [--tsa-ca CERTIFICATES] [--witness VKEY]...
                       [--anchor FILE]... [--sample SEED:SIZE] [--proof INDEX]... [--recompute]
       rollcall verify --page FILE

Checks a sealed bundle without asking anybody: every file against the manifest, every record
against the signed tree, the seal, and every verdict by deciding it again. Names what is wrong.
The same program lies in each bundle as verify.mjs and runs with node alone.

  --vkey VKEY   the log's verifier key, as you noted it when the engagement began. Without it
                the key in the bundle is used, which proves less: the output says so.
  --prev FILE   a checkpoint of this ledger that you kept from before: its records must come
                first, unchanged. A ledger that was cut, rolled back or rewritten does not.
  --tsa-ca FILE root certificates of time-stamping authorities (PEM), as they publish them: every time
                stamp must be signed under one. Without it the output says what was not checked.
  --witness VKEY  the key of a witness, as it gives it to you: it must have cosigned a checkpoint
                of this ledger that came along. Says which, when, and over how many records.
  --anchor FILE an anchor that was made after the report was sealed (GET /reports/{id}/anchors/{id}).
  --sample SEED:SIZE  draws that sample of the leavers by a seed of yours, once the bundle holds.
  --proof INDEX writes INDEX.tlog-proof, once the bundle holds: that the record at this place (counted from 0) is in the
                ledger under the bundle's checkpoint, as a file of its own (C2SP tlog-proof).
  --recompute   derives each finding's end, deadline, observed instants and verdict again, from the
                records that it cites instead of from the report, and lists what it cannot derive.
  --page FILE   verifies nothing: writes the same checks as a page that a browser opens from disk.
`,
  run: async (args, io) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        vkey: { type: 'string', multiple: true },
        prev: { type: 'string' },
        'tsa-ca': { type: 'string' },
        witness: { type: 'string', multiple: true },
        anchor: { type: 'string', multiple: true },
        sample: { type: 'string' },
        proof: { type: 'string', multiple: true },
        recompute: { type: 'boolean' },
        page: { type: 'string' },
      },
      strict: true,
      allowPositionals: true,
    });
    const { page, recompute = false, ...valued } = values;
    if (page !== undefined && positionals.length === 0 && !recompute && Object.keys(valued).length === 0) return writePage(page, io);
    if (page !== undefined) throw new UsageError('--page FILE stands alone');
    const [bundle] = positionals;
    if (bundle === undefined || positionals.length > 1) throw new UsageError('name one bundle');
    const given = Object.entries(valued).flatMap(([name, value]) => [value].flat().flatMap((each) => [`--${name}`, each]));
    const { status, output } = runVerifier([bundle, ...given, ...(recompute ? ['--recompute'] : [])]);
    io.out(output);
    return status === 0 ? exitCodes.done : status === 1 ? exitCodes.failed : exitCodes.usage;
  },
};

/** Never over a file that is there: it may be a bundle. */
function writePage(path: string, io: CommandIo): ExitCode {
  const page = readFileSync(verifierPagePath());
  try {
    writeFileSync(path, page, { flag: 'wx' });
  } catch (error) {
    io.complain(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
  io.out(`${path} verifies bundles in a browser. SHA-256 ${createHash('sha256').update(page).digest('hex')}\n`);
  return exitCodes.done;
}

/** Runs the very file that lies in every bundle, as a program of its own. */
export function runVerifier(args: readonly string[]): { readonly status: number; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [verifierPath(), ...args], { encoding: 'utf8' });
  return { status: status ?? exitCodes.usage, output: stdout + stderr };
}
