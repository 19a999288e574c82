#!/usr/bin/env node
import { DomainError } from '../kernel/index.ts';
import { ConfigError } from '../platform/index.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './commands/command.ts';
import { demoCommand } from './commands/demo.ts';
import { directoryCommand } from './commands/directory.ts';
import { doctorCommand } from './commands/doctor.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { migrateCommand } from './commands/migrate.ts';
import { ownerCommand } from './commands/owner.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { scimCheckCommand } from './commands/scim-check.ts';
import { serveCommand } from './commands/serve.ts';
import { verifyCommand } from './commands/verify.ts';
import { packageVersion } from './package-root.ts';

const commands: readonly Command[] = [
  serveCommand,
  migrateCommand,
  ownerCommand,
  ledgerCommand,
  demoCommand,
  sandboxCommand,
  scimCheckCommand,
  doctorCommand,
  directoryCommand,
  verifyCommand,
];

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  environment: process.env,
  isTerminal: process.stderr.isTTY,
  asked: new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  }),
});

async function main(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === '--version') {
    io.out(`${packageVersion()}\n`);
    return exitCodes.done;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (name === undefined || name === '--help' || name === 'help') {
    io.out(overview());
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (command === undefined) {
    io.complain(`rollcall: there is no command "${name}".\n\n${overview()}`);
    return exitCodes.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.help);
    return exitCodes.done;
  }
  return run(command, rest, io);
}

async function run(command: Command, args: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    return await command.run(args, io);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isUsage(error)) {
      io.complain(`rollcall ${command.name}: ${message}\nSee: rollcall ${command.name} --help\n`);
      return exitCodes.usage;
    }
    const next = error instanceof DomainError && error.next !== undefined ? ` ${error.next}` : '';
    io.complain(`rollcall ${command.name}: ${message}${next}\n`);
    return exitCodes.unavailable;
  }
}

/** Ours, or one of `parseArgs`. */
function isUsage(error: unknown): boolean {
  if (error instanceof UsageError || error instanceof ConfigError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Rollcall: SCIM 2.0 provisioning for Microsoft Entra ID that can prove who left.

usage: rollcall COMMAND [OPTIONS]

${lines.join('\n')}

rollcall COMMAND --help says more. Settings are environment variables: see .env.example.
Exit codes: 0 done, 1 not proven or not as told, 2 wrong usage or configuration, 3 could not start.
`;
}
