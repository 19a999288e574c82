/**
 * Whether an account of the directory was enabled when it was last shown, by a `stretch` that counts. Those that have vanished are few, so that each is looked up; nothing is joined,
 * since whoever goes through a population joins by hashing, and would read all stretches for each.
 */
export const wasEnabled = (counts: string) => `(
      select (
        select stretch.state = 'enabled'
        from directory_observation as stretch
        where stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
          and stretch.state <> 'vanished' and ${counts}
        order by stretch.ordinal desc
        limit 1
      )
      from directory_account as account
      where account.workspace_id = $1 and account.account_id = (held.account ->> 'accountId')::uuid
    )`;

/**
 * Of a SCIM user (`held`) of somebody with several directory accounts: those behind it, as `AccountsBehind` of the verdicts has them; null of everybody else. States are as
 * they were judged, assignments as they are. Each join is fenced (`offset 0`) and by a key, for the same reason.
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
               coalesce(account.object_id::text = (
                 select lower(scim_user.external_id) from scim_user where scim_user.workspace_id = $1 and scim_user.id = (held.account ->> 'accountId')::uuid
               ), false) or exists (
                 select from identity_link
                 where identity_link.workspace_id = $1 and identity_link.scim_user_id = (held.account ->> 'accountId')::uuid
                   and identity_link.object_id = account.object_id and identity_link.tenant_id = account.tenant_id
               ) as is_own,
               account.is_read,
               exists (
                 select from directory_app_assignment as assignment
                 where assignment.workspace_id = $1 and assignment.connection_id = account.connection_id and assignment.principal_id = account.object_id
               ) or exists (
                 select from directory_group_member as member
                 cross join lateral (
                   select from directory_app_assignment as assignment
                   where assignment.workspace_id = $1 and assignment.connection_id = member.connection_id and assignment.principal_id = member.group_id
                   offset 0
                 ) as assigned
                 where member.workspace_id = $1 and member.connection_id = account.connection_id and member.member_id = account.object_id
               ) as is_assigned
        from jsonb_array_elements(finding.systems) as one
        cross join lateral (
          select account.connection_id, account.object_id, connection.tenant_id, connection.is_read
          from directory_account as account
          cross join lateral (
            select connection.tenant_id, coalesce(connection.assigned_app_id = connection.scim_app_id, false) as is_read
            from directory_connection as connection
            where connection.workspace_id = $1 and connection.id = account.connection_id
            offset 0
          ) as connection
          where account.workspace_id = $1 and account.account_id = (one ->> 'accountId')::uuid
          offset 0
        ) as account
        where one ->> 'system' = 'directory' and one ->> 'standing' in ('linked', 'classed')
      ) as shown
    ) as mine
    where mine.is_own or not mine.is_any_own
    having min(mine.accounts) > 1
  )`;
