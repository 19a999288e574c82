import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: two above this file, in src as in dist. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const migrationsFolder = join(root, 'migrations');

/** The offline verifier as one file, made by the build. */
export const verifierPath = join(root, 'dist/verify.mjs');

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
