import type { Request, Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { listClassifications } from './classification-store.ts';
import { approveClassification, requestClassification, withdrawClassification } from './classify-account.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { accountClasses } from './report-population.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

/** `/account-classifications`, relative to a workspace's address. */
export function classificationRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();

  router.get('/account-classifications{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listClassifications(deps.database, workspaceOf(request), page));
    response.json({ classifications: rows, next });
  });

  router.post('/account-classifications', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    const asked = {
      system: body.oneOf('system', ['directory', 'scim']),
      accountId: body.uuid('accountId'),
      class: body.oneOf('class', accountClasses),
      ownerPersonId: body.uuid('ownerPersonId'),
      reason: body.text('reason'),
      expiresAt: body.instant('expiresAt'),
      actor,
    };
    body.end();
    response.status(201).json(await requestClassification(deps, workspaceOf(request), asked));
  });

  router.post('/account-classifications/:id/approval', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    readBody(request).end();
    response.json(await approveClassification(deps, workspaceOf(request), { id: idOf(request), actor }));
  });

  router.delete('/account-classifications/:id', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    await withdrawClassification(deps, workspaceOf(request), { id: idOf(request), actor });
    response.status(204).end();
  });

  return router;
}

function idOf(request: Request): string {
  return (
    parseId(pathText(request, 'id')) ??
    refuse('not-found', { detail: 'There is no such classification, or it has ended.', next: 'GET /account-classifications lists them.' })
  );
}
