import type { Request, Router } from 'express';
import { parseId, refuse, type ScimUserId } from '../kernel/index.ts';
import {
  contextOf,
  type Database,
  pathText,
  positions,
  queryText,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { listUserRoles, type RoleReason, readUserRole, type UserRole } from './role-read-model.ts';
import { readRoleSources } from './role-source-store.ts';
import { setRoleSources } from './set-role-sources.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ userId }: UserRole) => userId };

const reasons = ['granted', 'not-grantable', 'unknown-role', 'no-role'] as const satisfies readonly RoleReason[];

/** Where the roles of provisioned users come from, and what they come to, for administrators. */
export function roleRoutes(database: Database): Router {
  const router = workspaceRouter();

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

  router.get('/scim/user-roles{?because,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const because = readReason(request);
    const { rows, next } = await readPage(request, listing, (page) => listUserRoles(database, workspaceOf(request), { because, ...page }));
    response.json({ users: rows, next });
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
