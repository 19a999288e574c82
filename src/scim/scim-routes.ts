import { Router } from 'express';
import { type Database, queryLimit, requireScope, workspaceOf } from '../platform/index.ts';
import { credentialRoutes } from './credential-routes.ts';
import { type Exchange, listExchanges } from './exchange-store.ts';
import { roleRoutes } from './role-routes.ts';

export interface ScimRoutesDeps {
  readonly database: Database;
  readonly publicUrl: string;
}

/** How many rows of the wire log one answer holds, unless asked otherwise, and at most. */
const DEFAULT_EXCHANGES = 100;
const MAX_EXCHANGES = 1000;

/** SCIM credentials, the roles of provisioned users and the wire log, for administrators. */
export function scimRoutes({ database, publicUrl }: ScimRoutesDeps): Router {
  const router = Router({ mergeParams: true });

  router.use(credentialRoutes({ database, publicUrl }));
  router.use(roleRoutes(database));

  router.get('/scim/exchanges', async (request, response) => {
    requireScope(request, 'read');
    const limit = queryLimit(request, DEFAULT_EXCHANGES, MAX_EXCHANGES);
    const exchanges = await listExchanges(database, workspaceOf(request), limit);
    response.json({ exchanges: exchanges.map(showExchange) });
  });

  return router;
}

function showExchange({ bodySha256, ...exchange }: Exchange) {
  return { ...exchange, bodySha256: bodySha256?.toString('hex') ?? null };
}
