import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: two above this file, in src as in dist. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const migrationsFolder = join(root, 'migrations');

/** The offline verifier as one file, made by the build. Throws when it has not been made. */
export function verifierPath(): string {
  return built('verify.mjs');
}

/** The same as a page for a browser. Throws when it has not been made. */
export function verifierPagePath(): string {
  return built('verify.html');
}

function built(name: string): string {
  const path = join(root, 'dist', name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build`);
  return path;
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
