import { refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { appendOne } from './append.ts';
import { readRetention, type Retention, writeRetention } from './retention-store.ts';

/** The look-back of a Type II audit, and room for it to be late. */
export const LEAST_MONTHS = 18;
export const MOST_MONTHS = 1_200;

interface AskedRetention extends Pick<Retention, 'months'> {
  readonly actor: string;
  /** Left out: as it stands, where there is none. */
  readonly reportMonths?: Retention['reportMonths'] | undefined;
}

/**
 * Sets for how long personal data beside records is kept, and the files of reports (null: for good). What a purge has erased by then does not come
 * back. Throws DomainError `invalid-request` where the files of reports are left out although a number stands: nobody lifts it by not knowing of it.
 */
export async function setRetention(
  { clock, database }: { readonly clock: Clock; readonly database: Database },
  workspaceId: WorkspaceId,
  { actor, months, reportMonths: told }: AskedRetention,
): Promise<Retention> {
  const at = clock.now();
  return database.transaction(async (tx) => {
    const before = await readRetention(tx, workspaceId);
    const reportMonths = told === undefined ? requireNone(before) : told;
    await writeRetention(tx, workspaceId, { months, reportMonths, at, actor });
    const subject = { kind: 'workspace', id: workspaceId };
    await appendOne(tx, workspaceId, {
      type: 'ledger.retention.set',
      at,
      actor,
      subject,
      before: { months: before.months, report_months: before.reportMonths },
      after: { months, report_months: reportMonths },
    });
    return readRetention(tx, workspaceId);
  });
}

function requireNone({ reportMonths }: Retention): null {
  if (reportMonths === null) return null;
  return refuse('invalid-request', {
    detail: `"reportMonths" is left out, and the files of reports are kept for ${reportMonths} months.`,
    next: `Say ${reportMonths} again, another number, or null: they are kept for good then.`,
  });
}
