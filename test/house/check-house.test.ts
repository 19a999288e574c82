import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A small house that keeps every rule; each case plants one fault in it. */
const soundHouse: Readonly<Record<string, string>> = {
  'src/kernel/index.ts': "/** kernel */\nexport { one } from './one.ts';\n",
  'src/kernel/one.ts': 'export const one = 1;\n',
  'src/platform/index.ts': "/** platform */\nexport { two } from './two.ts';\n",
  'src/platform/two.ts': "import { one } from '../kernel/index.ts';\nexport const two = one + 1;\n",
};

describe('the check of the house', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollcall-house-'));
    cpSync('tsconfig.json', join(root, 'tsconfig.json'));
    cpSync('package.json', join(root, 'package.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    for (const [file, text] of Object.entries(soundHouse)) plant(file, text);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const plant = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const check = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['check-house.mjs', root], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };

  it('finds nothing wrong with a sound house', () => {
    const { status, output } = check();
    expect(output).toContain('4 source files, 0 violations');
    expect(status).toBe(0);
  });

  it.each([
    {
      rule: 'kernel-imports-only-its-list',
      file: 'src/kernel/one.ts',
      text: "import { two } from '../platform/index.ts';\nexport const one = two;\n",
    },
    {
      rule: 'kernel-is-entered-by-its-door',
      file: 'src/platform/two.ts',
      text: "import { one } from '../kernel/one.ts';\nexport const two = one;\n",
    },
    {
      rule: 'no-circles',
      file: 'src/kernel/one.ts',
      text: "import { three } from './three.ts';\nexport const one = three;\n",
      also: "import { one } from './one.ts';\nexport const three = one;\n",
    },
    {
      rule: 'pure-rooms-do-no-io',
      file: 'src/kernel/one.ts',
      text: "import { readFileSync } from 'node:fs';\nexport const one = readFileSync;\n",
    },
    {
      rule: 'browser-files-ask-no-node',
      file: 'src/kernel/one.browser.ts',
      text: "import { createHash } from 'node:crypto';\nexport const one = createHash;\n",
    },
    {
      rule: 'browser-files-are-bundled-with-these-alone',
      file: 'src/kernel/one.browser.ts',
      text: "import fc from 'fast-check';\nexport const one = fc;\n",
    },
    {
      rule: 'only-browser-files-import-browser-files',
      file: 'src/kernel/one.browser.ts',
      text: 'export const one = 1;\n',
      also: "import { one } from './one.browser.ts';\nexport const three = one;\n",
    },
    {
      rule: 'express-only-at-the-edge',
      file: 'src/roster/import.ts',
      text: "import express from 'express';\nexport const app = express;\n",
    },
    {
      rule: 'passport-azure-ad-only-in-its-adapter',
      file: 'src/roster/import.ts',
      text: "import library from 'passport-azure-ad';\nexport const l = library;\n",
    },
    { rule: 'pg-only-in-stores', file: 'src/roster/import.ts', text: "import pg from 'pg';\nexport const pool = pg.Pool;\n" },
    { rule: 'scimmy-only-in-scim-protocol', file: 'src/scim/user.ts', text: "import SCIMMY from 'scimmy';\nexport const s = SCIMMY;\n" },
    { rule: 'only-listed-packages', file: 'src/roster/import.ts', text: "import { build } from 'esbuild';\nexport const b = build;\n" },
    { rule: 'wall-clock-only-in-platform', file: 'src/kernel/one.ts', text: 'export const one = Date.now();\n' },
    { rule: 'environment-only-in-config', file: 'src/kernel/one.ts', text: "export const one = process.env['HOME'];\n" },
    { rule: 'sql-only-in-stores', file: 'src/roster/import.ts', text: 'export const q = `select name from person`;\n' },
    { rule: 'fresh-keys-are-read-back', file: 'src/roster/import.ts', text: "export const key = generateKeyPairSync('rsa');\n" },
    { rule: 'named-for-nothing', file: 'src/kernel/utils.ts', text: 'export const u = 1;\n' },
    { rule: 'no-such-room', file: 'src/attic/box.ts', text: 'export const b = 1;\n' },
    { rule: 'a-door-only-re-exports', file: 'src/kernel/index.ts', text: 'export const one = 1;\n' },
    { rule: 'no-unfinished-marks', file: 'src/kernel/one.ts', text: `export const one = 1; // ${['TO', 'DO'].join('')}: two\n` },
  ])('refuses what breaks $rule', ({ rule, file, text, also }) => {
    plant(file, text);
    if (also !== undefined) plant('src/kernel/three.ts', also);
    const { status, output } = check();
    expect(output).toContain(`${rule}: `);
    expect(status).toBe(1);
  });

  it('refuses to call a house sound of which it saw nothing', () => {
    rmSync(join(root, 'src'), { recursive: true });
    mkdirSync(join(root, 'src'));
    expect(check().status).toBe(1);
  });
});

describe('the tests', () => {
  it('make their keys in one place, which reads them back from bytes', () => {
    const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const making = files.filter((file) => /import \{[^}]*\bgenerateKeyPair/.test(readFileSync(join('test', file), 'utf8')));
    expect(making).toEqual([join('support', 'fresh-keys.ts')]);
  });
});
