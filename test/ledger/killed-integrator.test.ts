import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSigningKey, type LedgerSigner, readLatestCheckpoint, signerFrom } from '../../src/ledger/index.ts';
import { bundleProgram, type BundledProgram } from '../support/bundled-program.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let program: BundledProgram;
let folder: string;
let keyFile: string;
let signer: LedgerSigner;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  fixture = await ledgerFixture();
  program = await bundleProgram('test/support/integrator-program.ts');
  folder = mkdtempSync(join(tmpdir(), 'rollcall-killed-'));
  keyFile = join(folder, 'key.pem');
  signer = signerFrom(createSigningKey(keyFile));
});
afterAll(async () => {
  for (const child of running) await kill(child);
  program.remove();
  rmSync(folder, { recursive: true });
  await fixture.drop();
});

async function start(applicationName: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program.path, fixture.test.serverUrl, applicationName, keyFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('an integrator under kill -9', () => {
  it('has done a batch or has not, when it is killed with leaves and tiles written and the checkpoint not', async () => {
    await fixture.write(40);
    await fixture.test.owner.transaction(async (tx) => {
      await tx.query('lock table ledger_checkpoint in access exclusive mode');
      const child = await start('killed-in-batch');
      await untilBlocked(fixture.test.database);
      await kill(child);
    });
    await fixture.drain(fixture.integrator({ signer }));
    expect(await fixture.expectSealedWhole()).toBe(42);
  });

  it('takes every record of 16 writers exactly once, beside a second one, killed again and again in the middle of its work', async () => {
    const workspaceId = await fixture.open();
    const writers = Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let round = 0; round < 30; round += 1) await fixture.write(1 + (round % 3));
      }),
    );
    const second = await start('second');
    for (let kills = 0; kills < 5; kills += 1) {
      const child = await start(`killed-${kills}`);
      const before = (await readLatestCheckpoint(fixture.test.database, workspaceId))?.size ?? 0;
      await fixture.write(1);
      for (;;) {
        if (((await readLatestCheckpoint(fixture.test.database, workspaceId))?.size ?? 0) > before) break;
      }
      await kill(child);
    }
    await writers;
    await kill(second);
    await fixture.drain(fixture.integrator({ signer }));
    const { rows } = await fixture.test.database.query<{ n: number }>(
      'select count(*)::int as n from ledger_record where workspace_id = $1',
      [workspaceId],
    );
    expect(await fixture.expectSealedWhole()).toBe(rows[0]?.n);
    expect(rows[0]?.n).toBeGreaterThanOrEqual(16 * 60 + 5);
  });
});
