import { parseArgs } from 'node:util';
import { createLog, readConfig } from '../../platform/index.ts';
import { migrateStore } from '../open-store.ts';
import { type Command, exitCodes, UsageError } from './command.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the schema of DATABASE_URL up to date',
  help: `usage: rollcall migrate

Applies the migrations that the database does not have yet, each in a transaction of its own.
Connects as ROLLCALL_MIGRATE_DATABASE_URL, the owner of the tables, and gives the login of
DATABASE_URL what the server needs and no more. Safe to run from several places at once.
"serve" does the same at its start; the embedded database needs no command.
`,
  run: async (args, io) => {
    parseArgs({ args: [...args], options: {}, strict: true });
    const config = readConfig(io.environment, io.isTerminal);
    if (config.databaseUrl === undefined) throw new UsageError('DATABASE_URL is not set, and the embedded database migrates itself');
    const log = createLog({ level: config.logLevel, format: config.logFormat });
    const applied = await migrateStore(config.migrateDatabaseUrl ?? config.databaseUrl, config.databaseUrl, log);
    io.out(applied.length === 0 ? 'The schema is up to date.\n' : applied.map((name) => `applied ${name}\n`).join(''));
    return exitCodes.done;
  },
};
