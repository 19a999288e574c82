import { accessSync, constants, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createLog, type MicrosoftHosts, readConfig, standInHosts, systemClock } from '../../platform/index.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { type Command, exitCodes, UsageError } from './command.ts';

const MAX_USERS = 2_000_000;

export const sandboxCommand: Command = {
  name: 'sandbox',
  summary: 'a workspace that is ready to be provisioned, for trying or measuring',
  help: `usage: rollcall sandbox [--port PORT] [--ready-file FILE] [--users N] [--database-url URL] [--microsoft JSON]

Starts the server with one workspace whose single sign-on was verified by a real sign-in at a
simulated tenant and whose SCIM switch went on through the gate. Runs until SIGTERM.

  --port PORT          port to listen on; 0 takes a free one (default 0)
  --ready-file FILE    removed at the start, and written as JSON once everything is ready: url, pid, workspaceId,
                       scim {baseUrl, token, roleUrn}, admin {baseUrl, token}, simulator {url}, databaseUrl
  --users N            seeds N users u0000000@load.example … straight into the store (default 0)
  --database-url URL   an empty PostgreSQL database, as a login that may create roles
                       (default: an embedded one that is removed at the end)
  --microsoft JSON     {"login":URL,"graph":URL,"arm":URL}: loopback hosts for directory connections
                       (default: the simulated tenant)
`,
  run: async (args, io) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        'ready-file': { type: 'string' },
        users: { type: 'string', default: '0' },
        'database-url': { type: 'string' },
        microsoft: { type: 'string' },
      },
      strict: true,
    });
    const users = Number(values.users);
    if (!/^\d+$/.test(values.users) || users > MAX_USERS) throw new UsageError(`--users takes a whole number up to ${MAX_USERS}`);
    if (values['ready-file'] !== undefined) clear(values['ready-file']);
    const { DATABASE_URL: _unused, ROLLCALL_MIGRATE_DATABASE_URL: _unusedToo, ...environment } = io.environment;
    const config = readConfig({ ROLLCALL_LOG_LEVEL: 'error', ...environment, ROLLCALL_PORT: values.port }, io.isTerminal);
    const sandbox = await startSandbox({
      config,
      clock: systemClock,
      log: createLog({ level: config.logLevel, format: config.logFormat }),
      users,
      databaseUrl: values['database-url'],
      directoryHosts: values.microsoft === undefined ? undefined : hostsFrom(values.microsoft),
      readyFile: values['ready-file'],
    });
    io.out(
      `Rollcall's sandbox is ready at ${sandbox.url}${values['ready-file'] === undefined ? '' : `; ${values['ready-file']} says how to call it`}.\n`,
    );
    await io.asked;
    await sandbox.stop();
    return exitCodes.done;
  },
};

/** Whoever waits for the file must not find that of a sandbox of before. Throws UsageError where it could not be written in the end. */
function clear(readyFile: string): void {
  try {
    rmSync(readyFile, { force: true });
    accessSync(dirname(readyFile), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--ready-file ${readyFile} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function hostsFrom(text: string): MicrosoftHosts {
  const form = '--microsoft takes {"login":URL,"graph":URL,"arm":URL} with origins on loopback';
  let hosts: Partial<MicrosoftHosts>;
  try {
    hosts = JSON.parse(text) as Partial<MicrosoftHosts>;
  } catch {
    throw new UsageError(form);
  }
  const { login, graph, arm } = hosts;
  if (typeof login !== 'string' || typeof graph !== 'string' || typeof arm !== 'string') throw new UsageError(form);
  try {
    return standInHosts({ login, graph, arm });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : form);
  }
}
