import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cast } from '../../src/app/demo/cast.ts';
import type { Stage } from '../../src/app/demo/story.ts';
import { scriptedBrowser } from '../../src/app/demo/scripted-browser.ts';
import { simulatorControl } from '../../src/app/demo/simulator-control.ts';
import type { Store } from '../../src/app/open-store.ts';
import { type Rollcall, startRollcall } from '../../src/app/start-rollcall.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { createSigningKey } from '../../src/ledger/index.ts';
import { createSecretBox, openDatabase, readConfig, standInHosts, systemClock } from '../../src/platform/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { serve } from '../support/loopback.ts';

export interface LivingServers {
  readonly db: TestDatabase;
  readonly stage: Stage;
  /** The server that the story plays on, over plain http. */
  readonly url: string;
  /** The same installation as people reach it over https; `listens` is where its listener really is. */
  readonly secure: { readonly publicUrl: string; readonly listens: string };
  /** A server whose database cannot be reached. */
  readonly dark: string;
  /** A server that takes 60 requests a minute from an address. */
  readonly busy: string;
  /** Where HR puts a roster. */
  readonly hr: string;
  stop(): Promise<void>;
}

/** Of the servers over plain http; the one behind https serves no metrics. */
export const METRICS_TOKEN = 'm'.repeat(32);

const SECURE_URL = 'https://rollcall.example.com';

/** The tests ask more in a minute than a server takes as it comes. */
const ample = { ROLLCALL_PORT: '0', ROLLCALL_REQUESTS_PER_MINUTE: '100000', ROLLCALL_CHANGES_PER_MINUTE: '100000' };
const BUSY_REQUESTS = 60;

/** One database, one simulated tenant, and the real server before them in three situations. */
export async function startServers(): Promise<LivingServers> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const newDatabase = async () => {
      const made = await testDatabase();
      undo.push(() => made.drop());
      await installJobs(made.ownerUrl);
      return made;
    };
    const db = await newDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-contract-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const tenant = await startSimulator({ now: systemClock.now });
    undo.push(() => tenant.close());
    const hr = await serve((_request, response) =>
      response.end('employee_id,work_email,start_date,end_date\n'.concat('h-1,h-1@contoso.example,2026-01-01,\n')),
    );
    undo.push(() => hr.close());
    const start = async (store: Store, environment: Readonly<Record<string, string>> = {}) => {
      const rollcall = await startOne(store, tenant, {
        ...ample,
        ROLLCALL_DATA_DIR: folder,
        ROLLCALL_OUTBOUND_ALLOWED_ORIGINS: hr.url,
        ...environment,
      });
      undo.push(() => rollcall.stop());
      return rollcall.url;
    };
    const store = storeOf(db, folder);
    const unreachable = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', poolSize: 1, applicationName: 'rollcall-test-dark' });
    undo.push(() => unreachable.close());
    const port = await freePort();
    const counted = { ROLLCALL_METRICS_TOKEN: METRICS_TOKEN };
    const url = await start(store, counted);
    await start(store, { ROLLCALL_PORT: port, ROLLCALL_PUBLIC_URL: SECURE_URL, ROLLCALL_OIDC_ADAPTER: 'passport-azure-ad' });
    // Its queue is elsewhere: it would take the others' jobs and fail at them.
    const dark = await start(
      { ...store, database: unreachable, scimDatabase: unreachable, serverUrl: (await newDatabase()).serverUrl },
      counted,
    );
    const busy = await start(store, { ROLLCALL_REQUESTS_PER_MINUTE: String(BUSY_REQUESTS) });
    const secure = { publicUrl: SECURE_URL, listens: `http://127.0.0.1:${port}` };
    return { db, stage: stageOf(db, { url, tenant, folder }), url, secure, dark, busy, hr: `${hr.url}/people.csv`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function storeOf(db: TestDatabase, folder: string): Store {
  const ledgerKeyFile = join(folder, 'ledger-key.pem');
  createSigningKey(ledgerKeyFile);
  const { database, serverUrl } = db;
  const keys = { encryptionKey: randomBytes(32), ledgerKeyFile, dataDirectory: folder };
  return { database, scimDatabase: database, serverUrl, ...keys, isEmbedded: false, close: () => Promise.resolve() };
}

function startOne(store: Store, tenant: Simulator, environment: Readonly<Record<string, string>>): Promise<Rollcall> {
  const hosts = standInHosts({ login: tenant.url, graph: tenant.url, arm: tenant.armUrl });
  return startRollcall({
    store,
    config: readConfig(environment, false),
    clock: systemClock,
    log: silentLog,
    secretBox: createSecretBox(store.encryptionKey),
    signInHosts: hosts,
    hostsOf: () => hosts,
    standInOrigins: [tenant.url, tenant.armUrl],
  });
}

/** A server that is given a public address does not say where it listens, so it is told. */
async function freePort(): Promise<string> {
  const probe = await serve(() => undefined);
  await probe.close();
  return new URL(probe.url).port;
}

/** Where the demo's chapters play, in silence. */
function stageOf(db: TestDatabase, at: { readonly url: string; readonly tenant: Simulator; readonly folder: string }): Stage {
  const silence = () => undefined;
  return {
    clock: systemClock,
    narrator: { chapter: silence, line: silence, table: silence },
    publicUrl: at.url,
    tenant: { url: at.tenant.url, tenantId: at.tenant.tenantId, control: simulatorControl(at.tenant.url) },
    createWorkspace: async (slug, timeZone) => {
      const named = { slug, name: 'Contoso Example', timeZone, ownerName: 'Olivia Owner' };
      const { workspaceId, owner } = await createWorkspace({ database: db.database, clock: systemClock }, named);
      return { workspaceId, ownerCredential: owner.credential };
    },
    browser: scriptedBrowser(),
    isFull: false,
    cast: Object.values(cast),
    colleagues: 3,
    folder: at.folder,
    verify: () => ({ status: 0, output: '' }),
  };
}
