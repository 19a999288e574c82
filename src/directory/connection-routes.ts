import type { Request, Response, Router } from 'express';
import { type DirectoryCredentialId, expiryOf, HOUR_MS, type Instant, MINUTE_MS, parseId, refuse } from '../kernel/index.ts';
import {
  type BodyReader,
  contextOf,
  microsoftClouds,
  pathText,
  readBody,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { addConnection } from './add-connection.ts';
import { addCredential, type CredentialRequest, removeCredential } from './add-credential.ts';
import { changeConnection } from './change-connection.ts';
import { checkConnection } from './check-connection.ts';
import { listCollections } from './collection-read-model.ts';
import { type Connection, type ConnectionKind, connectionKinds, findConnection, listConnections } from './connection-store.ts';
import { type Credential, listCredentials } from './credential-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { removeConnection } from './remove-connection.ts';
import { requireConnection } from './require-connection.ts';
import { shownCollection } from './show-collection.ts';
import { setSchedule } from './set-schedule.ts';
import { WHOLE_LOOK_WITHIN_MS } from './whole-look-within.ts';

/** An hour short of the day in which the whole tenant is to be looked at, since a run may have to wait. */
const MAX_INTERVAL_MINUTES = (WHOLE_LOOK_WITHIN_MS - HOUR_MS) / MINUTE_MS;

/** A chain of certificates or a key of 16,384 bits fits into it. */
const MAX_PEM = 20_000;

type Handler = (deps: DirectoryDeps, request: Request, response: Response) => Promise<void>;

/** Connections to directories with their credentials, relative to the workspace. */
export function connectionRoutes(deps: DirectoryDeps): Router {
  const router = workspaceRouter();
  const by = (handler: Handler) => (request: Request, response: Response) => handler(deps, request, response);
  router.get('/directory/connections', by(getConnections));
  router.post('/directory/connections', by(postConnection));
  router.patch('/directory/connections/:connectionId', by(patchConnection));
  router.delete('/directory/connections/:connectionId', by(deleteConnection));
  router.post('/directory/connections/:connectionId/check', by(postCheck));
  router.get('/directory/collections', by(getCollections));
  router.put('/directory/connections/:connectionId/schedule', by(putSchedule));
  router.post('/directory/connections/:connectionId/credentials', by(postCredential));
  router.delete('/directory/connections/:connectionId/credentials/:credentialId', by(deleteCredential));
  return router;
}

async function getConnections({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const credentials = await listCredentials(database, workspaceOf(request));
  const connections = await listConnections(database, workspaceOf(request));
  response.json({ connections: connections.map((connection) => shown(connection, credentials, contextOf(request).at)) });
}

async function postConnection(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const body = readBody(request);
  const kind = body.has('kind') ? body.oneOf('kind', connectionKinds) : 'tenant';
  const connection = {
    kind,
    subscriptionIds: subscriptionsIn(body, kind),
    cloud: body.oneOf('cloud', microsoftClouds),
    tenantId: body.uuid('tenantId'),
    clientId: body.uuid('clientId'),
    scimAppId: body.optionalUuid('scimAppId') ?? null,
    credential: credentialIn(body),
  };
  body.end();
  const added = await addConnection(deps, workspaceOf(request), connection, { actor, at: contextOf(request).at });
  response.status(201).json(await withCredentials(deps, request, added));
}

async function patchConnection(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const { id } = await connectionIn(deps, request);
  const body = readBody(request);
  const change = {
    id,
    subscriptionIds: body.has('subscriptionIds') ? subscriptionsIn(body, 'subscription') : undefined,
    scimAppId: body.nullableUuid('scimAppId'),
  };
  body.end();
  const changed = await changeConnection(deps, workspaceOf(request), change, { actor, at: contextOf(request).at });
  response.json(await withCredentials(deps, request, changed));
}

/** A workspace reads a handful; each is asked for one after the other. */
const MAX_SUBSCRIPTIONS = 200;

/** Each once, in lower case. */
function subscriptionsIn(body: BodyReader, kind: ConnectionKind): readonly string[] {
  const ids = body.has('subscriptionIds') ? [...new Set(body.uuidList('subscriptionIds').map((id) => id.toLowerCase()))] : [];
  if ((kind === 'subscription') === ids.length > 0 && ids.length <= MAX_SUBSCRIPTIONS) return ids;
  return refuse('invalid-request', {
    detail: `A connection of the kind "subscription" names 1 to ${MAX_SUBSCRIPTIONS} subscriptions in "subscriptionIds"; one of the kind "tenant" names none.`,
  });
}

async function deleteConnection(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const { id } = await connectionIn(deps, request);
  await removeConnection(deps, workspaceOf(request), id, { actor, at: contextOf(request).at });
  response.status(204).end();
}

async function getCollections({ database }: DirectoryDeps, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const collections = await listCollections(database, workspaceOf(request));
  response.json({ collections: collections.map(shownCollection) });
}

async function postCheck(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  readBody(request).end();
  const { id } = await connectionIn(deps, request);
  response.json(await checkConnection(deps, workspaceOf(request), id, actor));
}

async function putSchedule(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const { id: connectionId } = await connectionIn(deps, request);
  const body = readBody(request);
  const limits = { min: 5, max: MAX_INTERVAL_MINUTES };
  const syncEveryMinutes = body.integer('syncEveryMinutes', limits);
  const schedule = { connectionId, syncEveryMinutes, fullEveryMinutes: body.integer('fullEveryMinutes', limits) };
  body.end();
  const changed = await setSchedule(deps, workspaceOf(request), schedule, { actor, at: contextOf(request).at });
  response.json(await withCredentials(deps, request, changed));
}

async function postCredential(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const { id } = await connectionIn(deps, request);
  const body = readBody(request);
  const credential = credentialIn(body);
  body.end();
  const { at } = contextOf(request);
  response.status(201).json(shownCredential(await addCredential(deps, workspaceOf(request), id, { ...credential, actor, at }), at));
}

async function deleteCredential(deps: DirectoryDeps, request: Request, response: Response): Promise<void> {
  const { actor } = requireScope(request, 'directory');
  const { id: connectionId } = await connectionIn(deps, request);
  const id: DirectoryCredentialId =
    parseId(pathText(request, 'credentialId')) ?? refuse('not-found', { detail: 'There is no such credential.' });
  await removeCredential(deps, workspaceOf(request), { connectionId, id }, { actor, at: contextOf(request).at });
  response.status(204).end();
}

async function connectionIn({ database }: DirectoryDeps, request: Request): Promise<Connection> {
  const id = parseId<'directory-connection'>(pathText(request, 'connectionId'));
  return requireConnection(id === undefined ? undefined : await findConnection(database, workspaceOf(request), id));
}

/** A secret, with its end where it is known, or a certificate with its key. */
function credentialIn(body: BodyReader): CredentialRequest {
  const secret = body.optionalText('clientSecret');
  const expiresAt = body.optionalInstant('clientSecretExpiresAt');
  const certificate = body.optionalText('certificate', { max: MAX_PEM });
  const privateKey = body.optionalText('privateKey', { max: MAX_PEM });
  if (secret !== undefined && certificate === undefined && privateKey === undefined) {
    return { credential: { kind: 'secret', secret }, expiresAt };
  }
  if (secret === undefined && expiresAt === undefined && certificate !== undefined && privateKey !== undefined) {
    return { credential: { kind: 'certificate', certificate, privateKey }, expiresAt: undefined };
  }
  return refuse('invalid-request', {
    detail: 'A credential is either "clientSecret", with "clientSecretExpiresAt" if you know it, or "certificate" with "privateKey".',
  });
}

async function withCredentials({ database }: DirectoryDeps, request: Request, connection: Connection) {
  return shown(connection, await listCredentials(database, workspaceOf(request)), contextOf(request).at);
}

/** A connection with what is not secret of its credentials. */
function shown(connection: Connection, credentials: readonly Credential[], at: Instant) {
  const own = credentials.filter(({ connectionId }) => connectionId === connection.id);
  return { ...connection, credentials: own.map((credential) => shownCredential(credential, at)) };
}

function shownCredential({ connectionId: _connection, ...credential }: Credential, at: Instant) {
  return { ...credential, ...expiryOf(credential.expiresAt, at) };
}
