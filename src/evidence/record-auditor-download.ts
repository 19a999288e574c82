import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import type { AuditorLink } from './auditor-link-store.ts';
import { auditorActor } from './open-auditor-link.ts';

/** Records what is about to be handed over by a link: without the record nothing is. */
export async function recordAuditorDownload(
  database: Database,
  workspaceId: WorkspaceId,
  { at, file, link }: { readonly link: Pick<AuditorLink, 'id' | 'reportId'>; readonly file: string; readonly at: Instant },
): Promise<void> {
  await database.transaction((tx) =>
    appendOne(tx, workspaceId, {
      type: 'auditor-link.downloaded',
      at,
      actor: auditorActor(link.id),
      subject: { kind: 'auditor-link', id: link.id },
      detail: { report: link.reportId, file },
    }),
  );
}
