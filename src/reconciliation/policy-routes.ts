import type { Router } from 'express';
import { refuse } from '../kernel/index.ts';
import { type BodyReader, readBody, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { policyPresets } from './policy-presets.ts';
import { listPolicies, listSites } from './policy-store.ts';
import { readPolicySites } from './read-policy-sites.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { provableAllowances } from './provable-allowances.ts';
import { MAX_BUSINESS_DAYS, MAX_SLA_HOURS, setPolicy } from './set-policy.ts';

const presetIds = policyPresets.map(({ id }) => id);

function privilegedRoles(body: BodyReader): readonly string[] {
  const roles = [...new Set(body.textList('privilegedRoles'))];
  return roles.length > 0 ? roles : refuse('invalid-request', { detail: '"privilegedRoles" must name at least one role.' });
}

/** `/policies`, relative to a workspace's address. */
export function policyRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();

  router.post('/policies', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    const hours = { min: 0, max: MAX_SLA_HOURS };
    const isPrivileged = body.has('privilegedSlaHours') || body.has('privilegedRoles');
    const input = {
      preset: body.has('preset') ? body.oneOf('preset', presetIds) : undefined,
      slaHours: body.has('slaHours') ? body.integer('slaHours', hours) : undefined,
      businessDays: body.has('businessDays') ? body.integer('businessDays', { min: 1, max: MAX_BUSINESS_DAYS }) : undefined,
      holidays: body.has('holidays') ? body.textList('holidays') : undefined,
      sites: readPolicySites(body),
      privileged: isPrivileged ? { slaHours: body.integer('privilegedSlaHours', hours), roles: privilegedRoles(body) } : undefined,
      actor,
    };
    body.end();
    response.status(201).json(await setPolicy(deps, workspaceOf(request), input));
  });

  router.get('/policies', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const provable = await provableAllowances(deps.database, workspaceId);
    const sites = await listSites(deps.database, workspaceId);
    response.json({ policies: await listPolicies(deps.database, workspaceId), presets: policyPresets, provable, sites });
  });

  return router;
}
