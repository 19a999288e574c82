import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import express, { type Router } from 'express';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import {
  type Clock,
  type Principal,
  problemHandler,
  refuseUnknownAddress,
  scopes,
  setContext,
  setPrincipal,
  setWorkspace,
} from '../../src/platform/index.ts';
import { silentLog } from './log.ts';

export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a listener on a free loopback port. */
export async function serve(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}

export interface AdministrationServerOptions {
  readonly clock: Clock;
  readonly workspaceId: WorkspaceId;
  /** Left out: an owner with every scope. */
  readonly principal?: Principal;
  readonly routers: readonly Router[];
}

/** Routes of one room behind the real edge (context, JSON, problem details), for a principal that is already known. */
export function administrationServer(options: AdministrationServerOptions): Promise<LoopbackServer> {
  const app = express();
  const principal = options.principal ?? everyScope;
  app.use((request, _response, next) => {
    setContext(request, { requestId: 'test', at: options.clock.now() });
    setWorkspace(request, options.workspaceId);
    setPrincipal(request, principal);
    next();
  });
  app.use(express.json({ limit: '1mb' }));
  for (const router of options.routers) app.use(router);
  app.use(refuseUnknownAddress);
  app.use(problemHandler(silentLog));
  return serve(app);
}

const everyScope: Principal = {
  kind: 'owner',
  id: '00000000-0000-7000-8000-000000000001',
  actor: 'owner:00000000-0000-7000-8000-000000000001',
  scopes,
};
