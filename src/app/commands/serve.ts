import { parseArgs } from 'node:util';
import { createLog, createSecretBox, microsoftHosts, readConfig, settleHeap, systemClock } from '../../platform/index.ts';
import { startRollcall } from '../start-rollcall.ts';
import { openStore } from '../open-store.ts';
import { type Command, exitCodes } from './command.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the server',
  help: `usage: rollcall serve

Runs the server until it is told to end (SIGTERM or SIGINT), then finishes what it has begun.
With DATABASE_URL it works on that PostgreSQL; without, it starts one of its own under
ROLLCALL_DATA_DIR. Refuses a database that a demo or a sandbox has made.

Make a workspace and its first owner with "rollcall owner": beforehand, since an embedded database admits
one process; or at any time on a PostgreSQL of your own.
Settings are environment variables, listed in .env.example.
`,
  run: async (args, io) => {
    parseArgs({ args: [...args], options: {}, strict: true });
    const config = readConfig(io.environment, io.isTerminal);
    const log = createLog({ level: config.logLevel, format: config.logFormat });
    const store = await openStore({ config, clock: systemClock, log, kind: 'production' });
    try {
      const rollcall = await startRollcall({
        store,
        config,
        clock: systemClock,
        log,
        secretBox: createSecretBox(store.encryptionKey),
        signInHosts: microsoftHosts('commercial'),
        hostsOf: microsoftHosts,
        standInOrigins: [],
      });
      settleHeap();
      log.info('server.started', { url: rollcall.url, metricsUrl: rollcall.metricsUrl });
      await io.asked;
      log.info('server.stopping');
      await rollcall.stop();
    } finally {
      await store.close();
    }
    return exitCodes.done;
  },
};
