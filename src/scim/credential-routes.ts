import type { Request, Router } from 'express';
import { parseId, refuse, type ScimCredentialId } from '../kernel/index.ts';
import {
  type BodyReader,
  contextOf,
  type Database,
  microsoftClouds,
  pathText,
  readBody,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import type { NewCredential } from './add-credential.ts';
import { confirmCaller, requireCredential } from './confirm-caller.ts';
import { listCredentials, readCredential } from './credential-store.ts';
import { enrolEntraTenant } from './enrol-entra-tenant.ts';
import { enrolWorkloadIdentity } from './enrol-workload-identity.ts';
import { issueClientSecret } from './issue-client-secret.ts';
import { issueCredential } from './issue-credential.ts';
import { revokeClient, revokeCredential } from './revoke-credential.ts';
import { scimTenantUrl, scimTokenUrl } from './scim-address.ts';
import { type Caller, type CredentialKind, credentialModes, type ScimCredential } from './scim-credential.ts';
import { showCredential } from './show-credential.ts';
import { TOKEN_LIFE_S } from './token-life.ts';

export interface CredentialRoutesDeps {
  readonly database: Database;
  readonly publicUrl: string;
}

const MAX_LABEL_LENGTH = 200;
const kinds = ['bearer', 'oauth-client', 'workload-identity', 'entra-jwt'] as const satisfies readonly CredentialKind[];

/** What a provisioning service proves itself by, for administrators. */
export function credentialRoutes(deps: CredentialRoutesDeps): Router {
  const { database } = deps;
  const router = workspaceRouter();

  router.post('/scim/credentials', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    const workspaceId = workspaceOf(request);
    const made = await add(database, readBody(request), { workspaceId, at: contextOf(request).at, actor });
    response.status(201).json(showMade(deps, request, made));
  });

  router.get('/scim/credentials', async (request, response) => {
    requireScope(request, 'read');
    const credentials = await listCredentials(database, workspaceOf(request));
    const { at } = contextOf(request);
    response.json({ ...addresses(deps, request), credentials: credentials.map((credential) => showCredential(credential, at)) });
  });

  router.post('/scim/credentials/:id/confirm', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    const workspaceId = workspaceOf(request);
    const { at } = contextOf(request);
    const { id } = requireCredential(await readCredential(database, workspaceId, idOf(request)));
    const body = readBody(request);
    const caller = readCaller(body);
    body.end();
    response.json(showCredential(await confirmCaller(database, { workspaceId, id, at, actor, caller }), at));
  });

  router.delete('/scim/credentials/:id', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    await revokeCredential(database, { workspaceId: workspaceOf(request), id: idOf(request), at: contextOf(request).at, actor });
    response.status(204).end();
  });

  router.delete('/scim/clients/:id', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    await revokeClient(database, { workspaceId: workspaceOf(request), id: idOf(request), at: contextOf(request).at, actor });
    response.status(204).end();
  });

  return router;
}

type Made = ScimCredential & { readonly token?: string; readonly clientSecret?: string };

/** Reads what the kind needs, refuses what it does not know, and adds the credential. */
function add(database: Database, body: BodyReader, by: Pick<NewCredential, 'workspaceId' | 'at' | 'actor'>): Promise<Made> {
  const kind = readOneOf(body, 'kind', kinds) ?? 'bearer';
  const mode = readOneOf(body, 'mode', credentialModes);
  const label = body.text('label', { max: MAX_LABEL_LENGTH });
  const expiresAt = body.optionalInstant('expiresAt') ?? null;
  return adders[kind](database, body, { ...by, label, expiresAt, ...(mode === undefined ? {} : { mode }) });
}

type Adder = (database: Database, body: BodyReader, input: NewCredential) => Promise<Made>;

const adders: Readonly<Record<CredentialKind, Adder>> = {
  bearer: (database, body, input) => {
    body.end();
    return issueCredential(database, input);
  },
  'oauth-client': (database, body, input) => {
    const clientId = body.optionalUuid('clientId') as ScimCredentialId | undefined;
    const tokenLifeSeconds = readTokenLife(body);
    body.end();
    return issueClientSecret(database, { ...input, clientId, tokenLifeSeconds });
  },
  'workload-identity': (database, body, input) => {
    const cloud = body.oneOf('cloud', microsoftClouds);
    const tenantId = body.uuid('tenantId');
    const pinned = { issuer: body.text('issuer'), subject: body.text('subject'), audiences: body.textList('audiences') };
    const tokenLifeSeconds = readTokenLife(body);
    body.end();
    return enrolWorkloadIdentity(database, { ...input, cloud, tenantId, ...pinned, tokenLifeSeconds });
  },
  'entra-jwt': (database, body, input) => {
    const cloud = body.oneOf('cloud', microsoftClouds);
    const tenantId = body.uuid('tenantId');
    const audiences = body.has('audiences') ? body.textList('audiences') : undefined;
    const caller = body.has('appId') || body.has('objectId') ? readCaller(body) : undefined;
    body.end();
    return enrolEntraTenant(database, { ...input, cloud, tenantId, audiences, caller });
  },
};

function readCaller(body: BodyReader): Caller {
  return { appId: body.uuid('appId'), objectId: body.uuid('objectId') };
}

function readTokenLife(body: BodyReader): number | undefined {
  return body.has('tokenLifeSeconds') ? body.integer('tokenLifeSeconds', { min: TOKEN_LIFE_S.least, max: TOKEN_LIFE_S.most }) : undefined;
}

function readOneOf<Value extends string>(body: BodyReader, name: string, values: readonly Value[]): Value | undefined {
  return body.has(name) ? body.oneOf(name, values) : undefined;
}

function idOf(request: Request): ScimCredentialId {
  return parseId<'scim-credential'>(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such SCIM credential.' });
}

/** What is to be entered in Entra, shown this once; what the kind does not have is null. */
function showMade(deps: CredentialRoutesDeps, request: Request, made: Made): Readonly<Record<string, unknown>> {
  const { id, kind, mode, label, clientId, createdAt, expiresAt, token = null, clientSecret = null } = made;
  return { id, kind, mode, label, token, clientId, clientSecret, ...addresses(deps, request), createdAt, expiresAt };
}

function addresses({ publicUrl }: CredentialRoutesDeps, request: Request) {
  const workspaceId = workspaceOf(request);
  return { tenantUrl: scimTenantUrl(publicUrl, workspaceId), tokenUrl: scimTokenUrl(publicUrl, workspaceId) };
}
