import { parseArgs } from 'node:util';
import { createLog, readConfig, systemClock } from '../../platform/index.ts';
import { type OwnerId, parseId, refuse, type WorkspaceId } from '../../kernel/index.ts';
import { createOwner, createWorkspace, findWorkspaceBySlug, listOwners, type PersonInput, recoverOwner } from '../../workspace/index.ts';
import { openStore, type Store } from '../open-store.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';

export const ownerCommand: Command = {
  name: 'owner',
  summary: 'create a workspace, add an owner, or recover one when nobody can get in',
  help: `usage: rollcall owner --workspace SLUG --name NAME [--workspace-name NAME] [--time-zone ZONE] [PERSON]
       rollcall owner recover --workspace SLUG --name NAME --reason TEXT [--replaces OWNER-ID] [PERSON]

Creates an owner: a break-glass principal with a credential of its own, outside SSO and SCIM.
The credential is printed once and stored as a hash; keep it where you keep such things.
When there is no workspace SLUG, it is created first.

  --workspace SLUG        short name of the workspace: lower-case letters, digits, hyphens
  --name NAME             the owner's name
  --workspace-name NAME   the workspace's full name (default: SLUG)
  --time-zone ZONE        whose days an end of employment is counted in (default: UTC)

PERSON says who the owner is, so that a finding asks for another owner when they leave; it can be
said later (PUT owners/ID/person), and changes nothing about the credential:

  --tenant-id ID --object-id ID   their account in Entra, by the tenant and its object id
  --person ID                     their person of the roster, as GET people lists it

recover is for the day on which no credential of an owner is at hand and sign-in fails: it adds an
owner to a workspace that exists, says why in the ledger, and lists the owners whose credentials
still open the door. It needs the server's settings and database, and runs beside a server that is up
(an embedded database admits one process: stop the server first).

  --reason TEXT           why, for whoever reads the ledger
  --replaces OWNER-ID     an owner whose credential was lost: it opens nothing from now on
`,
  run: (args, io) => {
    const [first, ...rest] = args;
    return first === 'recover' ? recover(rest, io) : create(args, io);
  },
};

async function create(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workspace: { type: 'string' },
      name: { type: 'string' },
      'workspace-name': { type: 'string' },
      'time-zone': { type: 'string', default: 'UTC' },
      ...personOptions,
    },
    strict: true,
  });
  const { workspace, name } = values;
  if (workspace === undefined || name === undefined) throw new UsageError('--workspace and --name are needed');
  const named = {
    slug: workspace,
    name: values['workspace-name'] ?? workspace,
    timeZone: values['time-zone'],
    ownerName: name,
    ownerPerson: personOf(values),
  };
  return withStore(io, async (store) => {
    const { workspaceId, credential } = await addOwner(store, named);
    io.out(shownOnce({ workspaceId, name, credential }));
    return exitCodes.done;
  });
}

async function recover(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workspace: { type: 'string' },
      name: { type: 'string' },
      reason: { type: 'string' },
      replaces: { type: 'string' },
      ...personOptions,
    },
    strict: true,
  });
  const { workspace, name, reason, replaces } = values;
  if (workspace === undefined || name === undefined || reason === undefined) {
    throw new UsageError('--workspace, --name and --reason are needed');
  }
  const replacedId = replaces === undefined ? undefined : parseId<'owner'>(replaces);
  if (replaces !== undefined && replacedId === undefined) {
    throw new UsageError('--replaces wants the id of an owner, as "recover" and GET owners list it');
  }
  const person = personOf(values);
  return withStore(io, async ({ database }) => {
    const found = await findWorkspaceBySlug(database, workspace);
    const { workspaceId } = found ?? refuse('not-found', { detail: `There is no workspace "${workspace}".` });
    const input = { name, reason, replaces: replacedId, person };
    const { id, credential } = await recoverOwner({ database, clock: systemClock }, workspaceId, input);
    io.out(shownOnce({ workspaceId, name, credential }));
    io.out(await othersPresent(database, workspaceId, id));
    return exitCodes.done;
  });
}

const personOptions = { 'tenant-id': { type: 'string' }, 'object-id': { type: 'string' }, person: { type: 'string' } } as const;

/** Undefined where nothing is said of the person. Throws UsageError for what is no id. */
function personOf(values: Readonly<Partial<Record<keyof typeof personOptions, string>>>): PersonInput | undefined {
  const idAt = (name: keyof typeof personOptions): string | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    return parseId(text) ?? badId(name);
  };
  const person = { tenantId: idAt('tenant-id'), objectId: idAt('object-id'), personId: idAt('person') };
  return Object.values(person).every((id) => id === undefined) ? undefined : person;
}

function badId(name: string): never {
  throw new UsageError(`--${name} wants an id, such as 01234567-89ab-4cde-8f01-23456789abcd`);
}

async function withStore(io: CommandIo, work: (store: Store) => Promise<ExitCode>): Promise<ExitCode> {
  const config = readConfig(io.environment, io.isTerminal);
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const store = await openStore({ config, clock: systemClock, log, kind: 'production' });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function shownOnce(made: { readonly workspaceId: string; readonly name: string; readonly credential: string }): string {
  return `workspace   ${made.workspaceId}\nowner       ${made.name}\ncredential  ${made.credential}\n\nThe credential is shown this once.\n`;
}

/** The owners besides the recovered one: each of their credentials opens the door, whoever holds it. */
async function othersPresent(database: Store['database'], workspaceId: WorkspaceId, recovered: OwnerId): Promise<string> {
  const others = (await listOwners(database, workspaceId)).filter(({ id, endedAt }) => endedAt === null && id !== recovered);
  if (others.length === 0) return '';
  const lines = others.map(({ id, name, lastUsedAt }) => `  ${id}  ${name}, last used ${lastUsedAt ?? 'never'}`);
  return `\nThese owners' credentials still open the door (end one with --replaces or DELETE owners/ID):\n${lines.join('\n')}\n`;
}

interface NamedOwner {
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly ownerName: string;
  readonly ownerPerson: PersonInput | undefined;
}

async function addOwner({ database }: Store, named: NamedOwner): Promise<{ readonly workspaceId: string; readonly credential: string }> {
  const deps = { database, clock: systemClock };
  const existing = await findWorkspaceBySlug(database, named.slug);
  if (existing === undefined) {
    const { workspaceId, owner } = await createWorkspace(deps, named);
    return { workspaceId, credential: owner.credential };
  }
  const owner = await createOwner(deps, existing.workspaceId, { name: named.ownerName, person: named.ownerPerson });
  return { workspaceId: existing.workspaceId, credential: owner.credential };
}
