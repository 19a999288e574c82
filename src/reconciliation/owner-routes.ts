import type { Request, Router } from 'express';
import { type OwnerFindingId, parseId, refuse } from '../kernel/index.ts';
import {
  contextOf,
  pathText,
  positions,
  queryText,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { listOwners } from '../workspace/index.ts';
import { acknowledgeAttempts } from './acknowledge-attempts.ts';
import { isOpen, type ListedOwnerFinding, listOwnerFindings } from './owner-finding-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { judgeOwners } from './review-owners.ts';

/** The position says in which half the finding was: who reads the open ones page by page closes them as they go. */
const listing = {
  usual: 100,
  most: 1_000,
  position: positions.idInHalf,
  positionOf: ({ closed, id }: ListedOwnerFinding) => `${closed === null ? 'open' : 'closed'}.${id}`,
};

/** `/owners/standings` and `/owner-findings`, relative to a workspace's address. */
export function ownerRoutes(deps: ReconciliationDependencies): Router {
  const router = workspaceRouter();

  router.get('/owners/standings', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const judged = await judgeOwners(deps.database, workspaceId, contextOf(request).at);
    const present = (await listOwners(deps.database, workspaceId)).filter(({ endedAt }) => endedAt === null);
    const standings = present.map(({ id, lastUsedAt, name }) => {
      const found = judged.find(({ ownerId }) => ownerId === id);
      const { sentence, standing, testimonies } = found ?? nobodyNamed;
      return { owner: { id, name }, lastUsedAt, standing, testimonies, sentence };
    });
    response.json({ standings });
  });

  router.get('/owner-findings{?state,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const state = stateOf(request);
    const { rows, next } = await readPage(request, listing, (page) =>
      listOwnerFindings(deps.database, workspaceOf(request), { state, ...page }),
    );
    response.json({ findings: rows, next });
  });

  router.post('/owner-findings/:id/acknowledgement', async (request, response) => {
    const principal = requireScope(request, 'reconciliation');
    const id: OwnerFindingId | undefined = parseId(pathText(request, 'id'));
    if (id === undefined || !(await isOpen(deps.database, workspaceOf(request), id)))
      refuse('not-found', { detail: 'There is no such finding, or it is closed.', next: 'GET /owner-findings?state=open lists them.' });
    const body = readBody(request);
    const reason = body.text('reason');
    body.end();
    await acknowledgeAttempts(deps, workspaceOf(request), { id, reason, principal });
    response.status(204).end();
  });

  return router;
}

/** Nobody is told when somebody leaves who was never named: that is not the same as being here. */
const nobodyNamed = {
  standing: 'nobody-named',
  testimonies: [],
  sentence: 'Nobody is named as the person behind this owner, so nobody will be told when they leave: PUT owners/{id}/person.',
} as const;

function stateOf(request: Request): 'open' | 'closed' | undefined {
  const text = queryText(request, 'state');
  if (text === undefined || text === 'open' || text === 'closed') return text;
  return refuse('invalid-request', { detail: '"state" must be open or closed.' });
}
