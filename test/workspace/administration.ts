import express from 'express';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import type { Database, Log } from '../../src/platform/index.ts';
import { authenticate, type MayEnter, workspaceRoutes } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the test asserts
  readonly body: any;
}

interface AskOptions {
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The workspace's routes behind real authentication. */
export interface Administration extends LoopbackServer {
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
}

export async function administration(deps: {
  readonly database: Database;
  readonly clock: SteppingClock;
  readonly workspaceId: WorkspaceId;
  readonly publicUrl?: string;
  readonly mayEnter?: MayEnter;
  readonly log?: Log;
}): Promise<Administration> {
  const gate = express.Router();
  const publicUrl = deps.publicUrl ?? 'http://127.0.0.1:1';
  gate.use(authenticate({ database: deps.database, publicUrl, mayEnter: deps.mayEnter ?? everybody }));
  const server = await administrationServer({ ...deps, routers: [gate, workspaceRoutes({ log: silentLog, ...deps, publicUrl })] });
  return { ...server, ask: (method, path, options) => ask(`${server.url}${path}`, method, options) };
}

/** Whoever administers may: by whose authority is `activation`'s to test. */
export const everybody: MayEnter = () => Promise.resolve({ kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null });

async function ask(url: string, method: string, options: AskOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (options.cookie !== undefined) headers['cookie'] = options.cookie;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, { method, headers, ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
