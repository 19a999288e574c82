import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { inSnapshot } from '../platform/index.ts';
import { isAhead } from './decide-freeze.ts';
import { gatherContent } from './gather-facts.ts';
import { reportFiles } from './report-files.ts';
import type { Report } from './report-store.ts';
import { sealInputs } from './seal-inputs.ts';
import { readNaming } from './read-naming.ts';
import { type SealDeps, sealReport } from './seal-report.ts';

export interface EvidenceDeps extends SealDeps {
  /** The text of verify.mjs, which goes into every bundle. */
  readonly verifierSource: string;
  /** Of this program: every report says what made it. */
  readonly softwareVersion: string;
}

export interface InterimReportRequest {
  readonly periodStart: Instant;
  /** Not included. May lie ahead: an interim report speaks of what is known by now. */
  readonly periodEnd: Instant;
  readonly actor: string;
  readonly at: Instant;
}

/**
 * Writes and seals a report on a period as the latest reconciliation run judged it. Pending verdicts are listed as
 * pending; the whole never passes (I10).
 * Throws DomainError `ledger-behind` when the ledger cannot be sealed, `conflict` when nothing was
 * reconciled yet, or as of an instant that has not come, or another report was sealed, frozen or given up at the same moment.
 */
export async function createInterimReport(deps: EvidenceDeps, workspaceId: WorkspaceId, request: InterimReportRequest): Promise<Report> {
  const { actor, at, ...period } = request;
  const plan = { reportId: newId<'report'>(at), kind: 'INTERIM' as const, version: 1, supersedes: null, at, ...period };
  const content = await inSnapshot(deps.database, (q) => gatherContent(q, workspaceId, { ...plan, softwareVersion: deps.softwareVersion }));
  if (isAhead(content.asOf, at)) {
    refuse('conflict', {
      detail: `The latest run judged as of ${content.asOf}, which has not come yet: the clock was set back since.`,
      next: 'Ask again then.',
    });
  }
  const { earlier, leavesOpen, reportsBefore, ...inputs } = await sealInputs(deps, workspaceId, content);
  const written = { ...content, createdAt: at, createdBy: actor, frozen: null, responses: [], leavesOpen, ...earlier };
  const document = { ...written, ...(await readNaming(deps.database, workspaceId, written)) };
  return await sealReport(deps, document, { files: await reportFiles(document, { ...inputs, ...deps }), reportsBefore });
}
