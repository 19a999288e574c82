import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseInstant, type WorkspaceId } from '../../kernel/index.ts';
import {
  allLedgers,
  createIntegrator,
  createSigningKey,
  type HeldTo,
  holdToCheckpoint,
  type LedgerKey,
  readKeys,
  retireKey,
} from '../../ledger/index.ts';
import { type Config, createLog, createOutboundHttp, errorCode, type Log, readConfig, systemClock } from '../../platform/index.ts';
import { publicKeyOf } from '../../tlog/index.ts';
import { openKeptOutside, openLedgerSigner } from '../open-ledger.ts';
import { openStore, type Store } from '../open-store.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';

export const ledgerCommand: Command = {
  name: 'ledger',
  summary: 'the keys that sign checkpoints; and what a kept checkpoint says of a restored ledger',
  help: `usage: rollcall ledger key create FILE
       rollcall ledger key list
       rollcall ledger key retire KEY --reason TEXT [--compromised-from INSTANT]
       rollcall ledger fork CHECKPOINT

create writes a new Ed25519 key (PKCS#8 PEM, mode 0600). To rotate, make it the one in
ROLLCALL_LEDGER_KEY_FILE and the present one that in ROLLCALL_LEDGER_PREVIOUS_KEY_FILE, and start every
process anew: from then on both sign. Give auditors the new verifier keys (list), and retire the old key
when they have them.

retire ends a key in every ledger: the record "ledger.key_retired" is sealed by a checkpoint that the old
key signs as its last. KEY is a verifier key, as list shows it, or its last part alone. It needs the
server's settings, both key files included, and its database, and runs beside a server that is up (an
embedded database admits one process: stop the server first).

fork holds a ledger to a checkpoint that was kept elsewhere: by an auditor, in a mailbox, on another disk
(a file with the signed note, verbatim). Where the database goes on from it, nothing happens. Where it does
not, since it was restored to an earlier time, the ledger goes on under its next name, as it does by itself
when the server knows the checkpoint, and the record "ledger.forked" says so. Needs the same as retire.

  --reason TEXT               why, for whoever reads the ledger
  --compromised-from INSTANT  somebody else may have signed with it since, such as 2026-03-01T00:00:00Z
`,
  run: (args, io) => {
    const [noun, verb, ...rest] = args;
    if (noun === 'fork') return fork(args.slice(1), io);
    const action = noun === 'key' ? actions.get(verb ?? '') : undefined;
    if (action === undefined) throw new UsageError('it does "ledger key create", "ledger key list", "ledger key retire" and "ledger fork"');
    return action(rest, io);
  },
};

const actions: ReadonlyMap<string, (args: readonly string[], io: CommandIo) => Promise<ExitCode>> = new Map([
  ['create', create],
  ['list', list],
  ['retire', retire],
]);

function create(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true, strict: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('"ledger key create" wants one file to write the key to');
  writeNewKey(file);
  io.out(`${file} holds a new key. Keep a copy where the database's administrator has none.\n`);
  return Promise.resolve(exitCodes.done);
}

function writeNewKey(file: string): void {
  try {
    createSigningKey(file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new UsageError(`${file} is there already, and may hold a key that signs: name another file`);
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As many keys as no ledger has. */
const ALL_KEYS = { after: undefined, limit: 10_000 };

function list(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  parseArgs({ args: [...args], options: {}, strict: true });
  return withStore(io, async ({ store: { database } }) => {
    let listed = 0;
    for (const workspaceId of await allLedgers(database)) {
      for (const key of await readKeys(database, workspaceId, ALL_KEYS)) {
        io.out(`${key.vkey}  ${stateOf(key)}\n`);
        listed += 1;
      }
    }
    if (listed === 0)
      io.complain('Nothing is signed yet: a key is listed once the server has signed a checkpoint, a second after it has started.\n');
    return exitCodes.done;
  });
}

function stateOf({ addedAt, because, compromisedFrom, retiredAt }: LedgerKey): string {
  if (retiredAt === null) return `signs since ${addedAt}`;
  return because === 'compromised' ? `compromised from ${compromisedFrom ?? ''}, retired ${retiredAt}` : `retired ${retiredAt}`;
}

function retire(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { reason: { type: 'string' }, 'compromised-from': { type: 'string' } },
    allowPositionals: true,
    strict: true,
  });
  const [key, ...more] = positionals;
  const { reason } = values;
  if (key === undefined || more.length > 0 || reason === undefined) throw new UsageError('"ledger key retire" wants one key and --reason');
  const since = values['compromised-from'];
  const compromisedFrom = since === undefined ? undefined : (parseInstant(since) ?? badInstant());
  return withStore(io, async ({ store, config, log }) => {
    const { database } = store;
    const ground = { database, clock: systemClock };
    const integrator = createIntegrator({
      ...ground,
      ...keptOutside({ store, config, log }),
      log,
      signer: openLedgerSigner(store, config),
    });
    let retired = 0;
    for (const workspaceId of await allLedgers(database)) {
      // The keys at hand sign once before, so that a new one is known, and once after, so that the old one signs its own end.
      await integrator.settle(workspaceId);
      if (!(await signs(database, workspaceId, key))) continue;
      await database.accompany({ reason }, () => retireKey(ground, workspaceId, { key, compromisedFrom, actor: 'system' }));
      const { size } = await integrator.settle(workspaceId);
      io.out(`${workspaceId}  retired, sealed by the checkpoint over ${size} records\n`);
      retired += 1;
    }
    if (retired === 0) io.complain('This key signs no ledger: "rollcall ledger key list" shows those that do.\n');
    return retired === 0 ? exitCodes.failed : exitCodes.done;
  });
}

function fork(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true, strict: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('"ledger fork" wants one file with a checkpoint');
  const note = readNote(file);
  return withStore(io, async ({ store, config, log }) => {
    const ground = { database: store.database, clock: systemClock, log, signer: openLedgerSigner(store, config) };
    const held = await holdToCheckpoint({ ...ground, ...keptOutside({ store, config, log }) }, note);
    const refusal = refusalOf(held);
    if (refusal !== undefined) io.complain(`${refusal} Nothing was changed.\n`);
    else io.out(`${outcomeOf(held)}\n`);
    return refusal === undefined ? exitCodes.done : exitCodes.failed;
  });
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the checkpoint cannot be read: ${error instanceof Error ? error.message : file}`);
  }
}

function refusalOf(held: HeldTo): string | undefined {
  if (held.kind === 'no-checkpoint') return 'The file holds no signed checkpoint.';
  if (held.kind === 'stranger') return `No ledger here is ${held.origin}.`;
  return held.kind === 'unsigned' ? `The checkpoint is signed by no key of ${held.origin}.` : undefined;
}

function outcomeOf(held: HeldTo): string {
  if (held.kind !== 'forked') return 'The ledger goes on from this checkpoint: there is nothing to do.';
  return `The ledger does not go on from this checkpoint. From now on it is ${held.origin}, over ${held.size} records:\ngive auditors its verifier keys ("rollcall ledger key list"), and tell them why.`;
}

/** A ledger may have come after the key, or have retired it already. */
async function signs(database: Store['database'], workspaceId: WorkspaceId, key: string): Promise<boolean> {
  const keys = await readKeys(database, workspaceId, ALL_KEYS);
  return keys.some(({ retiredAt, vkey }) => retiredAt === null && publicKeyOf(vkey) === (publicKeyOf(key) ?? key));
}

function badInstant(): never {
  throw new UsageError('--compromised-from wants an instant, such as 2026-03-01T00:00:00Z');
}

interface Opened {
  readonly store: Store;
  readonly config: Config;
  readonly log: Log;
}

/** What the server would hold the ledgers to as well. */
function keptOutside({ config, log, store: { database } }: Opened) {
  const outbound = createOutboundHttp({ allowedOrigins: config.outboundAllowedOrigins });
  return openKeptOutside(config, { database, clock: systemClock, log, outbound });
}

async function withStore(io: CommandIo, work: (opened: Opened) => Promise<ExitCode>): Promise<ExitCode> {
  const config = readConfig(io.environment, io.isTerminal);
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const store = await openStore({ config, clock: systemClock, log, kind: 'production' });
  try {
    return await work({ store, config, log });
  } finally {
    await store.close();
  }
}
