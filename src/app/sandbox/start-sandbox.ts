import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey } from '../../ledger/index.ts';
import { type Clock, type Config, createSecretBox, type Log, type MicrosoftHosts, settleHeap, standInHosts } from '../../platform/index.ts';
import { SCIM_ROLE_URN, seedUsers } from '../../scim/index.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { openStore, type Store } from '../open-store.ts';
import { type Rollcall, startRollcall } from '../start-rollcall.ts';
import { prepareWorkspace } from './prepare-workspace.ts';
import { createSandboxLogin, type SandboxLogin } from './sandbox-login-store.ts';

export interface SandboxOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** How many users are seeded straight into the store. */
  readonly users: number;
  /** Undefined: an embedded database, removed at the end. */
  readonly databaseUrl: string | undefined;
  /** Undefined: the simulated tenant. */
  readonly directoryHosts: MicrosoftHosts | undefined;
  readonly readyFile: string | undefined;
}

export interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** Undoes, in the reverse order, what a start has done so far. */
type Undo = () => Promise<void> | void;

/** Starts a sandbox and writes the ready file as the last thing. Whatever was started is stopped when a step fails. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const undo: Undo[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const store = await openSandboxStore(options, undo);
    const tenant = await startSimulator({ now: options.clock.now });
    undo.push(() => tenant.close());
    const rollcall = await startServer(options, store, tenant);
    undo.push(() => rollcall.stop());
    await makeReady(options, { store, tenant, rollcall });
    settleHeap();
    return { url: rollcall.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openSandboxStore(options: SandboxOptions, undo: Undo[]): Promise<Store> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'rollcall-sandbox-'));
  undo.push(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const { databaseUrl, clock, log } = options;
  const lent = databaseUrl === undefined ? undefined : await createSandboxLogin(databaseUrl);
  if (lent !== undefined) undo.push(() => lent.drop());
  const config = {
    ...options.config,
    dataDirectory,
    ...(lent === undefined || databaseUrl === undefined ? {} : lentSettings(dataDirectory, databaseUrl, lent)),
  };
  const store = await openStore({ config, clock, log, kind: 'sandbox' });
  undo.push(() => store.close());
  return store;
}

function lentSettings(dataDirectory: string, ownerUrl: string, login: SandboxLogin) {
  const ledgerKeyFile = join(dataDirectory, 'ledger-key.pem');
  createSigningKey(ledgerKeyFile);
  return { databaseUrl: login.serverUrl, migrateDatabaseUrl: ownerUrl, encryptionKey: randomBytes(32), ledgerKeyFile };
}

function startServer({ config, clock, log, directoryHosts }: SandboxOptions, store: Store, tenant: Simulator): Promise<Rollcall> {
  const signInHosts = standInHosts({ login: tenant.url, graph: tenant.url, arm: tenant.armUrl });
  const hosts = directoryHosts ?? signInHosts;
  const standInOrigins = [...new Set([tenant.url, hosts.login, hosts.graph, hosts.arm])];
  return startRollcall({
    store,
    config,
    clock,
    log,
    secretBox: createSecretBox(store.encryptionKey),
    signInHosts,
    hostsOf: () => hosts,
    standInOrigins,
  });
}

async function makeReady(
  options: SandboxOptions,
  { store, tenant, rollcall }: { readonly store: Store; readonly tenant: Simulator; readonly rollcall: Rollcall },
): Promise<void> {
  const { workspaceId, scim, admin } = await prepareWorkspace({
    clock: options.clock,
    database: store.database,
    publicUrl: rollcall.url,
    tenant,
  });
  if (options.users > 0) await store.database.transaction((tx) => seedUsers(tx, workspaceId, options.users, options.clock.now()));
  // Whoever measures is not to be measured beside the sequencing of what was seeded.
  await rollcall.settle(workspaceId);
  if (options.readyFile === undefined) return;
  const ready = {
    url: rollcall.url,
    pid: process.pid,
    workspaceId,
    scim: { baseUrl: scim.tenantUrl, token: scim.token, roleUrn: SCIM_ROLE_URN },
    admin,
    simulator: { url: tenant.url, tenantId: tenant.tenantId },
    databaseUrl: store.serverUrl,
  };
  writeFileSync(`${options.readyFile}.new`, `${JSON.stringify(ready)}\n`, { mode: 0o600 });
  renameSync(`${options.readyFile}.new`, options.readyFile); // whoever waits for the file never reads half of it
}
