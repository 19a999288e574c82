/**
 * A deactivation ends what its person can still do here, in its own statement: their sessions, and the API tokens of the administrator
 * that they are (evidence.md PS-4 b). `changed` has the ids that the user's externalId was and is (`object_ids`) and the names that it
 * had and has (`name_keys`), since one request may change them and deactivate. A name counts where no externalId says whose it is.
 * The tables are those of `workspace`, which asks the authority at every request besides.
 */
export const ACCESS_ENDED = `identity as materialized (
    select changed.n, changed.workspace_id, changed.at, changed.credential_id, identity_link.tenant_id, identity_link.object_id
    from changed
    join identity_link on identity_link.workspace_id = changed.workspace_id and identity_link.scim_user_id = changed.subject_id
    where not changed.active
    union
    select changed.n, changed.workspace_id, changed.at, changed.credential_id, administrator.tenant_id, administrator.object_id
    from changed
    join administrator on administrator.workspace_id = changed.workspace_id and administrator.bound_at is not null
      and (administrator.object_id = any(changed.object_ids)
        or cardinality(changed.object_ids) = 0 and administrator.email_key = any(changed.name_keys))
    where not changed.active
    union
    select changed.n, changed.workspace_id, changed.at, changed.credential_id, session.tenant_id, session.object_id
    from changed
    join session on session.workspace_id = changed.workspace_id and session.object_id = any(changed.object_ids)
    where not changed.active
  ), ended as (
    update session set ended_at = identity.at
    from identity
    left join administrator on administrator.workspace_id = identity.workspace_id and administrator.tenant_id = identity.tenant_id
      and administrator.object_id = identity.object_id and administrator.removed_at is null
    where session.workspace_id = identity.workspace_id and session.ended_at is null
      and (session.administrator_id = administrator.id
        or session.tenant_id = identity.tenant_id and session.object_id = identity.object_id)
    returning identity.n
  ), revoked as (
    update api_token set revoked_at = identity.at, revoked_by = 'scim-credential:' || identity.credential_id
    from identity
    join administrator on administrator.workspace_id = identity.workspace_id and administrator.tenant_id = identity.tenant_id
      and administrator.object_id = identity.object_id and administrator.removed_at is null
    where api_token.workspace_id = identity.workspace_id and api_token.administrator_id = administrator.id and api_token.revoked_at is null
    returning identity.n
  )`;

/** The record of it exists only if something ended. */
export const WHEN_ACCESS_ENDED = `(item.type <> 'access.ended'
      or exists (select from ended where ended.n = changed.n) or exists (select from revoked where revoked.n = changed.n))`;
