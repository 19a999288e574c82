import { type Request, Router } from 'express';
import { type Instant, parseId, type ReportId, refuse } from '../kernel/index.ts';
import { contextOf, pathText, positions, readBody, readPage, requireScope, workspaceOf } from '../platform/index.ts';
import { createInterimReport, type EvidenceDeps } from './create-interim-report.ts';
import { renderBundle } from './render-bundle.ts';
import { type Report, readReport, readReportFile, readReports } from './report-store.ts';
import { sealedReport } from './seal-report.ts';
import { servedHeaders } from './served-file.ts';

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ id }: Report) => id };

/** Reports and their bundles. */
export function evidenceRoutes(deps: EvidenceDeps): Router {
  const router = Router({ mergeParams: true });

  router.post('/reports', async (request, response) => {
    const principal = requireScope(request, 'evidence');
    const period = readPeriod(request);
    const report = await createInterimReport(deps, workspaceOf(request), { ...period, actor: principal.actor, at: contextOf(request).at });
    response.status(201).json(showReport(report));
  });

  router.get('/reports', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => readReports(deps.database, workspaceOf(request), page));
    response.json({ reports: rows.map(showReport), next });
  });

  router.get('/reports/:reportId', async (request, response) => {
    requireScope(request, 'read');
    const report = await readReport(deps.database, workspaceOf(request), reportIdOf(request));
    response.json(showReport(report ?? refuseUnknown()));
  });

  router.get('/reports/:reportId/bundle', async (request, response) => {
    requireScope(request, 'read');
    const { fileName, zip } = await renderBundle(deps, workspaceOf(request), reportIdOf(request));
    response.type('application/zip').attachment(fileName).send(zip);
  });

  router.get('/reports/:reportId/files/*path', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const { id } = await sealedReport(deps, workspaceId, reportIdOf(request));
    const path = filePathOf(request);
    const content = (await readReportFile(deps.database, workspaceId, { reportId: id, path })) ?? refuseUnknownFile();
    response.set(servedHeaders(path, content)).send(content);
  });

  return router;
}

function readPeriod(request: Request): { readonly periodStart: Instant; readonly periodEnd: Instant } {
  const body = readBody(request);
  body.oneOf('kind', ['interim']);
  const period = { periodStart: body.instant('periodStart'), periodEnd: body.instant('periodEnd') };
  body.end();
  if (period.periodStart < period.periodEnd) return period;
  return refuse('invalid-request', { detail: 'The period must end after it starts.' });
}

function reportIdOf(request: Request): ReportId {
  return parseId<'report'>(pathText(request, 'reportId')) ?? refuseUnknown();
}

/** Looked up among the report's own files as it stands: nothing of it ever reaches a file system. */
function filePathOf(request: Request): string {
  const segments: unknown = request.params['path'];
  const path = Array.isArray(segments) ? segments.join('/') : '';
  return path.includes('\0') ? refuseUnknownFile() : path; // PostgreSQL takes no U+0000 in a text
}

function refuseUnknownFile(): never {
  return refuse('not-found', {
    detail: 'The report has no such file.',
    next: 'manifest.json lists its files; those under log/ are in the bundle.',
  });
}

function refuseUnknown(): never {
  return refuse('not-found', { detail: 'There is no such report.' });
}

function showReport({ manifestSha256, checkpointSize, ...report }: Report) {
  return {
    ...report,
    status: checkpointSize === null ? 'sealing' : 'sealed',
    manifestSha256: manifestSha256.toString('hex'),
    checkpoint: checkpointSize === null ? null : { size: checkpointSize },
  };
}
