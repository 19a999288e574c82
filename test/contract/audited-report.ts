import { hashToken, systemClock } from '../../src/platform/index.ts';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import type { LivingServers } from './living-servers.ts';

/** What stands behind the # of the link that rows open, and the session that it opened. */
export const LINK_TOKEN = `rcr_${'A'.repeat(43)}`;
const SESSION_TOKEN = `rcw_${'A'.repeat(43)}`;
export const auditorCookie = { cookie: `rollcall-auditor=${SESSION_TOKEN}` };

/** A link that is open in a browser, one to be revoked, and what can be none. */
export async function openToAuditors({ db }: LivingServers, workspaceId: string, reportId: string) {
  const at = systemClock.now();
  const link = async (token: string) => {
    const { rows } = await db.owner.query<{ id: string }>(
      `insert into auditor_link (workspace_id, id, report_id, token_hash, created_at, created_by, expires_at, record_id)
       select report.workspace_id, gen_random_uuid(), report.id, $3, $4, 'system', $5, report.seal_record_id
         from report where report.workspace_id = $1 and report.id = $2
       returning id`,
      [workspaceId, reportId, hashToken(token), at, plusMs(at, DAY_MS)],
    );
    return rows[0]?.id ?? '';
  };
  const auditorLink = await link(LINK_TOKEN);
  await db.owner.query(
    'insert into auditor_session (workspace_id, token_hash, link_id, opened_at, expires_at) values ($1, $2, $3, $4, $5)',
    [workspaceId, hashToken(SESSION_TOKEN), auditorLink, at, plusMs(at, DAY_MS)],
  );
  return { auditorLink, auditorLinkToRevoke: await link('another'), noLink: 'no-link' };
}
