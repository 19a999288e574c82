import { type Instant, type ReportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { eraseSubjects } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { readAuditorLink } from './auditor-link-store.ts';
import { isLive } from './open-auditor-link.ts';

export interface LinkErasure {
  readonly reportId: ReportId;
  readonly linkId: string;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Erases whom a link was made out to, with the reasons that were given for what was done to it; the link and its records stay. Throws DomainError
 * `not-found` for a link that the report has not, and where nothing is disclosed any more; `conflict` while it still opens: nobody would know who may read.
 */
export async function eraseAuditorLink(
  database: Database,
  workspaceId: WorkspaceId,
  { actor, at, linkId, reportId }: LinkErasure,
): Promise<{ readonly values: number; readonly records: number }> {
  return database.transaction(async (tx) => {
    const link = await readAuditorLink(tx, workspaceId, linkId);
    if (link?.reportId !== reportId) return refuse('not-found', { detail: 'The report has no such link.' });
    if (isLive(link, at))
      refuse('conflict', { detail: 'The link still opens the report.', next: 'DELETE it first, or wait until it is over.' });
    return await eraseSubjects(tx, workspaceId, { subject: { kind: 'auditor-link', id: linkId }, subjectIds: [linkId], at, actor });
  });
}
