import { timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { refuse } from '../../kernel/index.ts';
import { bearerToken, hashToken } from '../../platform/index.ts';
import type { Metrics } from './metrics.ts';

/**
 * `/metrics` in Prometheus' text format. Where a token is set nobody gets it without. Compared by their hashes, so that neither how long
 * the comparison takes nor how long the token is tells anything of it. Throws DomainError `unauthenticated`.
 */
export function metricsRoutes({ metrics, token }: { readonly metrics: Metrics; readonly token: string | undefined }): Router {
  const router = Router();
  const expected = token === undefined ? undefined : hashToken(token);
  router.get('/metrics', async (request, response) => {
    const given = hashToken(bearerToken(request.headers.authorization) ?? '');
    if (expected !== undefined && !timingSafeEqual(given, expected)) {
      refuse('unauthenticated', {
        detail: 'The metrics want their token.',
        next: 'Send "Authorization: Bearer …" with ROLLCALL_METRICS_TOKEN.',
      });
    }
    const { text, type } = await metrics.render();
    response.type(type).send(text);
  });
  return router;
}
