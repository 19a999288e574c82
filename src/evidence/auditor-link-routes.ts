import type { Router } from 'express';
import { refuse } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { contextOf, pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { type AuditorLink, markAuditorLinkRevoked, readAuditorLinks } from './auditor-link-store.ts';
import { eraseAuditorLink } from './erase-auditor-link.ts';
import { issueAuditorLink } from './issue-auditor-link.ts';
import { readReportId, refusePurged } from './read-report-id.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ id }: AuditorLink) => id };
const MAX_RECIPIENT = 200;

/** `/reports/{id}/auditor-links`, for those who give them out, relative to a workspace's address. */
export function auditorLinkRoutes(deps: SealDeps & { readonly publicUrl: string }): Router {
  const router = workspaceRouter();
  const { database } = deps;

  router.post('/reports/:reportId/auditor-links', async (request, response) => {
    const principal = requireScope(request, 'evidence');
    const report = await sealedReport(deps, workspaceOf(request), readReportId(pathText(request, 'reportId')));
    if (report.purged !== null) refusePurged(report.purged);
    const body = readBody(request);
    const recipient = body.text('recipient', { max: MAX_RECIPIENT });
    const expiresAt = body.has('expiresAt') ? body.instant('expiresAt') : undefined;
    body.end();
    const asked = { report, recipient, expiresAt, principal, at: contextOf(request).at };
    response.status(201).json(await issueAuditorLink(deps, workspaceOf(request), asked));
  });

  router.get('/reports/:reportId/auditor-links{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const { rows, next } = await readPage(request, listing, async (page) => {
      const { id: reportId } = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
      return await readAuditorLinks(database, workspaceId, { reportId, page });
    });
    response.json({ links: rows, next });
  });

  router.delete('/reports/:reportId/auditor-links/:linkId', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const [workspaceId, at, id] = [workspaceOf(request), contextOf(request).at, pathText(request, 'linkId')];
    const reportId = readReportId(pathText(request, 'reportId'));
    await database.transaction(async (tx) => {
      if (!positions.id.test(id) || !(await markAuditorLinkRevoked(tx, workspaceId, { id, reportId, at, actor }))) {
        refuse('not-found', { detail: 'The report has no such link, or it was revoked before.' });
      }
      await appendOne(tx, workspaceId, {
        type: 'auditor-link.revoked',
        at,
        actor,
        subject: { kind: 'auditor-link', id },
        detail: { report: reportId },
      });
    });
    response.status(204).end();
  });

  router.post('/reports/:reportId/auditor-links/:linkId/erasure', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const [workspaceId, at, linkId] = [workspaceOf(request), contextOf(request).at, pathText(request, 'linkId')];
    const reportId = readReportId(pathText(request, 'reportId'));
    readBody(request).end();
    if (!positions.id.test(linkId)) refuse('not-found', { detail: 'The report has no such link.' });
    response.json(await eraseAuditorLink(database, workspaceId, { reportId, linkId, at, actor }));
  });

  return router;
}
