/**
 * `system, account_id` of the accounts of workspace `$1` that are held to be nobody's own, with the `id` of what classes them: those that are
 * classed, and with a directory account the SCIM user that goes where it goes. `asked` takes in those that wait for an approval, too.
 */
export function classifiedAccounts({ asked }: { readonly asked: boolean }): string {
  const present = `classification.workspace_id = $1 and classification.ended_at is null${asked ? '' : ' and classification.approved_at is not null'}`;
  return `
  select classification.system, classification.account_id, classification.id
  from account_classification as classification
  where ${present}
  union
  select 'scim', coalesce(scim_user.id, identity_link.scim_user_id), classification.id
  from account_classification as classification
  join directory_account as account on account.workspace_id = $1 and account.account_id = classification.account_id
  join directory_connection as connection on connection.workspace_id = $1 and connection.id = account.connection_id
  left join scim_user on scim_user.workspace_id = $1 and lower(scim_user.external_id) = account.object_id::text
  left join identity_link on identity_link.workspace_id = $1 and identity_link.tenant_id = connection.tenant_id
    and identity_link.object_id = account.object_id and scim_user.id is null
  where classification.system = 'directory' and ${present} and coalesce(scim_user.id, identity_link.scim_user_id) is not null`;
}
