import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { errorCode, startEmbeddedDatabase } from '../../src/platform/index.ts';
import { type BundledProgram, bundleProgram } from '../support/bundled-program.ts';

describe('the embedded database', () => {
  let program: BundledProgram;
  let folder = '';
  const children: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
    program = await bundleProgram('test/support/embedded-program.ts');
  });
  afterAll(() => program.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall embedded '));
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await end(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const dataDirectory = () => join(folder, 'data with a space');

  const launch = () => {
    const child = spawn(process.execPath, [program.path, dataDirectory()], { stdio: 'pipe' });
    children.push(child);
    return child;
  };

  const started = async () => {
    const child = launch();
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, ownerUrl: (JSON.parse(line) as { ownerUrl: string }).ownerUrl };
  };

  it('keeps its data and starts again after a kill -9, from a path with a space', async () => {
    const first = await started();
    await query(first.ownerUrl, 'create table kept (n int); insert into kept values (7)');
    await end(first.child, 'SIGKILL');
    const second = await startEmbeddedDatabase({ dataDirectory: dataDirectory() });
    expect(await query(second.ownerUrl, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('leaves no server behind when its process is killed', async () => {
    const { child, ownerUrl } = await started();
    await end(child, 'SIGKILL');
    await untilRefused(ownerUrl);
  });

  it('refuses a directory that another living process uses, and says which', async () => {
    const { child } = await started();
    const second = launch();
    let complaint = '';
    second.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [code] = (await once(second, 'close')) as [number];
    expect(code).toBe(3);
    expect(complaint).toContain(`in use by process ${child.pid}`);
    expect(complaint).toContain('ROLLCALL_DATA_DIR');
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('works for root in a folder that no other user may enter', async () => {
    chmodSync(folder, 0o700);
    const embedded = await startEmbeddedDatabase({ dataDirectory: dataDirectory() });
    expect(await query(embedded.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await embedded.stop();
    expect(embedded.dataDirectory).not.toContain(folder);
    rmSync(embedded.dataDirectory, { recursive: true });
  });

  it('lets the server role neither create tables nor read the passwords of others', async () => {
    const embedded = await startEmbeddedDatabase({ dataDirectory: dataDirectory() });
    await expect(query(embedded.serverUrl, 'create table mine (n int)')).rejects.toThrow('permission denied');
    await expect(query(embedded.serverUrl, 'select * from pg_authid')).rejects.toThrow('permission denied');
    await embedded.stop();
  });
});

async function query(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function end(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

/** Asks until nobody listens any more. One that is shutting down refuses too, in its own words, for as long as its last checkpoint takes. */
async function untilRefused(url: string): Promise<void> {
  let outcome: string | undefined;
  while (outcome !== 'ECONNREFUSED') {
    outcome = await query(url, 'select').then(
      () => undefined,
      (error: unknown) => errorCode(error),
    );
  }
}
