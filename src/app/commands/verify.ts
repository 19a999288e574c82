import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { verifierPath } from '../package-root.ts';
import { type Command, exitCodes, UsageError } from './command.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'prove an evidence bundle offline',
  help: `usage: rollcall verify BUNDLE.zip [--vkey VKEY]... [--prev CHECKPOINT] [--tsa-ca CERTIFICATES] [--witness VKEY]...
                       [--anchor FILE]... [--sample SEED:SIZE] [--recompute]

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
  --recompute   derives each finding's end, deadline, observed instants and verdict again, from the
                records that it cites instead of from the report, and lists what it cannot derive.
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
        recompute: { type: 'boolean' },
      },
      strict: true,
      allowPositionals: true,
    });
    const [bundle] = positionals;
    if (bundle === undefined || positionals.length > 1) throw new UsageError('name one bundle');
    const { recompute = false, ...valued } = values;
    const given = Object.entries(valued).flatMap(([name, value]) => [value].flat().flatMap((each) => [`--${name}`, each]));
    const { status, output } = runVerifier([bundle, ...given, ...(recompute ? ['--recompute'] : [])]);
    io.out(output);
    return status === 0 ? exitCodes.done : status === 1 ? exitCodes.failed : exitCodes.usage;
  },
};

/** Runs the very file that lies in every bundle, as a program of its own. */
export function runVerifier(args: readonly string[]): { readonly status: number; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [verifierPath(), ...args], { encoding: 'utf8' });
  return { status: status ?? exitCodes.usage, output: stdout + stderr };
}
