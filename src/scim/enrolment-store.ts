import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { MicrosoftCloud, Queryable } from '../platform/index.ts';
import type { Caller, FoundCredential } from './scim-credential.ts';

/** The enrolment of a tenant whose tokens are taken, as a request finds it. */
export interface Enrolment extends FoundCredential {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly caller: Caller | null;
  readonly seenCaller: Caller | null;
}

/** The tenant's enrolment in this workspace: the live one, or else the latest that has ended. */
export async function findEnrolment(q: Queryable, workspaceId: WorkspaceId, tenantId: string, at: Instant): Promise<Enrolment | undefined> {
  const { rows } = await q.query<Enrolment>(
    `select scim_credential.id, scim_credential.mode, scim_switch.state as "switchState",
       scim_credential.revoked_at is null and (scim_credential.expires_at is null or scim_credential.expires_at > $3::timestamptz) as "isLive",
       scim_credential.expires_at as "endsAt", scim_credential.cloud, scim_credential.tenant_id as "tenantId", scim_credential.issuer,
       scim_credential.audiences,
       case when scim_credential.caller_app_id is not null then jsonb_build_object(
         'appId', scim_credential.caller_app_id, 'objectId', scim_credential.caller_object_id) end as caller,
       case when scim_credential.seen_at is not null then jsonb_build_object(
         'appId', scim_credential.seen_app_id, 'objectId', scim_credential.seen_object_id) end as "seenCaller"
     from scim_credential
     join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
     where scim_credential.workspace_id = $1 and scim_credential.kind = 'entra-jwt' and scim_credential.tenant_id = $2
     order by scim_credential.revoked_at is null desc, scim_credential.id desc
     limit 1`,
    [workspaceId, tenantId, at],
  );
  return rows[0];
}

/**
 * Whether another workspace is connected to the tenant: reads it, signs its people in, or takes its tokens. It is asked across
 * workspaces and tells nothing but yes or no (I12).
 */
export async function isTenantShared(q: Queryable, workspaceId: WorkspaceId, tenantId: string): Promise<boolean> {
  const { rows } = await q.query<{ readonly isShared: boolean }>(
    `select exists (select 1 from directory_connection
         where directory_connection.tenant_id = $2 and directory_connection.removed_at is null and directory_connection.workspace_id <> $1)
       or exists (select 1 from sso_connection
         where sso_connection.tenant_id = $2 and sso_connection.state = 'active' and sso_connection.workspace_id <> $1)
       or exists (select 1 from scim_credential
         where scim_credential.tenant_id = $2 and scim_credential.kind = 'entra-jwt' and scim_credential.revoked_at is null
           and scim_credential.workspace_id <> $1) as "isShared"`,
    [workspaceId, tenantId],
  );
  return rows[0]?.isShared ?? true;
}

/** Keeps the first caller who was seen, for an administrator to confirm; a later one changes nothing. */
export async function noteSeenCaller(
  q: Queryable,
  workspaceId: WorkspaceId,
  id: ScimCredentialId,
  seen: Caller & { readonly at: Instant },
): Promise<void> {
  await q.query(
    `update scim_credential set seen_app_id = $3, seen_object_id = $4, seen_at = $5
     where scim_credential.workspace_id = $1 and scim_credential.id = $2 and scim_credential.seen_at is null
       and scim_credential.revoked_at is null and scim_credential.caller_app_id is null`,
    [workspaceId, id, seen.appId, seen.objectId, seen.at],
  );
}

/** Confirms a caller; the row is locked by who asks. */
export async function confirmSeenCaller(tx: Queryable, workspaceId: WorkspaceId, id: ScimCredentialId, caller: Caller): Promise<void> {
  await tx.query(
    `update scim_credential set caller_app_id = $3, caller_object_id = $4
     where scim_credential.workspace_id = $1 and scim_credential.id = $2`,
    [workspaceId, id, caller.appId, caller.objectId],
  );
}
