import type { Router } from 'express';
import { pathText, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { readDepositAttempts, readDeposits } from './deposit-store.ts';
import { readReportId } from './read-report-id.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';

/** `/reports/{id}/deposits`: where a sealed report's bundle lies under object lock, and what stood in the way. */
export function depositRoutes(deps: SealDeps): Router {
  const router = workspaceRouter();

  router.get('/reports/:reportId/deposits', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const { id } = await sealedReport(deps, workspaceId, readReportId(pathText(request, 'reportId')));
    const deposits = await readDeposits(deps.database, workspaceId, id);
    response.json({
      deposits: deposits.map(({ sha256, ...deposit }) => ({ ...deposit, sha256: sha256.toString('hex') })),
      attempts: await readDepositAttempts(deps.database, workspaceId, id),
    });
  });

  return router;
}
