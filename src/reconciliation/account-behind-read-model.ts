/** Whether an account of the directory was enabled when it was last shown, by a `stretch` that counts. Those that have vanished are few, so that each is looked up. */
export const wasEnabled = (counts: string) => `(
      select stretch.state = 'enabled'
      from directory_account as account
      join directory_observation as stretch on stretch.workspace_id = $1 and stretch.connection_id = account.connection_id
        and stretch.object_id = account.object_id and stretch.state <> 'vanished' and ${counts}
      where account.workspace_id = $1 and account.account_id = (held.account ->> 'accountId')::uuid
      order by stretch.ordinal desc
      limit 1
    )`;

/**
 * Of a SCIM user (`held`) of somebody with several directory accounts: those behind it, as `AccountsBehind` of the verdicts has them; null of everybody else. States are as
 * they were judged, assignments as they are.
 */
export const accountsBehind = `(
    select jsonb_build_object('behind', jsonb_build_object(
             'states', jsonb_agg(distinct mine.state),
             'assigned', case when bool_or(not mine.is_read) then null
                              when bool_and(mine.is_assigned) then 'all'
                              when bool_or(mine.is_assigned) then 'some'
                              else 'none' end))
    from (
      select shown.*, count(*) over () as accounts, bool_or(shown.is_own) over () as is_any_own
      from (
        select one ->> 'state' as state,
               coalesce(account.object_id::text = lower(scim_user.external_id), false) or exists (
                 select from identity_link
                 where identity_link.workspace_id = $1 and identity_link.scim_user_id = scim_user.id
                   and identity_link.object_id = account.object_id and identity_link.tenant_id = connection.tenant_id
               ) as is_own,
               coalesce(connection.assigned_app_id = connection.scim_app_id, false) as is_read,
               exists (
                 select from directory_app_assignment as assignment
                 where assignment.workspace_id = $1 and assignment.connection_id = account.connection_id
                   and (assignment.principal_id = account.object_id or exists (
                     select from directory_group_member as member
                     where member.workspace_id = $1 and member.connection_id = account.connection_id
                       and member.group_id = assignment.principal_id and member.member_id = account.object_id))
               ) as is_assigned
        from jsonb_array_elements(finding.systems) as one
        join directory_account as account on account.workspace_id = $1 and account.account_id = (one ->> 'accountId')::uuid
        join directory_connection as connection on connection.workspace_id = $1 and connection.id = account.connection_id
        join scim_user on scim_user.workspace_id = $1 and scim_user.id = (held.account ->> 'accountId')::uuid
        where one ->> 'system' = 'directory' and one ->> 'standing' in ('linked', 'classed')
      ) as shown
    ) as mine
    where mine.is_own or not mine.is_any_own
    having min(mine.accounts) > 1
  )`;
