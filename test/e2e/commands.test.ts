import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ruleTable } from '../../src/verdict/index.ts';
import { serve } from '../support/loopback.ts';
import { runProgram } from '../support/program.ts';

const environment = (folder: string) => ({ ROLLCALL_DATA_DIR: join(folder, 'data'), ROLLCALL_PORT: '0' });

describe('the command line', () => {
  it.each(['serve', 'migrate', 'owner', 'ledger', 'demo', 'sandbox', 'scim-check', 'doctor', 'directory', 'auditor-link', 'verify'])(
    'explains %s',
    async (command) => {
      const program = runProgram([command, '--help']);
      expect(await program.exited()).toBe(0);
      expect(program.output()).toMatch(new RegExp(`^usage: rollcall ${command}`));
    },
  );

  it.each([
    { name: 'no command', args: [], says: 'usage: rollcall COMMAND' },
    { name: 'an unknown command', args: ['frobnicate'], says: 'there is no command "frobnicate"' },
    { name: 'an unknown option', args: ['demo', '--twice'], says: "Unknown option '--twice'" },
    { name: 'a number that is none', args: ['demo', '--users', 'many'], says: '--users takes a whole number' },
    { name: 'a missing option', args: ['owner', '--workspace', 'acme'], says: '--workspace and --name are needed' },
    { name: 'no bundle', args: ['verify'], says: 'name one bundle' },
    { name: 'a page and a bundle', args: ['verify', '--page', 'page.html', 'bundle.zip'], says: '--page FILE stands alone' },
    {
      name: 'an unknown dialect',
      args: ['scim-check', '--base-url', 'https://scim.example', '--token', 'x', '--dialect', 'old'],
      says: '--dialect takes verbose, optimized or both',
    },
    {
      name: 'a stand-in beyond loopback',
      args: ['sandbox', '--microsoft', '{"login":"https://a.example","graph":"https://a.example","arm":"https://a.example"}'],
      says: 'must be an origin on loopback',
    },
    { name: 'a workspace that could not be called so', args: ['owner', '--workspace', 'Acme!', '--name', 'O'], says: 'A slug has' },
    { name: 'help on an unknown command', args: ['help', 'frobnicate'], says: 'there is no command "frobnicate"' },
    { name: 'migrate without a database', args: ['migrate'], says: 'DATABASE_URL is not set' },
  ])('ends with 2 for $name and says what it wants', async ({ args, says }) => {
    const program = runProgram(args);
    expect(await program.exited()).toBe(2);
    expect(program.output()).toContain(says);
  });

  it.each(['help', '--help', '-h'])('says what there is, and explains a command, by %s', async (word) => {
    const [all, one] = [runProgram([word]), runProgram([word, 'verify'])];
    expect([await all.exited(), await one.exited()]).toEqual([0, 0]);
    expect(all.output()).toContain('usage: rollcall COMMAND');
    expect(one.output()).toMatch(/^usage: rollcall verify/);
  });

  it('says its version with what it was built to, as sha256sum tells it of the compiled files', async () => {
    const program = runProgram(['--version']);
    expect(await program.exited()).toBe(0);
    const list = "find . -name '*.js' -o -name '*.mjs' | sed 's|^./||' | sort | xargs sha256sum | sha256sum";
    const built = execFileSync('sh', ['-c', `cd dist && ${list}`], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(program.output()).toBe(`${version}+${built.slice(0, 16)}\n`);
  });

  it('ends with 2 and names every setting that is wrong', async () => {
    const program = runProgram(['serve'], { ROLLCALL_PORT: 'http', ROLLCALL_PROT: '80' });
    expect(await program.exited()).toBe(2);
    expect(program.output()).toContain('ROLLCALL_PORT must be a whole number');
    expect(program.output()).toContain('ROLLCALL_PROT is no setting');
  });

  it('ends with 3 where nobody serves the database, says where, and gives no password away', async () => {
    const program = runProgram(['serve'], {
      DATABASE_URL: 'postgres://app:hidden-password@127.0.0.1:1/rollcall',
      ROLLCALL_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
      ROLLCALL_LEDGER_KEY_FILE: '/nowhere.pem',
    });
    expect(await program.exited()).toBe(3);
    expect(program.output()).toContain(
      'cannot be reached (connect ECONNREFUSED 127.0.0.1:1): see that it is up, and that DATABASE_URL names it',
    );
    expect(program.output()).not.toContain('hidden-password');
  });

  it.each([
    { what: 'that a bundle is not there', args: ['no-such-bundle.zip'], says: 'no-such-bundle.zip cannot be read: ENOENT' },
    { what: 'that a folder is no bundle, whatever was unpacked there', args: ['docs/sample'], says: 'docs/sample is no file: ' },
    {
      what: 'what it does not understand',
      args: ['docs/sample/final-report.zip', '--sample', 'three'],
      says: 'Nothing was checked: --sample wants SEED:SIZE, such as 4711:25, and not "three".',
    },
  ])('says $what, and ends with 2', async ({ args, says }) => {
    const program = runProgram(['verify', ...args]);
    expect(await program.exited()).toBe(2);
    expect(program.output()).toContain(says);
  });

  it('writes the verifier page, never over a file, and says what it wrote', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall page '));
    try {
      const path = join(folder, 'verify.html');
      const program = runProgram(['verify', '--page', path]);
      expect(await program.exited()).toBe(0);
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      expect(program.output()).toContain(`verify.html verifies bundles in a browser. SHA-256 ${sha256}`);
      const again = runProgram(['verify', '--page', path]);
      expect(await again.exited()).toBe(1);
      expect(again.output()).toContain('verify.html cannot be written: EEXIST');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a server of one machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall serve '));
  let credential = '';
  let workspaceId = '';

  beforeAll(async () => {
    chmodSync(folder, 0o755); // else root's data would go where this test does not clean up
    const owner = runProgram(['owner', '--workspace', 'acme', '--name', 'Olivia Owner'], environment(folder));
    expect(await owner.exited()).toBe(0);
    [, workspaceId = ''] = /workspace +(\S+)/.exec(owner.output()) ?? [];
    [, credential = ''] = /credential +(\S+)/.exec(owner.output()) ?? [];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('serves what the owner command made, refuses a second start, and ends when told', async () => {
    const server = runProgram(['serve'], environment(folder));
    const [, url = ''] = await server.wrote(/"url":"([^"]+)"/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const page = await fetch(`${url}/verify.html`);
    const text = await page.text();
    const [, own = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text) ?? [];
    expect(page.headers.get('content-security-policy')).toBe(`${own}; frame-ancestors 'none'`);
    expect(own).toContain("default-src 'none'; script-src 'sha256-");
    expect(text).toBe(readFileSync('dist/verify.html', 'utf8'));
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
    const response = await fetch(`${url}/api/v1/workspaces/${workspaceId}`, { headers: { authorization: `Bearer ${credential}` } });
    expect(await response.json()).toMatchObject({ slug: 'acme', switch: { state: 'off' } });

    const second = runProgram(['serve'], environment(folder));
    expect(await second.exited()).toBe(3);
    expect(second.output()).toContain(`in use by process ${server.child.pid}`);

    expect(await server.end()).toBe(0);
    expect(server.output()).not.toContain(credential);
  });

  it('ends with 1 where what was asked for is not there: it has started', async () => {
    const recover = ['owner', 'recover', '--workspace', 'nowhere', '--name', 'O', '--reason', 'lost'];
    const program = runProgram(recover, environment(folder));
    expect(await program.exited()).toBe(1);
    expect(program.output()).toContain('There is no workspace "nowhere".');
  });

  it.each([
    {
      setting: 'ROLLCALL_LEDGER_PREVIOUS_KEY_FILE',
      besides: {},
      says: 'cannot be read (ENOENT): ROLLCALL_LEDGER_PREVIOUS_KEY_FILE names it, until that key is retired',
    },
    {
      setting: 'ROLLCALL_LEDGER_TSA_CA_FILE',
      besides: { ROLLCALL_LEDGER_TSA_URL: 'https://tsa.example' },
      says: 'cannot be read (ENOENT): ROLLCALL_LEDGER_TSA_CA_FILE names it',
    },
    {
      setting: 'ROLLCALL_BUCKET_SECRET_FILE',
      besides: { ROLLCALL_BUCKET_ENDPOINT: 'https://s3.example', ROLLCALL_BUCKET_NAME: 'evidence', ROLLCALL_BUCKET_ACCESS_KEY_ID: 'AKIAX' },
      says: 'cannot be read (ENOENT): ROLLCALL_BUCKET_SECRET_FILE names it',
    },
  ])('says which setting names a file that is not there: $setting', async ({ setting, besides, says }) => {
    const server = runProgram(['serve'], { ...environment(folder), ...besides, [setting]: join(folder, 'nothing.pem') });
    expect(await server.exited()).toBe(3);
    expect(server.output()).toContain(`${join(folder, 'nothing.pem')} ${says}`);
  });

  it('makes no other key where the one that is named is not there, and says that its port is taken', async () => {
    const missing = join(folder, 'missing.pem');
    const unsigned = runProgram(['serve'], { ...environment(folder), ROLLCALL_LEDGER_KEY_FILE: missing });
    expect(await unsigned.exited()).toBe(3);
    expect(unsigned.output()).toContain(`${missing} cannot be read (ENOENT)`);
    expect(existsSync(missing)).toBe(false);
    const holder = await serve((_request, response) => response.end());
    const { port } = new URL(holder.url);
    const crowded = runProgram(['serve'], { ...environment(folder), ROLLCALL_PORT: port });
    expect(await crowded.exited()).toBe(3);
    await holder.close();
    expect(crowded.output()).toContain(`cannot listen on port ${port} of 127.0.0.1 (another program listens there)`);
  });

  it('keeps its data after a kill -9', async () => {
    const first = runProgram(['serve'], environment(folder));
    await first.wrote(/"url":"([^"]+)"/);
    await first.end('SIGKILL');
    const second = runProgram(['serve'], environment(folder));
    const [, url = ''] = await second.wrote(/"url":"([^"]+)"/);
    const response = await fetch(`${url}/api/v1/workspaces/${workspaceId}`, { headers: { authorization: `Bearer ${credential}` } });
    expect(response.status).toBe(200);
    expect(await second.end()).toBe(0);
  });

  it('does not serve a database that a demo has made', async () => {
    const demo = runProgram(['demo', '--once'], { ROLLCALL_DATA_DIR: folder });
    expect(await demo.exited()).toBe(0);
    const server = runProgram(['serve'], { ROLLCALL_DATA_DIR: join(folder, 'demo'), ROLLCALL_PORT: '0' });
    expect(await server.exited()).toBe(3);
    expect(server.output()).toContain('was made by "demo"');
  }, 180_000);

  it('plays the full story, in which every rule of the decision table befalls somebody', async () => {
    const demo = runProgram(['demo', '--once', '--full', '--users', '3'], { ROLLCALL_DATA_DIR: join(folder, 'full') });
    expect(await demo.exited()).toBe(0);
    expect(demo.output()).toContain(`${ruleTable.length} of ${ruleTable.length} rules`);
  }, 180_000);
});
