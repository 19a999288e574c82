import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import type { ExceptibleTest } from './disposition-store.ts';
import type { UnitDisposition } from './report-population.ts';

/** An exception that stands beside a member of a test; one that nobody has approved counts for nothing. */
export interface TestException extends UnitDisposition {
  readonly accountId: string;
  readonly ownerPersonId: string;
}

/** The exceptions of a test that have not ended, of these accounts or all, as of an instant. */
export async function testExceptions(
  q: Queryable,
  workspaceId: WorkspaceId,
  asked: { readonly test: ExceptibleTest; readonly at: Instant; readonly accountIds?: readonly string[] },
): Promise<readonly TestException[]> {
  const { rows } = await q.query<TestException>(
    `select disposition.id, disposition.account_id as "accountId", disposition.owner_person_id as "ownerPersonId", disposition.kind,
       disposition.reason, disposition.ticket, disposition.requested_by as "requestedBy", ${instantText('disposition.requested_at')} as "requestedAt",
       disposition.approved_by as "approvedBy", ${instantText('disposition.approved_at')} as "approvedAt",
       ${instantText('disposition.expires_at')} as "expiresAt", false as "isAfterDeadline"
     from disposition
     where disposition.workspace_id = $1 and disposition.test = $2 and disposition.ended_at is null and disposition.expires_at > $3::timestamptz
       and ($4::uuid[] is null or disposition.account_id = any ($4::uuid[]))
     order by disposition.id`,
    [workspaceId, asked.test, asked.at, asked.accountIds ?? null],
  );
  return rows;
}
