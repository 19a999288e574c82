import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { System } from './report-population.ts';

/** A decision on whose an account is that takes two people, as it was asked for and what became of it. */
export interface LinkRequest {
  /** Also of the link or bar that an approval makes. */
  readonly id: string;
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly action: 'link' | 'unlink';
  readonly reason: string;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly approvedAt: Instant | null;
  readonly approvedBy: string | null;
  /** When it was withdrawn; null while it waits, and once it is approved. */
  readonly endedAt: Instant | null;
}

const columns = `request.id, request.person_id as "personId", request.system, request.account_id as "accountId", request.action, request.reason,
  request.requested_at as "requestedAt", request.requested_by as "requestedBy", request.approved_at as "approvedAt",
  request.approved_by as "approvedBy", request.ended_at as "endedAt"`;

export async function insertLinkRequest(
  tx: Queryable,
  workspaceId: WorkspaceId,
  row: LinkRequest & { readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `insert into account_link_request (workspace_id, id, person_id, system, account_id, action, reason, requested_at, requested_by, record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [workspaceId, row.id, row.personId, row.system, row.accountId, row.action, row.reason, row.requestedAt, row.requestedBy, row.recordId],
  );
}

/** One that was not withdrawn, by its id. */
export async function findLinkRequest(tx: Queryable, workspaceId: WorkspaceId, id: string): Promise<LinkRequest | undefined> {
  const { rows } = await tx.query<LinkRequest>(
    `select ${columns} from account_link_request as request
     where request.workspace_id = $1 and request.id = $2 and request.ended_at is null`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Whether a decision about the two waits for somebody. */
export async function isLinkAskedFor(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { personId, system, accountId }: Pick<LinkRequest, 'personId' | 'system' | 'accountId'>,
): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(
    `select exists (
       select from account_link_request as request
       where request.workspace_id = $1 and request.system = $2 and request.account_id = $3 and request.person_id = $4
         and request.approved_at is null and request.ended_at is null
     ) as found`,
    [workspaceId, system, accountId, personId],
  );
  return rows[0]?.found === true;
}

export interface RequestMark {
  readonly id: string;
  readonly at: Instant;
  readonly recordId: LedgerRecordId;
}

export async function approveLinkRequest(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { actor, at, id, recordId }: RequestMark & { readonly actor: string },
): Promise<void> {
  await tx.query(
    `update account_link_request as request
     set approved_at = $3::timestamptz, approved_by = $4, approval_record_id = $5
     where request.workspace_id = $1 and request.id = $2`,
    [workspaceId, id, at, actor, recordId],
  );
}

export async function endLinkRequest(tx: Queryable, workspaceId: WorkspaceId, { at, id, recordId }: RequestMark): Promise<void> {
  await tx.query(
    `update account_link_request as request
     set ended_at = $3::timestamptz, end_record_id = $4
     where request.workspace_id = $1 and request.id = $2`,
    [workspaceId, id, at, recordId],
  );
}

/** All that were ever asked for, newest first. */
export async function listLinkRequests(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly LinkRequest[]> {
  const { rows } = await q.query<LinkRequest>(
    `select ${columns} from account_link_request as request
     where request.workspace_id = $1 and ($2::uuid is null or request.id < $2::uuid)
     order by request.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}
