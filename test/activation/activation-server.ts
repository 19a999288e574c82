import { randomBytes } from 'node:crypto';
import { activationRoutes } from '../../src/activation/index.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { ssoRoutes } from '../../src/sso/index.ts';
import { createOwner } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { type Rows, rowsOf } from './rows.ts';

interface Answer {
  readonly status: number;
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- whatever the server answers; each test says what it expects
}

/** A workspace whose switch can be turned, over HTTP. */
export interface ActivationServer {
  readonly workspaceId: WorkspaceId;
  readonly rows: Rows;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** GETs something that is no JSON. */
  askText(path: string, accept: string): Promise<{ readonly status: number; readonly contentType: string | null; readonly text: string }>;
  turn(state: 'off' | 'on', previewDigest?: string): Promise<Answer>;
  /** Makes a preview of the next turn, and answers it. */
  preview(): Promise<Answer['body']>;
  /** Meets every condition of the gate but the preview; answers the id of the SSO connection. */
  meetEverything(): Promise<string>;
  /** The ledger's records of that type. */
  recorded(type: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function activationServer(db: TestDatabase, clock: SteppingClock): Promise<ActivationServer> {
  const workspaceId = await insertWorkspace(db.owner, clock.now());
  const rows = rowsOf(db.owner, workspaceId, clock.now());
  const { database } = db;
  const publicUrl = 'http://127.0.0.1:9';
  const sso = {
    database,
    clock,
    secrets: createSecretBox(randomBytes(32)),
    microsoft: { login: publicUrl },
    outbound: createOutboundHttp({ allowedOrigins: [] }),
    publicUrl,
  };
  const lookAtJob = () => Promise.resolve({ kind: 'unknown' as const });
  const activation = activationRoutes({ database, clock, log: silentLog, publicUrl, lookAtJob });
  const server = await administrationServer({ clock, workspaceId, routers: [activation, ssoRoutes(sso)] });
  const ask: ActivationServer['ask'] = async (method, path, body) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    workspaceId,
    rows,
    ask,
    askText: async (path, accept) => {
      const response = await fetch(`${server.url}${path}`, { headers: { accept } });
      return { status: response.status, contentType: response.headers.get('content-type'), text: await response.text() };
    },
    turn: (state, previewDigest) =>
      ask('PUT', '/activation', { state, reason: 'Go-live', ...(previewDigest === undefined ? {} : { previewDigest }) }),
    preview: async () => {
      const { status, body } = await ask('POST', '/activation/previews', {});
      if (status !== 201) throw new Error(`the preview was answered with ${status}`);
      return body;
    },
    meetEverything: async () => {
      const connectionId = await rows.ssoConnection();
      await rows.verification(connectionId);
      await rows.credential();
      const { id } = await createOwner({ database, clock }, workspaceId, { name: 'Olive' });
      const proven = 'update owner set credential_proven_at = $3, last_used_at = $3 where workspace_id = $1 and id = $2';
      await database.query(proven, [workspaceId, id, clock.now()]);
      return connectionId;
    },
    recorded: async (type) => {
      const asked = 'select leaf from ledger_record where workspace_id = $1 and type = $2';
      const { rows: records } = await db.owner.query<{ leaf: Buffer }>(asked, [workspaceId, type]);
      return records.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as Record<string, unknown>);
    },
    close: server.close,
  };
}
