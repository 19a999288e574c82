import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Why two actors may be one person: `hands`, one could have used both credentials; `identity`, both are the same account of a tenant. */
export type Tie = 'hands' | 'identity';

export interface TwoActors {
  readonly requestedBy: string;
  readonly actor: string;
  /** When it was asked for: what was handed over and taken back before is no tie. */
  readonly since: Instant;
}

/**
 * What ties two actors; undefined where nothing does. A credential has been in the hands of whoever made it: an owner's in those of the
 * owner who added them, an administrator's in those of who invited them, until they sign in, and of who issued a token for them.
 * The command line (`system`) is nobody's hands.
 */
export async function tieBetween(
  q: Queryable,
  workspaceId: WorkspaceId,
  { actor, requestedBy, since }: TwoActors,
): Promise<Tie | undefined> {
  const { rows } = await q.query<{ tie: Tie | null }>(
    `with recursive hands (actor, credential) as (
       select given.actor, given.actor from unnest(array[$2, $3]::text[]) as given (actor)
       union
       select hands.actor, made.by
       from hands
       join lateral (
         select owner.created_by from owner
         where owner.workspace_id = $1 and 'owner:' || owner.id = hands.credential
         union all
         select administrator.invited_by from administrator
         where administrator.workspace_id = $1 and 'administrator:' || administrator.id = hands.credential
           and (administrator.bound_at is null or administrator.bound_at > $4::timestamptz)
         union all
         select api_token.created_by from api_token
         where api_token.workspace_id = $1 and 'administrator:' || api_token.administrator_id = hands.credential
           and (api_token.revoked_at is null or api_token.revoked_at > $4::timestamptz)
           and (api_token.expires_at is null or api_token.expires_at > $4::timestamptz)
       ) as made (by) on made.by <> 'system'
     ), identity (actor, tenant_id, object_id) as (
       select 'administrator:' || administrator.id, administrator.tenant_id, administrator.object_id
       from administrator where administrator.workspace_id = $1 and administrator.bound_at is not null
       union all
       select 'owner:' || owner_person.owner_id, owner_person.tenant_id, owner_person.object_id
       from owner_person where owner_person.workspace_id = $1 and owner_person.ended_at is null and owner_person.object_id is not null
       union all
       select 'scim-user:' || identity_link.scim_user_id, identity_link.tenant_id, identity_link.object_id
       from identity_link where identity_link.workspace_id = $1 and 'scim-user:' || identity_link.scim_user_id in ($2, $3)
     )
     select case
       when exists (select from hands asked join hands approves using (credential) where asked.actor = $2 and approves.actor = $3) then 'hands'
       when exists (
         select from identity asked join identity approves using (tenant_id, object_id) where asked.actor = $2 and approves.actor = $3
       ) then 'identity'
     end as tie`,
    [workspaceId, requestedBy, actor, since],
  );
  return rows[0]?.tie ?? undefined;
}
