import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/**
 * The version of the package and, as SemVer's build metadata, what it was built to: the first 16 hexadecimal digits of the SHA-256 of the lines of
 * `sha256sum` for each compiled file, by name. Two builds that judge otherwise are told apart, whatever their package says. Throws when nothing
 * has been built.
 */
export function softwareVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const dist = dirname(verifierPath());
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => /\.m?js$/.test(name));
  const lines = names.toSorted().map((name) => `${sha256(readFileSync(join(dist, name)))}  ${name}\n`);
  return `${version}+${sha256(lines.join('')).slice(0, 16)}`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
