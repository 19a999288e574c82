import type { Request, Response, Router } from 'express';
import { addressKey, type Id, isUuid, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  type BodyReader,
  contextOf,
  pathText,
  positions,
  queryText,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { type AccountRow, countAccounts, countGroups, listAccounts, listGroups } from './account-read-model.ts';
import { type AccountState, accountStates } from './account-state.ts';
import { accessRoutes } from './access-routes.ts';
import { listAliases } from './alias-store.ts';
import { azureRolePosition, listAzureRoles, positionOfAzureRole } from './azure-role-read-model.ts';
import { listCollections } from './collection-read-model.ts';
import { connectionRoutes } from './connection-routes.ts';
import { decideHeldRun, requireRun } from './decide-held-run.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { listProvisioningEvents, positionOfEvent, provisioningPosition } from './provisioning-store.ts';
import { runKinds } from './read-position.ts';
import { listObservations, type ObservationRow } from './observation-read-model.ts';
import { requestRun } from './request-run.ts';
import { findRun, listRuns, type Run } from './run-store.ts';
import { readQueries } from './sent-queries-store.ts';
import { setScope } from './set-scope.ts';
import { shownCollection } from './show-collection.ts';
import { showCoverage } from './show-coverage.ts';
import { showScope } from './show-scope.ts';
import { countWatchedObjects, listWatchedObjects } from './watched-object-store.ts';

const length = { usual: 100, most: 1_000 };
const runListing = { ...length, position: positions.id, positionOf: ({ id }: Run) => id };
const eventListing = { ...length, position: provisioningPosition, positionOf: positionOfEvent };
const azureRoleListing = { ...length, position: azureRolePosition, positionOf: positionOfAzureRole };
const objectListing = {
  ...length,
  position: positions.idPair,
  positionOf: ({ connectionId, objectId }: Pick<AccountRow, 'connectionId' | 'objectId'>) => `${connectionId}.${objectId}`,
};

const observationListing = {
  ...length,
  position: positions.ordinalUnderId,
  positionOf: ({ connectionId, ordinal }: ObservationRow) => `${connectionId}.${ordinal}`,
};

type Handler = (deps: DirectoryDeps, request: Request, response: Response) => Promise<void>;

/** The directory's part of the administration API, relative to the workspace. */
export function directoryRoutes(deps: DirectoryDeps): Router {
  const router = workspaceRouter();
  router.use(connectionRoutes(deps));
  router.use(accessRoutes(deps));
  const by = (handler: Handler) => (request: Request, response: Response) => handler(deps, request, response);
  router.get('/directory/runs{?limit,after}', by(getRuns));
  router.post('/directory/runs', by(postRun));
  router.get('/directory/runs/:runId', by(getRun));
  router.post('/directory/runs/:runId/decision', by(postDecision));
  router.get('/directory/coverage', by(getCoverage));
  router.get('/directory/accounts{?state,limit,after}', by(getAccounts));
  router.get('/directory/observations{?objectId,limit,after}', by(getObservations));
  router.get('/directory/aliases{?address}', by(getAliases));
  router.get('/directory/groups{?limit,after}', by(getGroups));
  router.get('/directory/azure-role-assignments{?principalId,limit,after}', by(getAzureRoles));
  router.get('/directory/provisioning-events{?contradicted,scimUserId,objectId,limit,after}', by(getProvisioningEvents));
  router.get('/directory/watched-objects{?limit,after}', by(getWatchedObjects));
  router.get('/scope', by(getScope));
  router.put('/scope', by(putScope));
  return router;
}

async function getRuns({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const { rows, next } = await readPage(request, runListing, (page) => listRuns(database, workspaceOf(request), page));
  response.json({ runs: rows, next });
}

async function postRun(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const body = readBody(request);
  const connectionId = bodyId<'directory-connection'>(body.uuid('connectionId'));
  const kind = body.has('kind') ? body.oneOf('kind', runKinds) : 'full';
  body.end();
  const id = await requestRun(deps, workspaceOf(request), { connectionId, kind, actor, at: contextOf(request).at });
  response.status(202).json({ id, state: 'queued' });
}

async function postDecision(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const run = requireRun(await findRun(deps.database, workspaceOf(request), pathId(request, 'runId')));
  const body = readBody(request);
  const decision = { decision: body.oneOf('decision', ['accepted', 'rejected']), reason: body.text('reason') };
  body.end();
  const by = { actor, at: contextOf(request).at };
  response.json(await decideHeldRun(deps, workspaceOf(request), run.id, { ...decision, ...by }));
}

async function getRun({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const run = requireRun(await findRun(database, workspaceOf(request), pathId(request, 'runId')));
  response.json({ ...run, ...(await readQueries(database, workspaceOf(request), run.id)) });
}

async function getCoverage({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  response.json({ coverage: await showCoverage(database, workspaceOf(request), contextOf(request).at) });
}

async function getAccounts(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const state = queryState(request);
  const { rows, next } = await readPage(request, objectListing, (page) => listAccounts(deps.database, workspaceId, { state, ...page }));
  const scopeInEffect = await isScopeInEffect(deps, workspaceId);
  const total = await countAccounts(deps.database, workspaceId, state);
  response.json({ total, scopeInEffect, accounts: rows.map((row) => ({ ...row, scopeInEffect })), next });
}

/** I6: whoever sees that an account is in or out of scope sees whether that means anything. */
async function isScopeInEffect(deps: DirectoryDeps, workspaceId: WorkspaceId): Promise<boolean> {
  return (await readSwitch(deps.database, workspaceId)).state === 'off';
}

async function getObservations({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const objectId = queryText(request, 'objectId')?.toLowerCase() ?? '';
  if (!isUuid(objectId)) refuse('invalid-request', { detail: '"objectId" is missing or no UUID: what is observed of whom is asked for.' });
  const { rows, next } = await readPage(request, observationListing, (page) =>
    listObservations(database, workspaceOf(request), objectId, page),
  );
  response.json({ objectId, observations: rows, next });
}

async function getAliases({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const asked = queryText(request, 'address') ?? refuse('invalid-request', { detail: '"address" is missing: whose address is asked for.' });
  const address = addressKey(asked);
  response.json({ address, aliases: await listAliases(database, workspaceOf(request), address) });
}

async function getGroups({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const { rows, next } = await readPage(request, objectListing, (page) => listGroups(database, workspaceId, page));
  response.json({ total: await countGroups(database, workspaceId), groups: rows, next });
}

async function getAzureRoles({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const principalId = queryId(request, 'principalId');
  const { rows, next } = await readPage(request, azureRoleListing, (page) =>
    database.transaction((tx) => listAzureRoles(tx, workspaceId, { principalId, ...page })),
  );
  const collections = (await listCollections(database, workspaceId)).filter(({ facts }) => facts === 'azure-roles').map(shownCollection);
  response.json({ assignments: rows, collections, next });
}

async function getProvisioningEvents({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const filter = {
    isContradicted: queryText(request, 'contradicted') === 'true',
    scimUserId: queryId(request, 'scimUserId'),
    objectId: queryId(request, 'objectId'),
  };
  const { rows, next } = await readPage(request, eventListing, (page) =>
    listProvisioningEvents(database, workspaceId, { ...filter, ...page }),
  );
  const collections = (await listCollections(database, workspaceId))
    .filter(({ facts }) => facts === 'provisioning-log')
    .map(shownCollection);
  response.json({ events: rows, collections, next });
}

async function getWatchedObjects({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const { rows, next } = await readPage(request, objectListing, (page) => listWatchedObjects(database, workspaceId, page));
  response.json({ total: await countWatchedObjects(database, workspaceId), objects: rows, next });
}

async function getScope({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  response.json(await showScope(database, workspaceOf(request)));
}

async function putScope(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const workspaceId = workspaceOf(request);
  const body = readBody(request);
  const connectionId = bodyId<'directory-connection'>(body.uuid('connectionId'));
  const choice = {
    connectionId,
    includeGroups: body.uuidList('includeGroups'),
    includeUsers: body.uuidList('includeUsers'),
    excludeGroups: body.has('excludeGroups') ? body.uuidList('excludeGroups') : [],
    excludeUsers: body.has('excludeUsers') ? body.uuidList('excludeUsers') : [],
    excludeNames: body.has('excludeNames') ? namePatterns(body) : [],
    acceptDormant: body.optionalBoolean('acceptDormant') ?? false,
  };
  body.end();
  await setScope(deps, workspaceId, choice, { actor, at: contextOf(request).at });
  response.json(await showScope(deps.database, workspaceId));
}

/** More patterns are no scheme of names any more; the longest userPrincipalName has 113 characters. */
const MAX_PATTERNS = 100;
const MAX_PATTERN = 113;

/** Throws DomainError `invalid-request` for a pattern that excludes nobody, or everybody. */
function namePatterns(body: BodyReader): readonly string[] {
  const patterns = body.textList('excludeNames').map((pattern) => pattern.trim());
  if (patterns.length > MAX_PATTERNS) refuse('invalid-request', { detail: `"excludeNames" may have ${MAX_PATTERNS} patterns at most.` });
  const wrong = patterns.find((pattern) => pattern.replaceAll('*', '') === '' || pattern.length > MAX_PATTERN);
  if (wrong !== undefined) {
    refuse('invalid-request', {
      detail: '"excludeNames" holds a pattern that means nobody or everybody.',
      next: 'Write part of a userPrincipalName, with * for the rest, such as svc-*@contoso.com.',
    });
  }
  return patterns;
}

function queryState(request: Request): AccountState | undefined {
  const text = queryText(request, 'state');
  if (text === undefined) return undefined;
  return (
    accountStates.find((state) => state === text) ??
    refuse('invalid-request', { detail: `"state" must be one of: ${accountStates.join(', ')}.` })
  );
}

function queryId(request: Request, name: string): string | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  return parseId(text) ?? refuse('invalid-request', { detail: `"${name}" must be a UUID.` });
}

/** An id of the address; one that cannot name anything is not found. */
function pathId<Kind extends string>(request: Request, name: string): Id<Kind> {
  return parseId<Kind>(pathText(request, name)) ?? refuse('not-found', { detail: 'There is no such thing here.' });
}

/** A UUID of a body, which the reader has checked, as an id. */
function bodyId<Kind extends string>(text: string): Id<Kind> {
  return parseId<Kind>(text) ?? refuse('invalid-request', { detail: 'An id must be a UUID.' });
}
