import { Router } from 'express';
import { positions, readBody, readPage, readStretch, requireScope, workspaceOf } from '../platform/index.ts';
import { listCandidates } from './candidate-read-model.ts';
import { classificationRoutes } from './classification-routes.ts';
import { decideLink } from './decide-link.ts';
import { dispositionRoutes } from './disposition-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { findingRoutes } from './finding-routes.ts';
import { listLinks } from './link-store.ts';
import { mfaRoutes } from './mfa-routes.ts';
import { ownerRoutes } from './owner-routes.ts';
import { personRoutes } from './person-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { type ReconciliationDependencies, reconcile } from './reconcile.ts';
import { listRuns } from './run-store.ts';
import { createTestMemory, type TestMemory } from './test-memory.ts';
import { testRoutes } from './test-routes.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };
const candidateListing = { usual: 100, most: 1_000, position: positions.idPair };

/** `/policies`, `/account-links`, `/account-classifications`, `/dispositions`, `/reconciliation/runs`, `/findings`, `/tests`, `/people/{personId}` and what is found about owners, relative to a workspace's address. */
export function reconciliationRoutes(deps: ReconciliationDependencies, memory: TestMemory = createTestMemory()): Router {
  const router = Router({ mergeParams: true });

  router.use(policyRoutes(deps));
  router.use(mfaRoutes({ ...deps, memory: memory.mfa }));

  router.get('/account-links', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listLinks(deps.database, workspaceOf(request), page));
    response.json({ accountLinks: rows, next });
  });

  router.get('/account-links/candidates', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readStretch(request, candidateListing, (page) =>
      listCandidates(deps.database, workspaceOf(request), page),
    );
    response.json({ candidates: rows, next });
  });

  router.post('/account-links', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    const decision = {
      personId: body.uuid('personId'),
      system: body.oneOf('system', ['directory', 'scim']),
      accountId: body.uuid('accountId'),
      action: body.oneOf('action', ['link', 'unlink']),
      reason: body.text('reason'),
      actor,
    };
    body.end();
    response.status(201).json(await decideLink(deps, workspaceOf(request), decision));
  });

  router.post('/reconciliation/runs', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    readBody(request).end();
    response.status(201).json(await reconcile(deps, workspaceOf(request), actor));
  });

  router.get('/reconciliation/runs', async (request, response) => {
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
