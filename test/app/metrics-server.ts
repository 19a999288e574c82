import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/app/open-store.ts';
import { type Rollcall, startRollcall } from '../../src/app/start-rollcall.ts';
import { createSigningKey } from '../../src/ledger/index.ts';
import { createSecretBox, type Database, readConfig, standInHosts, systemClock } from '../../src/platform/index.ts';
import type { TestDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { type Exposition, readExposition } from './exposition.ts';

export interface MetricsServer extends Rollcall {
  readonly log: ReturnType<typeof recordingLog>;
  /** What the server shows on the port for metrics. */
  metrics(): Promise<Exposition & { readonly text: string }>;
}

/** The whole server over a database, with the settings that a test gives it. */
export async function startServer(
  db: TestDatabase,
  environment: Readonly<Record<string, string>>,
  database: Database = db.database,
): Promise<MetricsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-metrics-'));
  const ledgerKeyFile = join(folder, 'ledger-key.pem');
  createSigningKey(ledgerKeyFile);
  const nobody = 'http://127.0.0.1:1';
  const hosts = standInHosts({ login: nobody, graph: nobody, arm: nobody });
  const log = recordingLog();
  const store: Store = {
    database,
    scimDatabase: database,
    serverUrl: db.serverUrl,
    encryptionKey: randomBytes(32),
    dataDirectory: folder,
    ledgerKeyFile,
    isEmbedded: false,
    close: () => Promise.resolve(),
  };
  const rollcall = await startRollcall({
    store,
    config: readConfig({ ROLLCALL_PORT: '0', ROLLCALL_DATA_DIR: folder, ...environment }, false),
    clock: systemClock,
    log,
    secretBox: createSecretBox(store.encryptionKey),
    signInHosts: hosts,
    hostsOf: () => hosts,
    standInOrigins: [nobody],
  });
  const metrics = async () => {
    const text = await (await fetch(`${rollcall.metricsUrl}/metrics`)).text();
    return { ...readExposition(text), text };
  };
  const stop = async () => {
    await rollcall.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...rollcall, log, metrics, stop };
}
