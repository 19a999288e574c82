import type { Router } from 'express';
import { positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { classificationRoutes } from './classification-routes.ts';
import { dispositionRoutes } from './disposition-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { findingRoutes } from './finding-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { mfaRoutes } from './mfa-routes.ts';
import { ownerRoutes } from './owner-routes.ts';
import { personRoutes } from './person-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { type ReconciliationDependencies, reconcile } from './reconcile.ts';
import { listRuns } from './run-store.ts';
import { createTestMemory, type TestMemory } from './test-memory.ts';
import { testRoutes } from './test-routes.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

/** `/policies`, `/account-links`, `/account-classifications`, `/dispositions`, `/reconciliation/runs`, `/findings`, `/tests`, `/people/{personId}` and what is found about owners, relative to a workspace's address. */
export function reconciliationRoutes(deps: ReconciliationDependencies, memory: TestMemory = createTestMemory()): Router {
  const router = workspaceRouter();

  router.use(policyRoutes(deps));
  router.use(mfaRoutes({ ...deps, memory: memory.mfa }));

  router.use(linkRoutes(deps));

  router.post('/reconciliation/runs', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    readBody(request).end();
    response.status(201).json(await reconcile(deps, workspaceOf(request), actor));
  });

  router.get('/reconciliation/runs{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listRuns(deps.database, workspaceOf(request), page));
    response.json({ runs: rows, next });
  });

  router.use(findingRoutes(deps));
  router.use(testRoutes({ ...deps, memory }));
  router.use(personRoutes(deps));
  router.use(classificationRoutes(deps));
  router.use(dispositionRoutes(deps));
  router.use(ownerRoutes(deps));
  router.use(erasureRoutes(deps));
  return router;
}
