import { timingSafeEqual } from 'node:crypto';
import { epochMs, HOUR_MS, type Instant, plusMs, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { type Database, hashToken, newToken } from '../platform/index.ts';
import { type AuditorLink, insertAuditorSession, readAuditorLink } from './auditor-link-store.ts';

/** As long as reading takes; the link opens another one. */
const SESSION_MS = HOUR_MS;

export interface OpenedSession {
  readonly token: string;
  readonly lastsMs: number;
}

/**
 * Exchanges the token of a link for a session in the browser that shows it. A link may be opened again and again until it ends, each time to
 * a record. Throws DomainError `unauthenticated`, in the same words and after the same work, for a link that is unknown, over or revoked, and for a wrong token.
 */
export async function openAuditorLink(
  database: Database,
  workspaceId: WorkspaceId,
  { at, linkId, token }: { readonly linkId: string; readonly token: string; readonly at: Instant },
): Promise<OpenedSession> {
  const link = await readAuditorLink(database, workspaceId, linkId);
  const hash = hashToken(token);
  const isIts = timingSafeEqual(hash, link?.tokenHash ?? Buffer.alloc(hash.length));
  if (link === undefined || !isIts || !isLive(link, at)) return refuseLink();
  const expiresAt = [plusMs(at, SESSION_MS), link.expiresAt].toSorted()[0] ?? link.expiresAt;
  const session = newToken('rcw');
  await database.transaction(async (tx) => {
    await insertAuditorSession(tx, workspaceId, { linkId, tokenHash: hashToken(session), openedAt: at, expiresAt });
    await appendOne(tx, workspaceId, {
      type: 'auditor-link.opened',
      at,
      actor: auditorActor(linkId),
      subject: { kind: 'auditor-link', id: linkId },
      detail: { report: link.reportId },
    });
  });
  return { token: session, lastsMs: epochMs(expiresAt) - epochMs(at) };
}

/** Whether it opens the report. */
export function isLive({ expiresAt, revokedAt }: AuditorLink, at: Instant): boolean {
  return revokedAt === null && expiresAt > at;
}

/** Whoever has the link, as the ledger names them: it does not know more. */
export function auditorActor(linkId: string): string {
  return `auditor-link:${linkId}`;
}

export function refuseLink(): never {
  return refuse('unauthenticated', {
    detail: 'This link opens nothing here: it is over, was taken back, or is not whole.',
    next: 'Open it again from where you got it. If that does not help, ask whoever sent it for a new one.',
  });
}
