import { Router } from 'express';
import { readBody, requireScope, workspaceOf } from '../platform/index.ts';
import { listPolicies } from './policy-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { MAX_SLA_HOURS, setPolicy } from './set-policy.ts';

/** `/policies`, relative to a workspace's address. */
export function policyRoutes(deps: ReconciliationDependencies): Router {
  const router = Router({ mergeParams: true });

  router.post('/policies', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    const slaHours = body.integer('slaHours', { min: 0, max: MAX_SLA_HOURS });
    body.end();
    response.status(201).json(await setPolicy(deps, workspaceOf(request), { slaHours, actor }));
  });

  router.get('/policies', async (request, response) => {
    requireScope(request, 'read');
    response.json({ policies: await listPolicies(deps.database, workspaceOf(request)) });
  });

  return router;
}
