import type { Router } from 'express';
import { type Clock, type Database, readBody, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { readRetention } from './retention-store.ts';
import { LEAST_MONTHS, MOST_MONTHS, setRetention } from './set-retention.ts';

/** `/ledger/retention`, relative to a workspace's address. */
export function retentionRoutes(deps: { readonly database: Database; readonly clock: Clock }): Router {
  const router = workspaceRouter();

  router.get('/ledger/retention', async (request, response) => {
    requireScope(request, 'read');
    response.json(await readRetention(deps.database, workspaceOf(request)));
  });

  router.put('/ledger/retention', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const body = readBody(request);
    const bounds = { min: LEAST_MONTHS, max: MOST_MONTHS };
    const months = body.integer('months', bounds);
    const reportMonths = body.nullableInteger('reportMonths', bounds);
    body.end();
    response.json(await setRetention(deps, workspaceOf(request), { months, reportMonths, actor }));
  });

  return router;
}
