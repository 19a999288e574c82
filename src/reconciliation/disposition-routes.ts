import type { Request, Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { type BodyReader, pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { approveException, decideDisposition, withdrawDisposition } from './decide-disposition.ts';
import { exceptibleTests, listDispositions } from './disposition-store.ts';
import { type AccountException, exceptAccount } from './except-account.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { dispositionKinds } from './report-population.ts';

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

/** `/dispositions`, relative to a workspace's address. */
export function dispositionRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();

  router.get('/dispositions{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listDispositions(deps.database, workspaceOf(request), page));
    response.json({ dispositions: rows, next });
  });

  router.post('/dispositions', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    const body = readBody(request);
    if (body.has('test')) {
      const exception = exceptionIn(body, actor);
      body.end();
      response.status(201).json(await exceptAccount(deps, workspaceOf(request), exception));
      return;
    }
    const asked = {
      findingId: body.uuid('findingId'),
      kind: body.oneOf('kind', dispositionKinds),
      reason: body.text('reason'),
      ticket: body.optionalText('ticket') ?? null,
      expiresAt: body.optionalInstant('expiresAt') ?? null,
      actor,
    };
    body.end();
    response.status(201).json(await decideDisposition(deps, workspaceOf(request), asked));
  });

  router.post('/dispositions/:id/approval', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    readBody(request).end();
    response.json(await approveException(deps, workspaceOf(request), { id: idOf(request), actor }));
  });

  router.delete('/dispositions/:id', async (request, response) => {
    const { actor } = requireScope(request, 'reconciliation');
    await withdrawDisposition(deps, workspaceOf(request), { id: idOf(request), actor });
    response.status(204).end();
  });

  return router;
}

/** An account is excepted from a test, and nothing else is decided of it. */
function exceptionIn(body: BodyReader, actor: string): AccountException {
  body.oneOf('kind', ['exception']);
  return {
    test: body.oneOf('test', exceptibleTests),
    accountId: body.uuid('accountId'),
    ownerPersonId: body.uuid('ownerPersonId'),
    reason: body.text('reason'),
    ticket: body.optionalText('ticket') ?? null,
    expiresAt: body.optionalInstant('expiresAt') ?? null,
    actor,
  };
}

function idOf(request: Request): string {
  return (
    parseId(pathText(request, 'id')) ??
    refuse('not-found', { detail: 'There is no such disposition, or it has ended.', next: 'GET /dispositions lists them.' })
  );
}
