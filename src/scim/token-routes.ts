import express, { type ErrorRequestHandler } from 'express';
import { parseId } from '../kernel/index.ts';
import { contextOf, type Database, type Log, pathText } from '../platform/index.ts';
import { answerTokenRequest } from './answer-token-request.ts';
import type { EntraKeys } from './entra-keys.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { OauthError } from './oauth-error.ts';

export interface TokenRoutesDeps {
  readonly database: Database;
  readonly log: Log;
  readonly entraKeys: EntraKeys;
}

/** An assertion is two kilobytes, and little else is in a token request. */
const MAX_FORM = '64kb';

/** The OAuth 2.0 token endpoint beside each workspace's SCIM: form in, JSON out (RFC 6749 §4.4, §5). */
export function tokenRoutes(deps: TokenRoutesDeps): express.Router {
  const router = express.Router();
  const attempts = createFailedAttempts();
  const form = express.text({ type: 'application/x-www-form-urlencoded', limit: MAX_FORM });
  router.post('/workspaces/:workspaceId/scim/oauth/token', form, async (request, response) => {
    const body: unknown = request.body;
    const { accessToken, expiresInSeconds } = await answerTokenRequest(
      { ...deps, attempts },
      {
        workspaceId: parseId<'workspace'>(pathText(request, 'workspaceId')),
        at: contextOf(request).at,
        form: typeof body === 'string' ? body : undefined,
        authorization: request.headers.authorization,
        address: request.ip ?? '',
      },
    );
    response.set(NOT_STORED).json({ access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds, scope: 'scim' });
  });
  router.use(oauthErrors);
  return router;
}

/** RFC 6749 §5.1; the second is for caches of before RFC 9111. */
const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** RFC 6749 §5.2. What is no error of the protocol goes on to the handler of problems. */
const oauthErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!(error instanceof OauthError)) {
    next(error);
    return;
  }
  response.status(error.status).set(NOT_STORED);
  if (error.code === 'invalid_client') response.set('www-authenticate', 'Basic realm="rollcall"');
  if (error.retryAfterSeconds !== undefined) response.set('retry-after', String(error.retryAfterSeconds));
  response.json({ error: error.code, error_description: error.message });
};
