import type { Request, Response, Router } from 'express';
import { parseId } from '../kernel/index.ts';
import { pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import {
  addSecret,
  addWebhook,
  removeSecret,
  removeWebhook,
  requireWebhook,
  resumeWebhook,
  testWebhook,
  type WebhookDeps,
} from './change-webhook.ts';
import { listDeliveries } from './delivery-store.ts';
import { findWebhook, listWebhooks } from './webhook-store.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };
const MAX_URL = 2_000;

/** `/webhooks`: where overdue findings are sent to, relative to a workspace's address. */
export function webhookRoutes(deps: WebhookDeps): Router {
  const router = workspaceRouter();
  router.get('/webhooks{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listWebhooks(deps.database, workspaceOf(request), page));
    response.json({ webhooks: rows, next });
  });
  router.post('/webhooks', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    const url = body.text('url', { max: MAX_URL });
    body.end();
    response.status(201).json(await addWebhook(deps, workspaceOf(request), { url, actor }));
  });
  router.get('/webhooks/:webhookId/deliveries{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, async (page) => {
      const { id: webhookId } = requireWebhook(await findWebhook(deps.database, workspaceOf(request), idOf(request, 'webhookId')));
      return listDeliveries(deps.database, workspaceOf(request), { webhookId, ...page });
    });
    response.json({ deliveries: rows, next });
  });
  addChanges(router, deps);
  return router;
}

function addChanges(router: Router, deps: WebhookDeps): void {
  const asked = (request: Request) => ({ actor: requireScope(request, 'reconciliation').actor, id: idOf(request, 'webhookId') });
  router.delete('/webhooks/:webhookId', async (request, response: Response) => {
    await removeWebhook(deps, workspaceOf(request), asked(request));
    response.status(204).end();
  });
  router.post('/webhooks/:webhookId/resumption', async (request, response) => {
    const resumed = asked(request);
    readBody(request).end();
    response.json(await resumeWebhook(deps, workspaceOf(request), resumed));
  });
  router.post('/webhooks/:webhookId/test', async (request, response) => {
    const tested = asked(request);
    readBody(request).end();
    response.status(202).json(await testWebhook(deps, workspaceOf(request), tested));
  });
  router.post('/webhooks/:webhookId/secrets', async (request, response) => {
    const { actor, id: webhookId } = asked(request);
    readBody(request).end();
    response.status(201).json(await addSecret(deps, workspaceOf(request), { webhookId, actor }));
  });
  router.delete('/webhooks/:webhookId/secrets/:webhookSecretId', async (request, response) => {
    const { actor, id: webhookId } = asked(request);
    await removeSecret(deps, workspaceOf(request), { webhookId, id: idOf(request, 'webhookSecretId'), actor });
    response.status(204).end();
  });
}

/** Throws DomainError `not-found` for what is no id. */
function idOf(request: Request, name: 'webhookId' | 'webhookSecretId'): string {
  return parseId(pathText(request, name)) ?? requireWebhook(undefined).id;
}
