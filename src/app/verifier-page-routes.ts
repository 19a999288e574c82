import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { verifierPagePath } from './package-root.ts';

/**
 * The verifier page (docs/decisions/0051), for whoever asks: it holds nothing of any workspace, and checks in the browser. What it may do stands in its own policy, which holds
 * here in the place of the other pages', and with it that nobody frames it. Throws where the build has not made it.
 */
export function verifierPageRoutes(): Router {
  const page = readFileSync(verifierPagePath(), 'utf8');
  const policy = `${/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`;
  const router = Router();
  router.get('/verify.html', (_request, response) => {
    response.set('content-security-policy', policy).type('html').send(page);
  });
  return router;
}
