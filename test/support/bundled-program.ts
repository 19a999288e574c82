import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BundledProgram {
  readonly path: string;
  remove(): void;
}

let made = 0;

/** A TypeScript program of the tests as one file that node can run, for what must happen in a process of its own. */
export async function bundleProgram(entryPoint: string): Promise<BundledProgram> {
  const folder = join(process.cwd(), 'node_modules/.cache/rollcall');
  mkdirSync(folder, { recursive: true });
  made += 1;
  const path = join(folder, `program-${process.pid}-${made}.mjs`);
  await build({
    entryPoints: [entryPoint],
    outfile: path,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}
