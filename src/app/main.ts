#!/usr/bin/env node
import { DomainError } from '../kernel/index.ts';
import { ConfigError } from '../platform/index.ts';
import { auditorLinkCommand } from './commands/auditor-link.ts';
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
import { softwareVersion } from './package-root.ts';

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
  auditorLinkCommand,
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
    io.out(`${softwareVersion()}\n`);
    return exitCodes.done;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (name === undefined) {
    io.out(overview());
    return exitCodes.usage;
  }
  if (['help', '--help', '-h'].includes(name)) return help(rest[0], io);
  if (command === undefined) return refuseUnknown(name, io);
  return rest.includes('--help') || rest.includes('-h') ? help(name, io) : run(command, rest, io);
}

function help(name: string | undefined, io: CommandIo): ExitCode {
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) return refuseUnknown(name, io);
  io.out(command?.help ?? overview());
  return exitCodes.done;
}

function refuseUnknown(name: string, io: CommandIo): ExitCode {
  io.complain(`rollcall: there is no command "${name}".\n\n${overview()}`);
  return exitCodes.usage;
}

async function run(command: Command, args: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    return await command.run(args, io);
  } catch (error) {
    const see = isUsage(error) ? `See: rollcall ${command.name} --help\n` : '';
    io.complain(`rollcall ${command.name}: ${said(error)}\n${see}`);
    if (isUsage(error)) return exitCodes.usage;
    return isRefusal(error) ? exitCodes.failed : exitCodes.unavailable;
  }
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof DomainError)) return error.message;
  if (error.code !== 'database-unavailable') return error.next === undefined ? error.message : `${error.message} ${error.next}`;
  const why = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `the database cannot be reached${why}: see that it is up, and that DATABASE_URL names it`;
}

/** Ours, one of `parseArgs`, or a value that a use case does not take. */
function isUsage(error: unknown): boolean {
  if (error instanceof UsageError || error instanceof ConfigError) return true;
  if (error instanceof DomainError) return error.code === 'invalid-request';
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

/** It has started, and what was asked for is not there or not allowed. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.code !== 'database-unavailable';
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
