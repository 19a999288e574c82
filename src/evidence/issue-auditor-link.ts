import { DAY_MS, epochMs, type Instant, newId, plusMs, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { type Database, hashToken, newToken, type Principal } from '../platform/index.ts';
import { auditorLinkUrl } from './auditor-address.ts';
import { type AuditorLink, insertAuditorLink } from './auditor-link-store.ts';
import type { Report } from './report-store.ts';

/** An auditor's fieldwork; and no link outlives an audit. */
const USUAL_DAYS = 14;
const MAX_DAYS = 90;

export interface LinkRequest {
  /** Sealed. */
  readonly report: Pick<Report, 'id' | 'manifestSha256'>;
  /** Whom it is for, in words. */
  readonly recipient: string;
  /** Left out: in two weeks. */
  readonly expiresAt: Instant | undefined;
  readonly principal: Pick<Principal, 'actor' | 'expiresAt'>;
  readonly at: Instant;
}

/**
 * Makes a link by which whoever has it reads one sealed report. The token stands in the address alone, behind the `#`, and can be seen this once: only its
 * hash is stored. Throws DomainError `invalid-request` for an end that has passed or is
 * more than 90 days away; `forbidden` when the link would outlive the API token that asks for it.
 */
export async function issueAuditorLink(
  { database, publicUrl }: { readonly database: Database; readonly publicUrl: string },
  workspaceId: WorkspaceId,
  { at, expiresAt: asked, principal, recipient, report }: LinkRequest,
): Promise<AuditorLink & { readonly url: string }> {
  const expiresAt = endOf(asked, at, principal.expiresAt);
  const token = newToken('rcr');
  const link = { id: newId(at), reportId: report.id, createdAt: at, createdBy: principal.actor, expiresAt };
  await database.transaction(async (tx) => {
    const recordId = await appendOne(tx, workspaceId, {
      type: 'auditor-link.issued',
      at,
      actor: principal.actor,
      subject: { kind: 'auditor-link', id: link.id },
      detail: { report: report.id, manifest: `sha256:${report.manifestSha256.toString('hex')}`, expires_at: expiresAt },
      disclose: { recipient },
    });
    await insertAuditorLink(tx, workspaceId, { ...link, tokenHash: hashToken(token), recordId });
  });
  return { ...link, recipient, revokedAt: null, revokedBy: null, url: auditorLinkUrl(publicUrl, workspaceId, { linkId: link.id, token }) };
}

function endOf(asked: Instant | undefined, at: Instant, credentialEndsAt: Instant | undefined): Instant {
  const expiresAt = asked ?? plusMs(at, USUAL_DAYS * DAY_MS);
  if (epochMs(expiresAt) < epochMs(at) + 1000) refuse('invalid-request', { detail: '"expiresAt" lies in the past.' });
  if (expiresAt > plusMs(at, MAX_DAYS * DAY_MS)) refuse('invalid-request', { detail: `A link ends within ${MAX_DAYS} days.` });
  if (credentialEndsAt !== undefined && expiresAt > credentialEndsAt) {
    refuse('forbidden', { detail: `The link would outlive the token that asks for it, which ends at ${credentialEndsAt}.` });
  }
  return expiresAt;
}
