import type { ScimUserId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { RoleClaim, RoleSource } from '../scim-protocol/index.ts';
import { isLive } from './live-row-store.ts';

/**
 * Why a user has its effective role: `granted`: the deciding claim names it. `not-grantable`: it names a role that the directory may
 * not grant. `unknown-role`: what is claimed names no role of the catalogue. `no-role`: nothing is claimed.
 */
export type RoleReason = 'granted' | 'not-grantable' | 'unknown-role' | 'no-role';

/** The role that a SCIM user has by what the directory says and by the catalogue as it is now. */
export interface EffectiveRole {
  /** The least role unless one is granted; null where the catalogue is empty or even the least role is protected. */
  readonly roleId: string | null;
  readonly because: RoleReason;
  /** The claim that decided; null where there is none. */
  readonly claim: { readonly source: RoleSource; readonly value: string; readonly raw: string } | null;
}

export interface UserRole {
  readonly userId: ScimUserId;
  readonly userName: string;
  readonly displayName: string | null;
  readonly active: boolean;
  readonly role: EffectiveRole;
  /** All that the sources say, those included that are not asked. */
  readonly claims: readonly RoleClaim[];
}

/** Effective role and claims of the users of a relation, by `decide_role`, the one place that knows what claims come to. */
const userRoles = (users: string) => `select scim_user.id as "userId", scim_user.user_name as "userName",
    scim_user.display_name as "displayName", scim_user.active, scim_user.role_claims as claims,
    jsonb_build_object('roleId', decided.role_id, 'because', decided.because, 'claim',
      case when decided.source is not null
        then jsonb_build_object('source', decided.source, 'value', decided.value, 'raw', decided.raw) end) as role
  from ${users}
  cross join lateral decide_role(scim_user.workspace_id, scim_user.role_claims) as decided`;

export interface UserRolesAsked extends Page {
  readonly because?: RoleReason | undefined;
}

/** The users that are not deleted with their roles, in the order in which they came; `because` keeps those that have theirs for it. */
export async function listUserRoles(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, because, limit }: UserRolesAsked,
): Promise<readonly UserRole[]> {
  // Without a reason to look for, the page is cut before anything is decided: a null limit is none.
  const page = `(
      select scim_user.* from scim_user
      where scim_user.workspace_id = $1 and ${isLive('scim_user')} and ($4::uuid is null or scim_user.id > $4::uuid)
      order by scim_user.id
      limit case when $2::text is null then $3::int end
    ) as scim_user`;
  const { rows } = await q.query<UserRole>(
    `${userRoles(page)}
     where $2::text is null or decided.because = $2
     order by scim_user.id
     limit $3`,
    [workspaceId, because ?? null, limit, after ?? null],
  );
  return rows;
}

/** Undefined for a user that is not there or deleted. */
export async function readUserRole(q: Queryable, workspaceId: WorkspaceId, id: ScimUserId): Promise<UserRole | undefined> {
  const { rows } = await q.query<UserRole>(
    `${userRoles('scim_user')}
     where scim_user.workspace_id = $1 and scim_user.id = $2 and ${isLive('scim_user')}`,
    [workspaceId, id],
  );
  return rows[0];
}
