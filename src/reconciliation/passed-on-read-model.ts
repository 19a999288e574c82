import { instantText } from '../platform/index.ts';

/** SQL for each time that the account of a link that ended was a candidate of the same person afterwards, until a run gave it to somebody else by rule: one text, since it is null nearly always. */
export function doubtsText(link: string): string {
  return `case when ${link}.standing = 'linked' and ${link}.ended_at is not null then (
      select string_agg(concat_ws(' ', ${instantText('own.linked_at')}, ${instantText('own.ended_at')}, own.rule, own.record_id), ';' order by own.ended_at)
      from account_link as own
      where own.workspace_id = $1 and own.person_id = ${link}.person_id and own.system = ${link}.system and own.account_id = ${link}.account_id
        and own.standing = 'ambiguous' and own.linked_at >= ${link}.ended_at and own.ended_at is not null and own.ended_because is null
    ) end`;
}

/**
 * Whether a link (`link`) of workspace `$1` ended because a run gave the account to somebody else by rule: then what it proves of employments
 * that had ended stays proven. Not where a human decided, or where the account was nobody's own by then; what they decide afterwards takes no line
 * from the leaver. `at`: the parameter that holds the instant of the run that asks, which stands among the runs only once it is over. Such links are few,
 * so that all is looked up by key.
 */
export function isPassedOn(at: '$2' | '$3'): string {
  return `(
    link.standing = 'linked' and link.ended_at is not null and link.ended_because is null
    -- Neither theirs again, nor unlinked by hand before. That it may have been theirs for a while, until its identifiers named somebody else alone, changes nothing.
    and (select bool_and(coalesce(own.ended_at <= link.ended_at, false) or (own.standing = 'barred' and own.linked_at > link.ended_at)
                         or (own.standing = 'ambiguous' and own.ended_at is not null and own.ended_because is null))
         from account_link as own
         where own.workspace_id = $1 and own.person_id = link.person_id and own.system = link.system and own.account_id = link.account_id)
    and (link.ended_at = ${at}::timestamptz
         or (select count(*) from reconciliation_run as run where run.workspace_id = $1 and run.as_of = link.ended_at) > 0)
    and (select count(*)
         from account_link as decided
         where decided.workspace_id = $1 and decided.system = link.system and decided.account_id = link.account_id and decided.ended_at is null
           and decided.rule = 'M0' and decided.linked_at = link.ended_at) = 0
    -- As in \`classifiedAccounts\`: a SCIM user goes where its directory account goes.
    and (select count(*)
         from account_classification as classification
         where classification.workspace_id = $1 and classification.ended_at is null and classification.approved_at <= link.ended_at
           and (classification.account_id = link.account_id
                or (link.system = 'scim' and classification.system = 'directory'
                    and (select account.object_id::text from directory_account as account
                         where account.workspace_id = $1 and account.account_id = classification.account_id)
                      = (select lower(scim_user.external_id) from scim_user
                         where scim_user.workspace_id = $1 and scim_user.id = link.account_id)))) = 0
  )`;
}
