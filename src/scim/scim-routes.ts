import { Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { contextOf, type Database, pathText, readBody, requireScope, workspaceOf } from '../platform/index.ts';
import { listCredentials, type ScimCredential } from './credential-store.ts';
import { issueCredential } from './issue-credential.ts';
import { revokeCredential } from './revoke-credential.ts';
import { scimTenantUrl } from './scim-address.ts';

export interface ScimRoutesDeps {
  readonly database: Database;
  readonly publicUrl: string;
}

const MAX_LABEL_LENGTH = 200;

/** SCIM credentials, for administrators. */
export function scimRoutes({ database, publicUrl }: ScimRoutesDeps): Router {
  const router = Router({ mergeParams: true });

  router.post('/scim/credentials', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    const workspaceId = workspaceOf(request);
    const body = readBody(request);
    const label = body.text('label', { max: MAX_LABEL_LENGTH });
    const expiresAt = body.optionalInstant('expiresAt') ?? null;
    body.end();
    const { at } = contextOf(request);
    const { id, token, createdAt } = await issueCredential(database, { workspaceId, at, actor, label, expiresAt });
    const tenantUrl = scimTenantUrl(publicUrl, workspaceId);
    response.status(201).json({ id, label, token, tenantUrl, createdAt, expiresAt });
  });

  router.get('/scim/credentials', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const credentials = await listCredentials(database, workspaceId);
    response.json({ tenantUrl: scimTenantUrl(publicUrl, workspaceId), credentials: credentials.map(showCredential) });
  });

  router.delete('/scim/credentials/:id', async (request, response) => {
    const { actor } = requireScope(request, 'scim');
    const id = parseId<'scim-credential'>(pathText(request, 'id')) ?? refuse('not-found', { detail: 'There is no such SCIM credential.' });
    await revokeCredential(database, { workspaceId: workspaceOf(request), id, at: contextOf(request).at, actor });
    response.status(204).end();
  });

  return router;
}

function showCredential({ id, label, createdAt, createdBy, expiresAt, revokedAt }: ScimCredential) {
  return { id, label, createdAt, createdBy, expiresAt, revokedAt };
}
