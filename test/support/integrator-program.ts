import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createIntegrator, signerFrom } from '../../src/ledger/index.ts';
import { createLog, openDatabase, systemClock } from '../../src/platform/index.ts';

// An integrator in a process of its own, until it is killed.
const [url = '', applicationName = '', keyFile = ''] = process.argv.slice(2);
createIntegrator({
  database: openDatabase({ url, poolSize: 2, applicationName }),
  clock: systemClock,
  log: createLog({ level: 'silent', format: 'json' }),
  signer: signerFrom(createPrivateKey(readFileSync(keyFile))),
}).start();
process.stdout.write('running\n');
