import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';

/**
 * Routes of rooms behind the real edge, for somebody who may do everything in one workspace. `platform` is that room as it was built. Returns the
 * address, and how to end it.
 */
export async function serveRoutes(routers, { clock, log, platform, workspaceId }) {
  const { problemHandler, scopes, setContext, setPrincipal, setWorkspace } = platform;
  const app = express();
  app.use((request, _response, next) => {
    setContext(request, { requestId: 'bench', at: clock.now() });
    setWorkspace(request, workspaceId);
    setPrincipal(request, { kind: 'owner', id: workspaceId, actor: `owner:${workspaceId}`, scopes });
    next();
  });
  for (const router of routers) app.use(router);
  app.use(problemHandler(log));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
