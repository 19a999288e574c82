import type { Request, Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { contextOf, pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { readDraft } from './draft-store.ts';
import { freezeReport } from './final-report.ts';
import { refuseUnknownReport, readReportId } from './read-report-id.ts';
import { discardReport, findingsUnderReview, respondToFinding, sealFinalReport } from './review-report.ts';
import { showDraft, showReport } from './shown-report.ts';

const listing = {
  usual: 100,
  most: 1_000,
  position: positions.id,
  positionOf: ({ findingId }: { readonly findingId: string }) => findingId,
};

/** A final report from its freezing to its seal. */
export function reviewRoutes(deps: EvidenceDeps): Router {
  const router = workspaceRouter();

  router.delete('/reports/:reportId', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    await discardReport(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')), { actor, at: contextOf(request).at });
    response.status(204).end();
  });

  router.post('/reports/:reportId/freeze', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    readBody(request).end();
    const draft = await freezeReport(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')), {
      actor,
      at: contextOf(request).at,
    });
    response.json(showDraft(draft));
  });

  router.get('/reports/:reportId/responses{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) =>
      findingsUnderReview(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')), page),
    );
    response.json({ responses: rows, next });
  });

  router.put('/reports/:reportId/responses/:findingId', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    await requireDraft(deps, request);
    const body = readBody(request);
    const said = { findingId: findingIdOf(request), response: body.text('response'), actor, at: contextOf(request).at };
    body.end();
    response.json(await respondToFinding(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')), said));
  });

  router.post('/reports/:reportId/seal', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    readBody(request).end();
    const doing = { actor, at: contextOf(request).at };
    response.json(showReport(await sealFinalReport(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')), doing)));
  });

  return router;
}

/** What an address names is looked for before its body is read. */
async function requireDraft({ database }: EvidenceDeps, request: Request): Promise<void> {
  if ((await readDraft(database, workspaceOf(request), readReportId(pathText(request, 'reportId')))) === undefined) refuseUnknownReport();
}

function findingIdOf(request: Request): string {
  return parseId<'finding'>(pathText(request, 'findingId')) ?? refuse('not-found', { detail: 'The report has no such finding.' });
}
