import { Router } from 'express';
import { type Database, type Migration, pendingMigrations } from '../platform/index.ts';
import { appliedMigrations } from './installation-store.ts';

/** `/healthz`: the process is alive. `/readyz`: the database answers and its schema is the one this program needs. */
export function healthRoutes(deps: { readonly database: Database; readonly migrations: readonly Migration[] }): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const pending = pendingMigrations(deps.migrations, await appliedMigrations(deps.database));
    if (pending.length > 0) response.status(503).json({ status: 'migrations pending', pending });
    else response.json({ status: 'ready' });
  });
  return router;
}
