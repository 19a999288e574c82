import { randomBytes } from 'node:crypto';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { installJobs } from '../../src/jobs/index.ts';
import type { Instant } from '../../src/kernel/index.ts';
import { createIntegrator, type LedgerSigner, logOrigin } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox, type Database } from '../../src/platform/index.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { type ConnectedWorkspace, connect, directoryDeps, simulatedTenant } from '../directory/simulated-tenant.ts';
import { unzip } from '../evidence/sealed-sample.ts';
import { startScim } from '../scim/scim-server.ts';
import type { SteppingClock } from '../support/clock.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';

/** A workspace of its own in which every room writes its own records, and whose reports are sealed. */
export interface SealingWorkspace {
  readonly clock: SteppingClock;
  readonly database: Database;
  readonly client: Awaited<ReturnType<Awaited<ReturnType<typeof startScim>>['client']>>;
  readonly tenant: Awaited<ReturnType<typeof simulatedTenant>>;
  readonly signer: LedgerSigner;
  /** The key that an auditor was given. */
  readonly vkey: string;
  at(instant: string): void;
  /** Connects the tenant. */
  connected(): Promise<ConnectedWorkspace>;
  /** Throws an Error where it is refused. */
  post(path: string, body: unknown, type?: string, headers?: Readonly<Record<string, string>>): Promise<{ readonly id: string }>;
  put(path: string, body: unknown): Promise<void>;
  remove(path: string): Promise<void>;
  /** The files of a report's bundle. */
  bundleOf(report: { readonly id: string }): Promise<Map<string, Buffer>>;
  close(): Promise<void>;
}

export async function sealingWorkspace(): Promise<SealingWorkspace> {
  const scim = await startScim();
  const { clock, database } = scim;
  await installJobs(scim.ownerUrl);
  const world = { db: scim, clock, close: () => scim.close() };
  const tenant = await simulatedTenant(world);
  const client = await scim.client();
  const { workspaceId } = client;
  const signer = freshSigner();
  const integrator = createIntegrator({ database, clock, log: silentLog, signer });
  const reader = await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']);
  const connections: ConnectedWorkspace[] = [];
  const once = answerOnce({ database, clock, log: silentLog });
  const server = await administrationServer({
    clock,
    workspaceId,
    routers: [
      rosterRoutes({
        database,
        clock,
        outbound: createOutboundHttp({ allowedOrigins: [] }),
        secretBox: createSecretBox(randomBytes(32)),
        answerOnce: once,
      }),
      reconciliationRoutes({ database, clock }),
      evidenceRoutes({ database, integrator, verifierSource: 'export {};\n', softwareVersion: '0.0.0' }),
    ],
  });
  return {
    clock,
    database,
    client,
    tenant,
    signer,
    vkey: signer.forOrigin(logOrigin(workspaceId)).vkey,
    at: (instant) => clock.set(instant as Instant),
    connected: async () => {
      const connection = await connect(world, directoryDeps(world, tenant.url), reader, workspaceId);
      connections.push(connection);
      return connection;
    },
    post: async (path, body, type = 'application/json', headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type, ...headers }, body: text });
      const answer = (await response.json()) as { readonly id: string };
      if (response.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer;
    },
    put: async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      if (response.status >= 300) throw new Error(`${path}: ${await response.text()}`);
    },
    remove: async (path) => {
      const response = await fetch(`${server.url}${path}`, { method: 'DELETE' });
      if (response.status >= 300) throw new Error(`${path}: ${await response.text()}`);
    },
    bundleOf: async ({ id }) => {
      const bundle = await fetch(`${server.url}/reports/${id}/bundle`);
      return await unzip(new Uint8Array(await bundle.arrayBuffer()));
    },
    close: async () => {
      await Promise.all([server.close(), tenant.close(), ...connections.map((connection) => connection.close())]);
      await scim.close();
    },
  };
}
