import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** A link by which an auditor reads one sealed report. */
export interface AuditorLink {
  readonly id: string;
  readonly reportId: ReportId;
  /** Whom it was made for, in words; null once that was erased. */
  readonly recipient: string | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

/** Whom it was made for stands beside the record of its issuing alone, where it can be erased. */
const linkColumns = `link.id, link.report_id as "reportId",
  (select disclosure.value #>> '{}' from ledger_disclosure as disclosure
    where disclosure.workspace_id = link.workspace_id and disclosure.record_id = link.record_id and disclosure.path = 'recipient') as recipient,
  link.created_at as "createdAt", link.created_by as "createdBy",
  link.expires_at as "expiresAt", link.revoked_at as "revokedAt", link.revoked_by as "revokedBy"`;

export interface NewAuditorLink extends Omit<AuditorLink, 'recipient' | 'revokedAt' | 'revokedBy'> {
  readonly tokenHash: Buffer;
  readonly recordId: LedgerRecordId;
}

export async function insertAuditorLink(tx: Queryable, workspaceId: WorkspaceId, link: NewAuditorLink): Promise<void> {
  await tx.query(
    `insert into auditor_link (workspace_id, id, report_id, token_hash, created_at, created_by, expires_at, record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, link.id, link.reportId, link.tokenHash, link.createdAt, link.createdBy, link.expiresAt, link.recordId],
  );
}

/** A link with how often it was opened, and when last. */
export interface UsedAuditorLink extends AuditorLink {
  readonly opened: number;
  readonly lastOpenedAt: Instant | null;
}

/** A report's links, newest first. */
export async function readAuditorLinks(
  q: Queryable,
  workspaceId: WorkspaceId,
  { page, reportId }: { readonly reportId: ReportId; readonly page: Page },
): Promise<readonly UsedAuditorLink[]> {
  const { rows } = await q.query<UsedAuditorLink>(
    `select ${linkColumns}, used.opened, used."lastOpenedAt"
       from auditor_link as link
       cross join lateral (
         select count(*)::int as opened, max(session.opened_at) as "lastOpenedAt"
           from auditor_session as session
          where session.workspace_id = link.workspace_id and session.link_id = link.id
       ) as used
      where link.workspace_id = $1 and link.report_id = $2 and ($3::uuid is null or link.id < $3::uuid)
      order by link.id desc
      limit $4`,
    [workspaceId, reportId, page.after ?? null, page.limit],
  );
  return rows;
}

/** Whatever has become of it; with the hash of its token. */
export async function readAuditorLink(
  q: Queryable,
  workspaceId: WorkspaceId,
  id: string,
): Promise<(AuditorLink & { readonly tokenHash: Buffer }) | undefined> {
  const { rows } = await q.query<AuditorLink & { tokenHash: Buffer }>(
    `select ${linkColumns}, link.token_hash as "tokenHash"
       from auditor_link as link
      where link.workspace_id = $1 and link.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Whether it was there and was not revoked before. */
export async function markAuditorLinkRevoked(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { actor, at, id, reportId }: { readonly id: string; readonly reportId: ReportId; readonly at: Instant; readonly actor: string },
): Promise<boolean> {
  const { count } = await tx.query(
    `update auditor_link as link set revoked_at = $4, revoked_by = $5
      where link.workspace_id = $1 and link.id = $2 and link.report_id = $3 and link.revoked_at is null`,
    [workspaceId, id, reportId, at, actor],
  );
  return count === 1;
}

export interface NewAuditorSession {
  readonly linkId: string;
  readonly tokenHash: Buffer;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
}

export async function insertAuditorSession(tx: Queryable, workspaceId: WorkspaceId, session: NewAuditorSession): Promise<void> {
  await tx.query('insert into auditor_session (workspace_id, token_hash, link_id, opened_at, expires_at) values ($1, $2, $3, $4, $5)', [
    workspaceId,
    session.tokenHash,
    session.linkId,
    session.openedAt,
    session.expiresAt,
  ]);
}

/** A browser in which a link stands open. */
export interface LiveAuditorSession extends AuditorLink {
  readonly sessionEndsAt: Instant;
}

/** The session of that token, while it runs, and while its link is neither revoked nor over. Of no other link than the one that is named. */
export async function findAuditorSession(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, linkId, tokenHash }: { readonly linkId: string; readonly tokenHash: Buffer; readonly at: Instant },
): Promise<LiveAuditorSession | undefined> {
  const { rows } = await q.query<LiveAuditorSession>(
    `select ${linkColumns}, session.expires_at as "sessionEndsAt"
       from auditor_session as session
       join auditor_link as link on link.workspace_id = session.workspace_id and link.id = session.link_id
      where session.workspace_id = $1 and session.token_hash = $2 and session.link_id = $3
        and session.ended_at is null and session.expires_at > $4 and link.revoked_at is null and link.expires_at > $4`,
    [workspaceId, tokenHash, linkId, at],
  );
  return rows[0];
}

export async function markAuditorSessionEnded(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, tokenHash }: { readonly tokenHash: Buffer; readonly at: Instant },
): Promise<void> {
  await tx.query(
    'update auditor_session as session set ended_at = $3 where session.workspace_id = $1 and session.token_hash = $2 and session.ended_at is null',
    [workspaceId, tokenHash, at],
  );
}
