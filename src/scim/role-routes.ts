import { type Request, Router } from 'express';
import { parseId, refuse, type ScimUserId } from '../kernel/index.ts';
import { contextOf, type Database, pathText, queryLimit, queryText, readBody, requireScope, workspaceOf } from '../platform/index.ts';
import { listUserRoles, type RoleReason, readUserRole } from './role-read-model.ts';
import { readRoleSources } from './role-source-store.ts';
import { setRoleSources } from './set-role-sources.ts';

/** How many users one answer holds, unless asked otherwise, and at most. */
const DEFAULT_USERS = 100;
const MAX_USERS = 1000;

const reasons = ['granted', 'not-grantable', 'unknown-role', 'no-role'] as const satisfies readonly RoleReason[];

/** Where the roles of provisioned users come from, and what they come to, for administrators. */
export function roleRoutes(database: Database): Router {
  const router = Router({ mergeParams: true });

  router.get('/roles/sources', async (request, response) => {
    requireScope(request, 'read');
    response.json({ sources: await readRoleSources(database, workspaceOf(request)) });
  });

  router.put('/roles/sources', async (request, response) => {
    const { actor } = requireScope(request, 'workspace');
    const workspaceId = workspaceOf(request);
    const body = readBody(request);
    const names = body.textList('sources');
    body.end();
    response.json({ sources: await setRoleSources(database, { workspaceId, names, at: contextOf(request).at, actor }) });
  });

  router.get('/scim/user-roles', async (request, response) => {
    requireScope(request, 'read');
    const asked = { because: readReason(request), limit: queryLimit(request, DEFAULT_USERS, MAX_USERS) };
    response.json({ users: await listUserRoles(database, workspaceOf(request), asked) });
  });

  router.get('/scim/user-roles/:id', async (request, response) => {
    requireScope(request, 'read');
    const id: ScimUserId = parseId(pathText(request, 'id')) ?? noSuchUser();
    response.json((await readUserRole(database, workspaceOf(request), id)) ?? noSuchUser());
  });

  return router;
}

function readReason(request: Request): RoleReason | undefined {
  const text = queryText(request, 'because');
  if (text === undefined) return undefined;
  return (
    reasons.find((reason) => reason === text) ??
    refuse('invalid-request', { detail: `The parameter "because" must be one of: ${reasons.join(', ')}.` })
  );
}

function noSuchUser(): never {
  return refuse('not-found', { detail: 'There is no SCIM user of that id.' });
}
