import { parseArgs } from 'node:util';
import { createLog, readConfig, systemClock } from '../../platform/index.ts';
import { createOwner, createWorkspace, findWorkspaceBySlug } from '../../workspace/index.ts';
import { openStore, type Store } from '../open-store.ts';
import { type Command, exitCodes, UsageError } from './command.ts';

export const ownerCommand: Command = {
  name: 'owner',
  summary: 'create a workspace, or a further owner of one',
  help: `usage: rollcall owner --workspace SLUG --name NAME [--workspace-name NAME] [--time-zone ZONE]

Creates an owner: a break-glass principal with a credential of its own, outside SSO and SCIM.
The credential is printed once and stored as a hash; keep it where you keep such things.
When there is no workspace SLUG, it is created first.

  --workspace SLUG        short name of the workspace: lower-case letters, digits, hyphens
  --name NAME             the owner's name
  --workspace-name NAME   the workspace's full name (default: SLUG)
  --time-zone ZONE        whose days an end of employment is counted in (default: UTC)
`,
  run: async (args, io) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        workspace: { type: 'string' },
        name: { type: 'string' },
        'workspace-name': { type: 'string' },
        'time-zone': { type: 'string', default: 'UTC' },
      },
      strict: true,
    });
    if (values.workspace === undefined || values.name === undefined) throw new UsageError('--workspace and --name are needed');
    const config = readConfig(io.environment, io.isTerminal);
    const log = createLog({ level: config.logLevel, format: config.logFormat });
    const store = await openStore({ config, clock: systemClock, log, kind: 'production' });
    try {
      const named = {
        slug: values.workspace,
        name: values['workspace-name'] ?? values.workspace,
        timeZone: values['time-zone'],
        ownerName: values.name,
      };
      const { workspaceId, credential } = await addOwner(store, named);
      io.out(`workspace   ${workspaceId}\nowner       ${values.name}\ncredential  ${credential}\n\nThe credential is shown this once.\n`);
      return exitCodes.done;
    } finally {
      await store.close();
    }
  },
};

interface NamedOwner {
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly ownerName: string;
}

async function addOwner({ database }: Store, named: NamedOwner): Promise<{ readonly workspaceId: string; readonly credential: string }> {
  const deps = { database, clock: systemClock };
  const existing = await findWorkspaceBySlug(database, named.slug);
  if (existing === undefined) {
    const { workspaceId, owner } = await createWorkspace(deps, named);
    return { workspaceId, credential: owner.credential };
  }
  const owner = await createOwner(deps, existing.workspaceId, { name: named.ownerName });
  return { workspaceId: existing.workspaceId, credential: owner.credential };
}
