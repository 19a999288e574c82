import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { EXPIRY_WARNING_DAYS } from './credential-expiry.ts';

export interface CredentialUse {
  readonly workspaceId: WorkspaceId;
  readonly id: ScimCredentialId;
  readonly at: Instant;
}

/** A credential that is in use and ends soon, and of which nobody was told for a day. */
export interface ExpiringCredential extends CredentialUse {
  readonly expiresAt: Instant;
}

/**
 * Writes when credentials were last used, where that moved by a minute; each may stand in `uses` once. The rows are locked in
 * one order, since several processes write at the same time. Answers those to be warned about, each once a day.
 */
export async function writeUses(q: Queryable, uses: readonly CredentialUse[]): Promise<readonly ExpiringCredential[]> {
  const { rows } = await q.query<ExpiringCredential & { readonly isWarned: boolean }>(
    `with due as (
       select scim_credential.workspace_id, scim_credential.id, used.at,
         coalesce(scim_credential.expires_at <= used.at + make_interval(days => $4::int)
           and (scim_credential.expiry_warned_at is null or scim_credential.expiry_warned_at <= used.at - interval '1 day'),
           false) as is_warned
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as used (workspace_id, id, at)
       join scim_credential on scim_credential.workspace_id = used.workspace_id and scim_credential.id = used.id
       where scim_credential.last_used_at is null or scim_credential.last_used_at <= used.at - interval '1 minute'
       order by scim_credential.workspace_id, scim_credential.id
       for no key update of scim_credential
     )
     update scim_credential set last_used_at = due.at,
       expiry_warned_at = case when due.is_warned then due.at else scim_credential.expiry_warned_at end
     from due
     where scim_credential.workspace_id = due.workspace_id and scim_credential.id = due.id
     returning scim_credential.workspace_id as "workspaceId", scim_credential.id, due.at, scim_credential.expires_at as "expiresAt",
       due.is_warned as "isWarned"`,
    [uses.map(({ workspaceId }) => workspaceId), uses.map(({ id }) => id), uses.map(({ at }) => at), EXPIRY_WARNING_DAYS],
  );
  return rows.filter(({ isWarned }) => isWarned);
}
