import type { Request, Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { pathText, positions, readBody, readPage, readStretch, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { approveLink, withdrawLink } from './approve-link.ts';
import { listCandidates } from './candidate-read-model.ts';
import { decideLink } from './decide-link.ts';
import { listLinkRequests } from './link-request-store.ts';
import { listLinks } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };
const candidateListing = { usual: 100, most: 1_000, position: positions.idPair };

/** `/account-links`, relative to a workspace's address. */
export function linkRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();

  router.get('/account-links{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listLinks(deps.database, workspaceOf(request), page));
    response.json({ accountLinks: rows, next });
  });

  router.get('/account-links/candidates{?limit,after}', async (request, response) => {
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
    const outcome = await decideLink(deps, workspaceOf(request), decision);
    if (outcome.kind === 'decided') response.status(201).json(outcome.link);
    else response.status(202).json(outcome.request);
  });

  router.get('/account-links/requests{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listLinkRequests(deps.database, workspaceOf(request), page));
    response.json({ requests: rows, next });
  });

  router.post('/account-links/requests/:id/approval', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    readBody(request).end();
    response.json(await approveLink(deps, workspaceOf(request), { id: idOf(request), actor }));
  });

  router.delete('/account-links/requests/:id', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    await withdrawLink(deps, workspaceOf(request), { id: idOf(request), actor });
    response.status(204).end();
  });

  return router;
}

function idOf(request: Request): string {
  return (
    parseId(pathText(request, 'id')) ??
    refuse('not-found', { detail: 'There is no such decision, or it was withdrawn.', next: 'GET /account-links/requests lists them.' })
  );
}
