import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type BundledProgram, bundleProgram } from '../support/bundled-program.ts';

let program: BundledProgram;
beforeAll(async () => {
  program = await bundleProgram('test/support/fresh-keys-program.ts');
});
afterAll(() => program.remove());

/** Whoever waits for itself waits for ever. */
const PATIENCE_MS = 45_000;

it('of the ledger can be used at once, also where Node.js collects what made it while it is used', async () => {
  // All that is collectable is collected after so many allocations: what happens once in a long while elsewhere happens here within a second.
  const flags = ['--gc-global', '--gc-interval=101'];
  const child = spawn(process.execPath, [...flags, program.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, said }).toEqual({ code: 0, said: 'used\n' });
});
