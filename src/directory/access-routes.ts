import type { Request, Response, Router } from 'express';
import { isUuid, refuse } from '../kernel/index.ts';
import { positions, queryText, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { listPolicies, listServicePrincipals, type PolicyRow, readAccessStanding, type ServicePrincipalRow } from './access-read-model.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { listRoleAssignments, positionOfRoleAssignment, roleAssignmentPosition } from './role-assignment-read-model.ts';

const length = { usual: 100, most: 1_000 };
const roleAssignmentListing = { ...length, position: roleAssignmentPosition, positionOf: positionOfRoleAssignment };
const policyListing = {
  ...length,
  position: positions.idPair,
  positionOf: ({ connectionId, policyId }: PolicyRow) => `${connectionId}.${policyId}`,
};
const servicePrincipalListing = {
  ...length,
  position: positions.idPair,
  positionOf: ({ connectionId, objectId }: ServicePrincipalRow) => `${connectionId}.${objectId}`,
};

type Handler = (deps: DirectoryDeps, request: Request, response: Response) => Promise<void>;

/** Who may do what in the connected tenants, and after which proof, relative to the workspace. */
export function accessRoutes(deps: DirectoryDeps): Router {
  const router = workspaceRouter();
  const by = (handler: Handler) => (request: Request, response: Response) => handler(deps, request, response);
  router.get('/directory/access', by(getAccess));
  router.get('/directory/role-assignments{?principalId,limit,after}', by(getRoleAssignments));
  router.get('/directory/policies{?limit,after}', by(getPolicies));
  router.get('/directory/service-principals{?limit,after}', by(getServicePrincipals));
  return router;
}

async function getAccess({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  response.json({ access: await readAccessStanding(database, workspaceOf(request)) });
}

async function getRoleAssignments({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const principalId = queryText(request, 'principalId');
  if (principalId !== undefined && !isUuid(principalId)) refuse('invalid-request', { detail: '"principalId" must be an object id.' });
  const { rows, next } = await readPage(request, roleAssignmentListing, (page) =>
    database.transaction((tx) => listRoleAssignments(tx, workspaceId, { principalId, ...page })),
  );
  response.json({ roleAssignments: rows, next });
}

async function getPolicies({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const { rows, next } = await readPage(request, policyListing, (page) => listPolicies(database, workspaceOf(request), page));
  response.json({ policies: rows, next });
}

async function getServicePrincipals({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const { rows, next } = await readPage(request, servicePrincipalListing, (page) =>
    listServicePrincipals(database, workspaceOf(request), page),
  );
  response.json({ servicePrincipals: rows, next });
}
