import type { Router } from 'express';
import { type AdministratorId, type OwnerId, parseId, refuse } from '../kernel/index.ts';
import {
  type BodyReader,
  type Clock,
  type Database,
  type Log,
  pathText,
  principalOf,
  readBody,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { readAccessPolicy } from './access-policy-store.ts';
import { listAdministrators } from './administrator-read-model.ts';
import { listApiTokens } from './api-token-store.ts';
import { createOwner } from './create-owner.ts';
import { endOwner } from './end-owner.ts';
import { endSession } from './end-session.ts';
import { inviteAdministrator } from './invite-administrator.ts';
import { issueApiToken } from './issue-api-token.ts';
import { nameOwnerPerson, type PersonInput } from './name-owner-person.ts';
import { isOwner, listOwners, type Owner } from './owner-store.ts';
import { removeAdministrator } from './remove-administrator.ts';
import { revokeApiToken } from './revoke-api-token.ts';
import { listRoles } from './role-store.ts';
import { sessionCookie } from './session-cookie.ts';
import { setAccessPolicy } from './set-access-policy.ts';
import { setRole } from './set-role.ts';
import { readSwitch } from './switch-store.ts';
import { findWorkspace } from './workspace-store.ts';

export interface WorkspaceRoutesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Where browsers reach this server; decides the cookie's name. */
  readonly publicUrl: string;
}

/** Longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, less the angle brackets). */
const MAX_EMAIL = 254;
const MAX_RANK = 1_000_000;
/** Whoever has not been provisioned within a month is not going to be. */
const MAX_GRACE_DAYS = 30;
/** What was last proven a year ago is not known to work. */
const MAX_PROOF_DAYS = 365;

/** The workspace itself and who may administer it; relative to the workspace's own address. */
export function workspaceRoutes(deps: WorkspaceRoutesDeps): Router {
  const router = workspaceRouter();
  addWorkspace(router, deps);
  addSession(router, deps);
  addAccessPolicy(router, deps);
  addOwners(router, deps);
  addAdministrators(router, deps);
  addRoles(router, deps);
  addApiTokens(router, deps);
  return router;
}

function addWorkspace(router: Router, { database }: WorkspaceRoutesDeps): void {
  router.get('/', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const workspace = await findWorkspace(database, workspaceId);
    if (workspace === undefined) refuse('not-found', { detail: 'There is no such workspace.' });
    const { state, changedAt, changedBy } = await readSwitch(database, workspaceId);
    const { slug, name, timeZone, createdAt } = workspace;
    response.json({ id: workspaceId, slug, name, timeZone, createdAt, switch: { state, since: changedAt, changedBy } });
  });
}

/** Who is asking, and until when; the way out. */
function addSession(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/session', (request, response) => {
    const { actor, expiresAt = null, graceEndsAt = null, id, kind, scopes } = principalOf(request);
    response.json({ kind, id, actor, scopes, expiresAt, graceEndsAt });
  });
  router.delete('/session', async (request, response) => {
    await endSession(deps, workspaceOf(request), principalOf(request));
    response
      .append('set-cookie', sessionCookie(deps.publicUrl, '', 0))
      .status(204)
      .end();
  });
}

/** For how long what was proven counts: grace, single sign-on, the owners' drill. */
function addAccessPolicy(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/access-policy', async (request, response) => {
    requireScope(request, 'read');
    response.json(await readAccessPolicy(deps.database, workspaceOf(request)));
  });
  router.put('/access-policy', async (request, response) => {
    const { actor } = requireScope(request, 'workspace');
    const body = readBody(request);
    const policy = {
      graceDays: body.integer('graceDays', { min: 0, max: MAX_GRACE_DAYS }),
      ssoVerificationDays: body.integer('ssoVerificationDays', { min: 1, max: MAX_PROOF_DAYS }),
      ownerDrillDays: body.integer('ownerDrillDays', { min: 1, max: MAX_PROOF_DAYS }),
    };
    body.end();
    response.json(await setAccessPolicy(deps, workspaceOf(request), { policy, actor }));
  });
}

function addOwners(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/owners', async (request, response) => {
    requireScope(request, 'read');
    const owners = await listOwners(deps.database, workspaceOf(request));
    response.json({ owners: owners.map((owner) => ({ ...owner, hint: hintOf(owner) })) });
  });
  router.post('/owners', async (request, response) => {
    const principal = requireScope(request, 'workspace');
    const body = readBody(request);
    const name = body.text('name', { max: 200 });
    const person = personOf(body);
    body.end();
    const isNamed = Object.values(person).some((part) => part !== undefined);
    response.status(201).json(await createOwner(deps, workspaceOf(request), { name, principal, ...(isNamed ? { person } : {}) }));
  });
  router.put('/owners/:id/person', async (request, response) => {
    const principal = requireScope(request, 'workspace');
    const id: OwnerId | undefined = parseId(pathText(request, 'id'));
    if (id === undefined || !(await isOwner(deps.database, workspaceOf(request), id)))
      refuse('not-found', { detail: 'There is no such owner.' });
    const body = readBody(request);
    const person = personOf(body);
    const reason = body.text('reason');
    body.end();
    await nameOwnerPerson(deps, workspaceOf(request), { id, person, reason, principal });
    response.status(204).end();
  });
  router.delete('/owners/:id', async (request, response) => {
    const principal = requireScope(request, 'workspace');
    const id: OwnerId = parseId(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such owner.' });
    await endOwner(deps, workspaceOf(request), { id, principal });
    response.status(204).end();
  });
}

/** Nobody is told when somebody leaves who was never named: that must not look as if all were well. */
function hintOf({ endedAt, person }: Owner): string | null {
  if (endedAt !== null || person !== null) return null;
  return 'Nobody is named as the person behind this owner, so nobody will be told when they leave: PUT owners/{id}/person.';
}

/** Who an owner is said to be. */
function personOf(body: BodyReader): PersonInput {
  return {
    tenantId: body.optionalUuid('tenantId'),
    objectId: body.optionalUuid('objectId'),
    personId: body.optionalUuid('personId'),
  };
}

function addAdministrators(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/administrators', async (request, response) => {
    requireScope(request, 'read');
    response.json({ administrators: await listAdministrators(deps.database, workspaceOf(request)) });
  });
  router.post('/administrators', async (request, response) => {
    const principal = requireScope(request, 'workspace');
    const body = readBody(request);
    const input = { principal, email: body.text('email', { max: MAX_EMAIL }), roleId: body.text('roleId', { max: 100 }) };
    body.end();
    response.status(201).json(await inviteAdministrator(deps, workspaceOf(request), input));
  });
  router.delete('/administrators/:id', async (request, response) => {
    const { actor } = requireScope(request, 'workspace');
    const id: AdministratorId = parseId(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such administrator.' });
    await removeAdministrator(deps, workspaceOf(request), { id, actor });
    response.status(204).end();
  });
}

function addRoles(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/roles', async (request, response) => {
    requireScope(request, 'read');
    response.json({ roles: await listRoles(deps.database, workspaceOf(request)) });
  });
  router.post('/roles', async (request, response) => {
    const { actor } = requireScope(request, 'workspace');
    const body = readBody(request);
    const role = {
      id: body.text('id', { max: 100 }),
      name: body.text('name', { max: 200 }),
      rank: body.integer('rank', { min: 0, max: MAX_RANK }),
      directoryMayGrant: body.optionalBoolean('directoryMayGrant'),
    };
    body.end();
    const set = await setRole(deps, workspaceOf(request), { role, actor });
    response.status(set.outcome === 'created' ? 201 : 200).json(set.role);
  });
}

function addApiTokens(router: Router, deps: WorkspaceRoutesDeps): void {
  router.get('/api-tokens', async (request, response) => {
    requireScope(request, 'workspace');
    response.json({ apiTokens: await listApiTokens(deps.database, workspaceOf(request)) });
  });
  router.post('/api-tokens', async (request, response) => {
    const principal = requireScope(request, 'read');
    const body = readBody(request);
    const input = {
      administratorId: body.optionalUuid('administratorId') as AdministratorId | undefined,
      scopes: body.textList('scopes'),
      expiresAt: body.optionalInstant('expiresAt'),
    };
    body.end();
    response.status(201).json(await issueApiToken(deps, workspaceOf(request), { principal, input }));
  });
  router.delete('/api-tokens/:id', async (request, response) => {
    const principal = requireScope(request, 'workspace');
    const id = parseId(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such API token.' });
    await revokeApiToken(deps, workspaceOf(request), { principal, id });
    response.status(204).end();
  });
}
