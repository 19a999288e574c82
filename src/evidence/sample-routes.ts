import type { Router } from 'express';
import { contextOf, pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { drawFromReport } from './draw-from-report.ts';
import { readReportId, refuseUnknownReport } from './read-report-id.ts';
import { readReport } from './report-store.ts';
import { listSamples } from './sample-store.ts';

/** An auditor samples dozens; whoever wants more has the population. */
const MAX_SAMPLE = 10_000;

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

/** `/reports/{id}/samples`: whoever may read a report may draw from it. */
export function sampleRoutes(deps: EvidenceDeps): Router {
  const router = workspaceRouter();

  router.get('/reports/:reportId/samples{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const [workspaceId, reportId] = [workspaceOf(request), readReportId(pathText(request, 'reportId'))];
    if ((await readReport(deps.database, workspaceId, reportId)) === undefined) refuseUnknownReport();
    const { rows, next } = await readPage(request, listing, (page) => listSamples(deps.database, workspaceId, reportId, page));
    response.json({ samples: rows, next });
  });

  router.post('/reports/:reportId/samples', async (request, response) => {
    const { actor } = requireScope(request, 'read');
    const [workspaceId, reportId] = [workspaceOf(request), readReportId(pathText(request, 'reportId'))];
    if ((await readReport(deps.database, workspaceId, reportId)) === undefined) refuseUnknownReport();
    const body = readBody(request);
    const asked = { seed: body.text('seed'), size: body.integer('size', { min: 1, max: MAX_SAMPLE }), actor, at: contextOf(request).at };
    body.end();
    response.status(201).json(await drawFromReport(deps, workspaceId, reportId, asked));
  });

  return router;
}
