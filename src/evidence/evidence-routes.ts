import { pipeline } from 'node:stream/promises';
import type { Request, Router } from 'express';
import { parseId, refuse } from '../kernel/index.ts';
import { contextOf, pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { createInterimReport, type EvidenceDeps } from './create-interim-report.ts';
import { depositRoutes } from './deposit-routes.ts';
import { readDraft, readDrafts } from './draft-store.ts';
import { draftReport, waitingOf } from './final-report.ts';
import { renderBundle } from './render-bundle.ts';
import { refuseUnknownReport, readReportId } from './read-report-id.ts';
import { reportAnchorRoutes } from './report-anchor-routes.ts';
import { readReport, readReports } from './report-store.ts';
import { reviewRoutes } from './review-routes.ts';
import { sampleRoutes } from './sample-routes.ts';
import { sealedReport } from './seal-report.ts';
import { reportFilePath } from './report-file-path.ts';
import { requireReportFile } from './require-report-file.ts';
import { servedHeaders } from './served-file.ts';
import { type ShownReport, showDraft, showReport } from './shown-report.ts';
import { countToldSince } from './told-since-seal-read-model.ts';
import { toldSinceSealRoutes } from './told-since-seal-routes.ts';

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ id }: ShownReport) => id };

/** Reports, from draft to seal, and their bundles. */
export function evidenceRoutes(deps: EvidenceDeps): Router {
  const router = workspaceRouter();

  router.post('/reports', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const { kind, supersedes, ...period } = readRequest(request);
    const doing = { ...period, actor, at: contextOf(request).at };
    if (kind === 'interim') {
      response.status(201).json(showReport(await createInterimReport(deps, workspaceOf(request), doing)));
      return;
    }
    const draft = await draftReport(deps, workspaceOf(request), { ...doing, supersedes });
    response.status(201).json(showDraft(draft, await waitingOf(deps, workspaceOf(request), draft, doing.at)));
  });

  router.get('/reports{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, async (page) => {
      const reports = await readReports(deps.database, workspaceOf(request), page);
      const drafts = await readDrafts(deps.database, workspaceOf(request), page);
      const shown = [...reports.map((report) => showReport(report)), ...drafts.map((draft) => showDraft(draft))];
      return shown.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, page.limit);
    });
    response.json({ reports: rows, next });
  });

  router.get('/reports/:reportId', async (request, response) => {
    requireScope(request, 'read');
    const [workspaceId, reportId] = [workspaceOf(request), readReportId(pathText(request, 'reportId'))];
    const report = await readReport(deps.database, workspaceId, reportId);
    if (report !== undefined) {
      response.json(showReport(report, await countToldSince(deps.database, workspaceId, report)));
      return;
    }
    const draft = (await readDraft(deps.database, workspaceId, reportId)) ?? refuseUnknownReport();
    response.json(showDraft(draft, await waitingOf(deps, workspaceId, draft, contextOf(request).at)));
  });

  router.use(reviewRoutes(deps));
  router.use(sampleRoutes(deps));
  router.use(toldSinceSealRoutes(deps));
  router.use(reportAnchorRoutes(deps));
  router.use(depositRoutes(deps));

  router.get('/reports/:reportId/bundle', async (request, response) => {
    requireScope(request, 'read');
    const { fileName, zip } = await renderBundle(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')));
    response.type('application/zip').attachment(fileName);
    // Whoever hangs up ends it; so does what goes wrong on the way, and leaves the download visibly incomplete.
    await pipeline(zip, response);
  });

  router.get('/reports/:reportId/files/*path', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const { id } = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
    const path = reportFilePath(request);
    const content = await requireReportFile(deps.database, workspaceId, { reportId: id, path });
    response.set(servedHeaders(path, content)).send(content);
  });

  return router;
}

function readRequest(request: Request) {
  const body = readBody(request);
  const kind = body.oneOf('kind', ['interim', 'final']);
  const period = { periodStart: body.instant('periodStart'), periodEnd: body.instant('periodEnd') };
  const superseded = body.has('supersedes') ? body.uuid('supersedes') : null;
  body.end();
  if (kind === 'interim' && superseded !== null) {
    refuse('invalid-request', { detail: 'Only a final report supersedes another.', next: 'Leave "supersedes" out.' });
  }
  if (period.periodStart >= period.periodEnd) refuse('invalid-request', { detail: 'The period must end after it starts.' });
  return { kind, ...period, supersedes: superseded === null ? null : (parseId<'report'>(superseded) ?? refuseUnknownReport()) };
}
