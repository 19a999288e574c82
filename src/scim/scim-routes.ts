import type { Router } from 'express';
import { type Database, workspaceRouter } from '../platform/index.ts';
import { credentialRoutes } from './credential-routes.ts';
import { roleRoutes } from './role-routes.ts';

export interface ScimRoutesDeps {
  readonly database: Database;
  readonly publicUrl: string;
}

/** SCIM credentials and the roles of provisioned users, for administrators. */
export function scimRoutes({ database, publicUrl }: ScimRoutesDeps): Router {
  const router = workspaceRouter();

  router.use(credentialRoutes({ database, publicUrl }));
  router.use(roleRoutes(database));

  return router;
}
