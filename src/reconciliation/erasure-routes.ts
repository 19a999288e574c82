import type { Router } from 'express';
import { type PersonId, parseId, refuse } from '../kernel/index.ts';
import { pathText, readBody, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { erasePerson } from './erase-person.ts';
import type { ReconciliationDependencies } from './reconcile.ts';

/** `/people/{personId}/erasure`, relative to a workspace's address. */
export function erasureRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();
  router.post('/people/:personId/erasure', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const known: PersonId | undefined = parseId(pathText(request, 'personId'));
    const personId = known ?? refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
    readBody(request).end();
    response.json(await erasePerson(deps, workspaceOf(request), { personId, actor }));
  });
  return router;
}
