import { rmSync } from 'node:fs';

export default async function stop() {
  await globalThis.rollcallTestPostgres.stop();
  rmSync(globalThis.rollcallTestPostgres.outfile, { force: true });
}
