// jest runs this as plain JavaScript, so the TypeScript that starts PostgreSQL is bundled first.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export default async function start() {
  const folder = join(import.meta.dirname, '../../node_modules/.cache/rollcall');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `postgres-server-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'postgres-server.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const { startTestPostgres } = await import(outfile);
  const server = await startTestPostgres();
  process.env.ROLLCALL_TEST_POSTGRES = JSON.stringify(server.urls);
  globalThis.rollcallTestPostgres = { stop: server.stop, outfile };
}
