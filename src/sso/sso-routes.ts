import type { Request, Router } from 'express';
import { expiryOf, parseId, refuse, type SsoConnectionId } from '../kernel/index.ts';
import {
  type BodyReader,
  type Page,
  pathText,
  positions,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { activateSso } from './activate-sso.ts';
import { configureSaml, type SamlInput } from './configure-saml.ts';
import { type ConfigureSsoDeps, configureOidc, type OidcInput } from './configure-oidc.ts';
import { openVerification } from './open-verification.ts';
import { retireSso } from './retire-sso.ts';
import { readCertificate } from './saml/certificate.ts';
import { acsUrl, entityId, redirectUri } from './sign-in-address.ts';
import { listConnections, listVerifications, type SsoConnection } from './sso-store.ts';

const verificationListing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };
/** In characters; Entra's has some 20,000. */
const MAX_METADATA = 500_000;
const MAX_URL = 2_000;

/** Single sign-on's configurations: candidate, verified by a real sign-in, active. */
export function ssoRoutes(deps: ConfigureSsoDeps): Router {
  const router = workspaceRouter();
  addConnections(router, deps);
  addVerifications(router, deps);
  return router;
}

function addConnections(router: Router, deps: ConfigureSsoDeps): void {
  router.get('/sso', async (request, response) => {
    requireScope(request, 'read');
    const connections = await listConnections(deps.database, workspaceOf(request));
    response.json({
      addresses: addressesOf(request, deps),
      connections: connections.map((connection) => shown(connection, request, deps)),
    });
  });
  router.post('/sso', async (request, response) => {
    const { actor } = requireScope(request, 'sso');
    const body = readBody(request);
    const isOidc = body.oneOf('protocol', ['oidc', 'saml']) === 'oidc';
    const { id, fingerprint } = isOidc
      ? await configureOidc(deps, workspaceOf(request), readOidc(body, actor))
      : await configureSaml(deps, workspaceOf(request), readSaml(body, actor));
    const { acsUrl, entityId, redirectUri } = addressesOf(request, deps);
    const addresses = isOidc ? { redirectUri } : { entityId, acsUrl };
    response.status(201).json({ id, state: 'candidate', fingerprint: fingerprint.toString('hex'), ...addresses });
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

function addVerifications(router: Router, deps: ConfigureSsoDeps): void {
  router.get('/sso/verifications{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const read = (page: Page) => listVerifications(deps.database, workspaceOf(request), page);
    const { rows, next } = await readPage(request, verificationListing, read);
    response.json({
      verifications: rows.map((verification) => ({ ...verification, fingerprint: verification.fingerprint.toString('hex') })),
      next,
    });
  });
  router.post('/sso/verifications', async (request, response) => {
    const { actor } = requireScope(request, 'sso');
    const body = readBody(request);
    const id = body.uuid('connectionId') as SsoConnectionId;
    body.end();
    response.status(201).json(await openVerification(deps, workspaceOf(request), { id, actor }));
  });
}

function readOidc(body: BodyReader, actor: string): OidcInput {
  const input = {
    tenantId: body.uuid('tenantId'),
    clientId: body.uuid('clientId'),
    clientSecret: body.text('clientSecret'),
    clientSecretExpiresAt: body.optionalInstant('clientSecretExpiresAt') ?? null,
    actor,
  };
  body.end();
  return input;
}

function readSaml(body: BodyReader, actor: string): SamlInput {
  const tenantId = body.uuid('tenantId');
  const xml = body.optionalText('metadata', { max: MAX_METADATA });
  const url = body.optionalText('metadataUrl', { max: MAX_URL });
  body.end();
  if ((xml === undefined) === (url === undefined)) {
    refuse('invalid-request', {
      detail: 'The identity provider\'s metadata is given as "metadata" or read from "metadataUrl": one of the two.',
    });
  }
  return { tenantId, metadata: xml === undefined ? { url: url ?? '' } : { xml }, actor };
}

function connectionIdOf(request: Request): SsoConnectionId {
  return parseId(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such connection.' });
}

/** What is entered at the identity provider, before there is a connection and after. */
function addressesOf(request: Request, { publicUrl }: ConfigureSsoDeps) {
  const workspaceId = workspaceOf(request);
  return {
    redirectUri: redirectUri(publicUrl, workspaceId),
    entityId: entityId(publicUrl, workspaceId),
    acsUrl: acsUrl(publicUrl, workspaceId),
  };
}

/** A connection without its secret. */
function shown(connection: SsoConnection, request: Request, deps: ConfigureSsoDeps): Readonly<Record<string, unknown>> {
  const at = deps.clock.now();
  const addresses = addressesOf(request, deps);
  const { verificationOpenUntil: _window, ...seen } = { ...connection, fingerprint: connection.fingerprint.toString('hex') };
  if (seen.protocol === 'saml') {
    const certificates = seen.certificates.flatMap((der) => readCertificate(der) ?? []);
    return {
      ...seen,
      acsUrl: addresses.acsUrl,
      certificates: certificates.map(({ expiresAt, sha256 }) => ({ sha256, expiresAt, ...expiryOf(expiresAt, at) })),
    };
  }
  const { clientSecretSealed: _sealed, ...open } = seen;
  return { ...open, redirectUri: addresses.redirectUri, secretExpiry: expiryOf(seen.clientSecretExpiresAt, at) };
}
