// Compiles src to dist, bundles the offline verifier into one file, and writes what is generated from the code.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', join(here, 'tsconfig.build.json')], {
  stdio: 'inherit',
});

/** Runs with node alone, wherever an auditor puts it. */
await build({
  entryPoints: [join(dist, 'verifier/main.js')],
  outfile: join(dist, 'verify.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: '#!/usr/bin/env node' },
  legalComments: 'none',
});
/** The same checks for a browser, opened from wherever it lies. */
const { html } = await buildPage();
writeFileSync(join(dist, 'verify.html'), html);

if (existsSync(join(dist, 'app/main.js'))) chmodSync(join(dist, 'app/main.js'), 0o755);
