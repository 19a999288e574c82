// Builds the verifier page: one HTML file that asks nobody for anything. What it may do stands in its own policy, by the hashes of what is in it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const room = join(here, 'src/verifier');

/** The page, and what went into its script. */
export async function buildPage() {
  const { script, metafile } = await bundleForBrowser(join(room, 'page.browser.ts'));
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end within the page');
  const style = `\n${readFileSync(join(room, 'page.css'), 'utf8')}`;
  const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const parts = { script: `\n${script}`, style, policy: policyFor(`\n${script}`, style), version, licences: licences() };
  const html = readFileSync(join(room, 'page.html'), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_mark, name) => parts[name]);
  return { html, script: parts.script, policy: parts.policy, metafile };
}

/** Whoever passes the page on passes these on. */
function licences() {
  const texts = ['@noble/curves', '@noble/hashes', 'pako'].map(
    (name) => `${name}\n\n${readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`,
  );
  return texts.join('\n\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A module and all that it imports as one script, with `x.browser.ts` in the place of `x.ts` wherever there is one, and with the kernel's Buffer. */
export async function bundleForBrowser(entryPoint) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'exported',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'inline',
    inject: [join(here, 'src/kernel/buffer.browser.ts')],
    plugins: [browserTwins],
    absWorkingDir: here,
    logLevel: 'error',
  });
  return { script: outputFiles[0].text, metafile };
}

const browserTwins = {
  name: 'browser-twins',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const twin = resolve(resolveDir, path.replace(/(\.browser)?\.ts$/, '.browser.ts'));
      return existsSync(twin) ? { path: twin } : undefined;
    });
    // A door may name a file that needs Node; where nothing of it is used, it falls away. That nothing is left of it is a test's to see.
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

/** Nothing may be loaded, sent or framed; the script and the style in the page alone may act, the script in a worker of its own text. */
function policyFor(script, style) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
