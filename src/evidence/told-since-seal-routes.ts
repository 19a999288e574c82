import type { Router } from 'express';
import { pathText, positions, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { readReportId } from './read-report-id.ts';
import { sealedReport } from './seal-report.ts';
import { type LeaverToldSince, listToldSince } from './told-since-seal-read-model.ts';

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ findingId }: LeaverToldSince) => findingId };

/** Whom HR told of after the as-of of a sealed report, as having left within its period. */
export function toldSinceSealRoutes(deps: EvidenceDeps): Router {
  const router = workspaceRouter();
  router.get('/reports/:reportId/leavers-told-since{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const report = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
    const { rows, next } = await readPage(request, listing, (page) => listToldSince(deps.database, workspaceId, { report, ...page }));
    response.json({ leavers: rows, next });
  });
  return router;
}
