import type { Router } from 'express';
import { refuse } from '../kernel/index.ts';
import { type Database, readBody, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { listRoles } from '../workspace/index.ts';
import { readAppRoles } from './activation-read-model.ts';
import type { Json } from './json-reading.ts';
import { lintExpression } from './lint-expression.ts';
import { mappingWanted } from './mapping-wanted.ts';
import { reviewMapping } from './review-mapping.ts';

/** An expression has 10,000 characters at the most. */
const MAX_EXPRESSION = 10_000;

/** Entra's attribute mappings, pasted: nothing is kept of them, and nothing is written to Entra (I7). */
export function mappingRoutes({ database }: { readonly database: Database }): Router {
  const router = workspaceRouter();
  router.post('/scim/mapping/review', async (request, response) => {
    requireScope(request, 'read');
    const body = readBody(request);
    const schema = body.json('schema') as Json;
    body.end();
    const wanted = await mappingWanted(database, workspaceOf(request));
    response.json(understood(() => reviewMapping(schema, wanted)));
  });
  router.post('/scim/mapping/lint', async (request, response) => {
    requireScope(request, 'read');
    const body = readBody(request);
    const expression = body.text('expression', { max: MAX_EXPRESSION });
    body.end();
    const workspaceId = workspaceOf(request);
    const known = { roles: await listRoles(database, workspaceId), appRoles: await readAppRoles(database, workspaceId) };
    response.json({ findings: lintExpression(expression, known) });
  });
  return router;
}

function understood<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    return refuse('invalid-request', { detail: error instanceof Error ? error.message : 'The schema cannot be read.' });
  }
}
