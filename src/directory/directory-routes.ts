import { type Request, type Response, Router } from 'express';
import { type Id, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  contextOf,
  microsoftClouds,
  pathText,
  positions,
  queryText,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
} from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import {
  type AccountRow,
  type AccountState,
  accountStates,
  countAccounts,
  countGroups,
  listAccounts,
  listGroups,
} from './account-read-model.ts';
import { addConnection } from './add-connection.ts';
import { checkConnection } from './check-connection.ts';
import { listConnections } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { requestRun } from './request-run.ts';
import { findRun, listRuns, type Run } from './run-store.ts';
import { setScope } from './set-scope.ts';
import { showCoverage } from './show-coverage.ts';
import { showScope } from './show-scope.ts';

const length = { usual: 100, most: 1_000 };
const runListing = { ...length, position: positions.id, positionOf: ({ id }: Run) => id };
const objectListing = {
  ...length,
  position: positions.idPair,
  positionOf: ({ connectionId, objectId }: Pick<AccountRow, 'connectionId' | 'objectId'>) => `${connectionId}.${objectId}`,
};

type Handler = (deps: DirectoryDeps, request: Request, response: Response) => Promise<void>;

/** The directory's part of the administration API, relative to the workspace. */
export function directoryRoutes(deps: DirectoryDeps): Router {
  const router = Router({ mergeParams: true });
  const by = (handler: Handler) => (request: Request, response: Response) => handler(deps, request, response);
  router.get('/directory/connections', by(getConnections));
  router.post('/directory/connections', by(postConnection));
  router.post('/directory/connections/:connectionId/check', by(postCheck));
  router.get('/directory/runs', by(getRuns));
  router.post('/directory/runs', by(postRun));
  router.get('/directory/runs/:runId', by(getRun));
  router.get('/directory/coverage', by(getCoverage));
  router.get('/directory/accounts', by(getAccounts));
  router.get('/directory/groups', by(getGroups));
  router.get('/scope', by(getScope));
  router.put('/scope', by(putScope));
  return router;
}

async function getConnections({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  response.json({ connections: await listConnections(database, workspaceOf(request)) });
}

async function postConnection(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const body = readBody(request);
  const connection = {
    cloud: body.oneOf('cloud', microsoftClouds),
    tenantId: body.uuid('tenantId'),
    clientId: body.uuid('clientId'),
    clientSecret: body.text('clientSecret'),
    scimAppId: body.optionalUuid('scimAppId') ?? null,
  };
  body.end();
  response.status(201).json(await addConnection(deps, workspaceOf(request), connection, { actor, at: contextOf(request).at }));
}

async function postCheck(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  readBody(request).end();
  response.json(await checkConnection(deps, workspaceOf(request), pathId(request, 'connectionId'), actor));
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
  body.end();
  const id = await requestRun(deps, workspaceOf(request), connectionId, { actor, at: contextOf(request).at });
  response.status(202).json({ id, state: 'queued' });
}

async function getRun({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const run = await findRun(database, workspaceOf(request), pathId(request, 'runId'));
  response.json(run ?? refuse('not-found', { detail: 'There is no such run.' }));
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

async function getGroups({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const { rows, next } = await readPage(request, objectListing, (page) => listGroups(database, workspaceId, page));
  response.json({ total: await countGroups(database, workspaceId), groups: rows, next });
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
    acceptDormant: body.optionalBoolean('acceptDormant') ?? false,
  };
  body.end();
  await setScope(deps, workspaceId, choice, { actor, at: contextOf(request).at });
  response.json(await showScope(deps.database, workspaceId));
}

function queryState(request: Request): AccountState | undefined {
  const text = queryText(request, 'state');
  if (text === undefined) return undefined;
  return (
    accountStates.find((state) => state === text) ??
    refuse('invalid-request', { detail: `"state" must be one of: ${accountStates.join(', ')}.` })
  );
}

/** An id of the address; one that cannot name anything is not found. */
function pathId<Kind extends string>(request: Request, name: string): Id<Kind> {
  return parseId<Kind>(pathText(request, name)) ?? refuse('not-found', { detail: 'There is no such thing here.' });
}

/** A UUID of a body, which the reader has checked, as an id. */
function bodyId<Kind extends string>(text: string): Id<Kind> {
  return parseId<Kind>(text) ?? refuse('invalid-request', { detail: 'An id must be a UUID.' });
}
