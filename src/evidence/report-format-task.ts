import type { Task } from '../jobs/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { REPORT_FORMAT } from './report-document.ts';
import { workspacesWithoutFormat } from './report-format-store.ts';

const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Workspaces that are told of at a time; of more the next time. */
const AT_ONCE = 1_000;

/**
 * Records in each ledger in which format reports are written from then on. An earlier one is concluded by an earlier rule, which may be kinder: the verifier
 * refuses a report of it that was sealed after this record.
 */
export function reportFormatTask({ clock, database }: { readonly clock: Clock; readonly database: Database }): Task {
  return {
    name: 'evidence.format',
    schedule: EVERY_TEN_MINUTES,
    run: async () => {
      for (const workspaceId of await workspacesWithoutFormat(database, { format: REPORT_FORMAT, limit: AT_ONCE })) {
        await database.transaction((tx) =>
          appendOne(tx, workspaceId, {
            type: 'report.format.set',
            at: clock.now(),
            actor: 'system',
            subject: { kind: 'workspace', id: workspaceId },
            after: { format: REPORT_FORMAT },
          }),
        );
      }
    },
  };
}
