import express, { type Request } from 'express';
import { parseId, refuse, secretExpiryOf, type SsoConnectionId } from '../kernel/index.ts';
import { pathText, queryLimit, readBody, requireScope, workspaceOf } from '../platform/index.ts';
import { activateSso } from './activate-sso.ts';
import { type ConfigureSsoDeps, configureSso } from './configure-sso.ts';
import { openVerification } from './open-verification.ts';
import { retireSso } from './retire-sso.ts';
import { redirectUri } from './sign-in-address.ts';
import { listConnections, listVerifications, type SsoConnection } from './sso-store.ts';

export interface SsoRoutesDeps extends ConfigureSsoDeps {
  readonly publicUrl: string;
}

const DEFAULT_VERIFICATIONS = 100;
const MAX_VERIFICATIONS = 1_000;

/** Single sign-on's configurations: candidate, verified by a real sign-in, active. */
export function ssoRoutes(deps: SsoRoutesDeps): express.Router {
  const router = express.Router({ mergeParams: true });
  addConnections(router, deps);
  addVerifications(router, deps);
  return router;
}

function addConnections(router: express.Router, deps: SsoRoutesDeps): void {
  router.get('/sso', async (request, response) => {
    requireScope(request, 'read');
    const connections = await listConnections(deps.database, workspaceOf(request));
    response.json({ connections: connections.map((connection) => shown(connection, request, deps)) });
  });
  router.post('/sso', async (request, response) => {
    const { actor } = requireScope(request, 'sso');
    const body = readBody(request);
    body.oneOf('protocol', ['oidc']);
    const input = {
      tenantId: body.uuid('tenantId'),
      clientId: body.uuid('clientId'),
      clientSecret: body.text('clientSecret'),
      clientSecretExpiresAt: body.optionalInstant('clientSecretExpiresAt') ?? null,
      actor,
    };
    body.end();
    const { id, fingerprint } = await configureSso(deps, workspaceOf(request), input);
    const address = redirectUri(deps.publicUrl, workspaceOf(request));
    response.status(201).json({ id, state: 'candidate', fingerprint: fingerprint.toString('hex'), redirectUri: address });
  });
  router.post('/sso/:id/activate', async (request, response) => {
    const { actor } = requireScope(request, 'sso');
    readBody(request).end();
    const connection = await activateSso(deps, workspaceOf(request), { id: connectionIdOf(request), actor });
    response.json(shown(connection, request, deps));
  });
  router.delete('/sso/:id', async (request, response) => {
    const { actor } = requireScope(request, 'sso');
    await retireSso(deps, workspaceOf(request), { id: connectionIdOf(request), actor });
    response.status(204).end();
  });
}

function addVerifications(router: express.Router, deps: SsoRoutesDeps): void {
  router.get('/sso/verifications', async (request, response) => {
    requireScope(request, 'read');
    const limit = queryLimit(request, DEFAULT_VERIFICATIONS, MAX_VERIFICATIONS);
    const verifications = await listVerifications(deps.database, workspaceOf(request), limit);
    response.json({
      verifications: verifications.map((verification) => ({ ...verification, fingerprint: verification.fingerprint.toString('hex') })),
    });
  });
  router.post('/sso/verifications', async (request, response) => {
    requireScope(request, 'sso');
    const body = readBody(request);
    const id = body.uuid('connectionId') as SsoConnectionId;
    body.end();
    response.status(201).json(await openVerification(deps, workspaceOf(request), id));
  });
}

function connectionIdOf(request: Request): SsoConnectionId {
  return parseId(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such connection.' });
}

/** A connection without its secret. */
function shown(connection: SsoConnection, request: Request, deps: SsoRoutesDeps): Readonly<Record<string, unknown>> {
  const { clientSecretSealed: _sealed, verificationOpenUntil: _window, fingerprint, ...open } = connection;
  return {
    ...open,
    fingerprint: fingerprint.toString('hex'),
    redirectUri: redirectUri(deps.publicUrl, workspaceOf(request)),
    secretExpiry: secretExpiryOf(connection.clientSecretExpiresAt, deps.clock.now()),
  };
}
