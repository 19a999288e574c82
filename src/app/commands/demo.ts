import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, createLog, createSecretBox, readConfig, standInHosts, systemClock } from '../../platform/index.ts';
import { startSimulator } from '../../simulator/index.ts';
import { createWorkspace, findWorkspaceBySlug } from '../../workspace/index.ts';
import { cast } from '../demo/cast.ts';
import { fullCast } from '../demo/full-cast.ts';
import { narrator, StoryFailed } from '../demo/narrator.ts';
import { playStory, type StoryEnd } from '../demo/play-story.ts';
import { scriptedBrowser } from '../demo/scripted-browser.ts';
import { simulatorControl } from '../demo/simulator-control.ts';
import type { Stage } from '../demo/story.ts';
import { openStore, type Store } from '../open-store.ts';
import { startRollcall } from '../start-rollcall.ts';
import { type Command, type CommandIo, exitCodes, UsageError } from './command.ts';
import { runVerifier } from './verify.ts';

const DEFAULT_USERS = 60;
const MAX_USERS = 100_000;

export const demoCommand: Command = {
  name: 'demo',
  summary: 'play the whole story on this machine, with a simulated Entra tenant',
  help: `usage: rollcall demo [--once] [--full] [--users N]

Starts an embedded PostgreSQL, the server and a simulated Entra tenant on loopback, and plays
the story from a refused activation to a verified evidence bundle. Then it stays up until it is
told to end (Ctrl-C). Each run makes a workspace of its own and keeps those of earlier runs.

  --once      end after the story; exits with 1 when a step did not come out as told
  --full      a longer story, in which every rule of the decision table befalls somebody
  --users N   how many people beside those with a part (default ${DEFAULT_USERS})

Data are kept in ROLLCALL_DATA_DIR/demo (default .rollcall/demo). ROLLCALL_PORT sets the port
(default: a free one), ROLLCALL_LOG_LEVEL=info shows the server's log.
`,
  run: async (args, io) => {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean', default: false }, full: { type: 'boolean', default: false }, users: { type: 'string' } },
      strict: true,
    });
    const colleagues = countOf(values.users);
    const config = demoConfig(io);
    const log = createLog({ level: config.logLevel, format: config.logFormat });
    const store = await openStore({ config, clock: systemClock, log, kind: 'demo' });
    const tenant = await startSimulator({ now: systemClock.now });
    try {
      const hosts = standInHosts({ login: tenant.url, graph: tenant.url, arm: tenant.armUrl });
      const secretBox = createSecretBox(store.encryptionKey);
      const rollcall = await startRollcall({
        store,
        config,
        clock: systemClock,
        log,
        secretBox,
        signInHosts: hosts,
        hostsOf: () => hosts,
        standInOrigins: [tenant.url, tenant.armUrl],
      });
      try {
        const stage = setStage(io, {
          store,
          tenant,
          publicUrl: rollcall.url,
          isFull: values.full,
          colleagues,
          folder: store.dataDirectory,
        });
        const end = await playStory(stage);
        io.out(`\nThe story came out as told (${Math.round(process.uptime())} s).\n`);
        if (!values.once) await stayUp(io, rollcall.url, end);
        return exitCodes.done;
      } catch (error) {
        if (!(error instanceof StoryFailed)) throw error;
        io.complain(`\n${error.message}\n`);
        return exitCodes.failed;
      } finally {
        await rollcall.stop();
      }
    } finally {
      await tenant.close();
      await store.close();
    }
  },
};

function countOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_USERS;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > MAX_USERS) throw new UsageError(`--users takes a whole number up to ${MAX_USERS}`);
  return count;
}

/** A trial has a data directory of its own, any free port, and a log that does not talk into the story. */
function demoConfig(io: CommandIo): Config {
  const { DATABASE_URL: _unused, ROLLCALL_MIGRATE_DATABASE_URL: _unusedToo, ...environment } = io.environment;
  const config = readConfig({ ROLLCALL_PORT: '0', ROLLCALL_LOG_LEVEL: 'error', ...environment }, io.isTerminal);
  return { ...config, dataDirectory: join(config.dataDirectory, 'demo') };
}

interface Setting {
  readonly store: Store;
  readonly tenant: { readonly url: string; readonly tenantId: string };
  readonly publicUrl: string;
  readonly isFull: boolean;
  readonly colleagues: number;
  readonly folder: string;
}

function setStage(io: CommandIo, { store, tenant, publicUrl, isFull, colleagues, folder }: Setting): Stage {
  return {
    clock: systemClock,
    narrator: narrator(io.out),
    publicUrl,
    tenant: { ...tenant, control: simulatorControl(tenant.url) },
    createWorkspace: async (slug, timeZone) => {
      const named = { slug: await freeSlug(store, slug), name: 'Acme', timeZone, ownerName: 'Olivia Owner' };
      const { workspaceId, owner } = await createWorkspace({ database: store.database, clock: systemClock }, named);
      return { workspaceId, ownerCredential: owner.credential };
    },
    browser: scriptedBrowser(),
    isFull,
    cast: [...Object.values(cast), ...(isFull ? Object.values(fullCast) : [])],
    colleagues,
    folder,
    verify: (bundle, ...options) => runVerifier([bundle, ...options]),
  };
}

/** `acme`, or `acme-2` and so on when earlier runs are still there. */
async function freeSlug({ database }: Store, slug: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    if ((await findWorkspaceBySlug(database, candidate)) === undefined) return candidate;
  }
}

async function stayUp(io: CommandIo, url: string, end: StoryEnd): Promise<void> {
  io.out(`
Rollcall stays up at ${url}
  sign in as ${end.administrator}:  ${url}/sign-in/${end.workspaceId}
  then read the report:  ${url}/api/v1/workspaces/${end.workspaceId}/reports/${end.reportId}/files/report.html
Stop it with Ctrl-C.
`);
  await io.asked;
  io.out('Stopping.\n');
}
