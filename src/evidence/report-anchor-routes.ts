import type { Router } from 'express';
import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Anchor, proveCollected, proveConsistency, readAnchor, readAnchorsFrom, readLatestCheckpoint } from '../ledger/index.ts';
import { pathText, positions, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { laterAnchorFiles, laterMetaFiles } from './anchor-files.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { readReportId } from './read-report-id.ts';
import type { Report } from './report-store.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';
import { writeZip } from './write-zip.ts';

const listing = { usual: 50, most: 500, position: positions.id, positionOf: ({ id }: Anchor) => id };

/** The anchors that came after a report's seal: what a bundle cannot hold, since it was there first. */
export function reportAnchorRoutes(deps: EvidenceDeps): Router {
  const router = workspaceRouter();

  router.get('/reports/:reportId/anchors{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const { rows, next } = await readPage(request, listing, async (page) => {
      const { checkpointSize } = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
      return await readAnchorsFrom(deps.database, workspaceId, { size: checkpointSize ?? 0, page });
    });
    response.json({ anchors: rows, next });
  });

  router.get('/reports/:reportId/anchors/:anchorId', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const report = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
    const { fileName, zip } = await renderAnchor(deps, workspaceId, report, pathText(request, 'anchorId'));
    response.type('application/zip').attachment(fileName).send(zip);
  });

  return router;
}

/**
 * An anchor of a checkpoint at or after the report's, with the proof that ties the two: `verify --anchor` takes it beside the bundle. The same
 * bytes each time. Throws DomainError `not-found` for one that is not there, or that is of an earlier checkpoint.
 */
export async function renderAnchor(
  { database }: Pick<SealDeps, 'database'>,
  workspaceId: WorkspaceId,
  { checkpointSize, id: reportId }: Pick<Report, 'id' | 'checkpointSize'>,
  anchorId: string,
): Promise<{ readonly fileName: string; readonly zip: Buffer }> {
  const anchor = positions.id.test(anchorId) ? await readAnchor(database, workspaceId, anchorId) : undefined;
  const checkpoint = await readLatestCheckpoint(database, workspaceId);
  if (anchor === undefined || checkpoint === undefined || checkpointSize === null || anchor.size < checkpointSize) {
    return refuse('not-found', { detail: 'No such anchor was made since the report was sealed.', next: 'GET the list of its anchors.' });
  }
  const consistency = await proveConsistency(database, workspaceId, { checkpoint, from: checkpointSize, to: anchor.size });
  const fileName = `rollcall-anchor-${reportId.slice(-8)}-${anchor.anchoredAt.slice(0, 10)}-${anchor.id.slice(-8)}.zip`;
  if (anchor.kind !== 'meta') return { fileName, zip: await writeZip(laterAnchorFiles({ ...anchor, consistency })) };
  const proofs = await proveCollected(database, workspaceId, anchor.id);
  if (proofs.length === 0)
    refuse('not-found', { detail: 'Nobody outside has signed the meta-log since.', next: 'Try again in some minutes.' });
  return { fileName, zip: await writeZip(laterMetaFiles(proofs, consistency)) };
}
