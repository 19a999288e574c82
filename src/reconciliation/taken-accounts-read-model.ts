import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { DecidedBy, TakenFromPerson } from './report-population.ts';

/** Who asked for a decision, who approved it and why, by the id of what it made: a link or a bar by hand, or a classification. */
export async function decidersOf(
  q: Queryable,
  workspaceId: WorkspaceId,
  decisions: readonly string[],
): Promise<ReadonlyMap<string, DecidedBy>> {
  if (decisions.length === 0) return new Map();
  const { rows } = await q.query<DecidedBy & { id: string }>(
    `select made.id, ${decided}
     from (select distinct asked.id from unnest($2::uuid[]) as asked (id)) as made ${withDecision('made')}`,
    [workspaceId, decisions],
  );
  return new Map(rows.map(({ id, ...decision }) => [id, decision]));
}

const decided = `coalesce(request.requested_by, decision.linked_by, classification.requested_by) as "requestedBy",
            coalesce(request.requested_at, decision.linked_at, classification.requested_at) as "requestedAt",
            coalesce(request.approved_by, classification.approved_by) as "approvedBy",
            coalesce(request.approved_at, classification.approved_at) as "approvedAt",
            coalesce(request.reason, decision.reason, classification.reason) as reason`;

function withDecision(row: string): string {
  return `
     left join account_link as decision on decision.workspace_id = $1 and decision.id = ${row}.id
     left join account_link_request as request on request.workspace_id = $1 and request.id = ${row}.id
     left join account_classification as classification on classification.workspace_id = $1 and classification.id = ${row}.id`;
}

/**
 * Accounts that a human took from somebody within `[start, end]`, whoever they are: by a bar, by a link to somebody else, by classing them; bars that had
 * nothing to take; and what waits for a second person. In the order of time.
 */
export async function takenAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  { end, start }: { readonly start: Instant; readonly end: Instant },
): Promise<readonly TakenFromPerson[]> {
  const { rows } = await q.query<TakenFromPerson>(
    `with taking as (
       select link.ended_by as id, link.ended_because as because, link.person_id, link.system, link.account_id, link.rule,
              link.ended_at as taken_at, array[link.end_record_id] as records
       from account_link as link
       where link.workspace_id = $1 and link.ended_because is not null and link.ended_at between $2::timestamptz and $3::timestamptz
       union all
       select bar.id, 'barred', bar.person_id, bar.system, bar.account_id, null, bar.linked_at, '{}'
       from account_link as bar
       where bar.workspace_id = $1 and bar.standing = 'barred' and bar.linked_at between $2::timestamptz and $3::timestamptz
         and not exists (
           select from account_link as link
           where link.workspace_id = $1 and link.ended_because is not null and link.account_id = bar.account_id and link.ended_by = bar.id
         )
       union all
       select request.id, case request.action when 'unlink' then 'barred' else 'moved' end, coalesce(held.person_id, request.person_id),
              request.system, request.account_id, held.rule, null, '{}'
       from account_link_request as request
       left join account_link as held
         on held.workspace_id = $1 and held.system = request.system and held.account_id = request.account_id and held.ended_at is null
         and held.standing <> 'barred' and (held.person_id = request.person_id) = (request.action = 'unlink')
       where request.workspace_id = $1 and request.approved_at is null and request.ended_at is null
         and request.requested_at <= $3::timestamptz
     )
     select taking.id, taking.because, taking.system, taking.account_id as "accountId", taking.rule as "matchRule",
            taking.taken_at as "takenAt",
            jsonb_build_object('id', person.id, 'employeeId', person.employee_id, 'displayName', person.display_name,
                               'workEmail', person.work_email) as person,
            coalesce(account.user_principal_name, scim_user.user_name) as account,
            coalesce(account.object_id::text, scim_user.external_id) as "externalId",
            case when taking.because = 'moved' then coalesce(request.person_id, decision.person_id) end as "movedTo", ${decided},
            array_remove(taking.records || array[decision.record_id, request.record_id, request.approval_record_id,
                                                 classification.record_id, classification.approval_record_id], null) as "recordIds"
     from taking ${withDecision('taking')}
     join person on person.workspace_id = $1 and person.id = taking.person_id
     left join directory_account as account
       on taking.system = 'directory' and account.workspace_id = $1 and account.account_id = taking.account_id
     left join scim_user on taking.system = 'scim' and scim_user.workspace_id = $1 and scim_user.id = taking.account_id
     order by taking.taken_at nulls last, taking.id, taking.person_id, taking.account_id`,
    [workspaceId, start, end],
  );
  return rows;
}
