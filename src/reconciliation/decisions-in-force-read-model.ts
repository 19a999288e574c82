import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { DecisionInForce } from './report-population.ts';

/**
 * Exceptions and exclusions that two people made, and that had not ended when a period began: those that ended within it stand beside no finding any
 * more. In the order in which they came into force.
 */
export async function decisionsInForce(
  q: Queryable,
  workspaceId: WorkspaceId,
  { start }: { readonly start: Instant },
): Promise<readonly DecisionInForce[]> {
  const { rows } = await q.query<DecisionInForce>(
    `with decided as (
       select disposition.id, 'exception' as kind, disposition.finding_id, disposition.test, disposition.ticket, null as class,
              case when disposition.test is not null then 'directory' else judged.system end as system,
              coalesce(disposition.account_id, judged.account_id) as account_id, disposition.owner_person_id, finding.person_id,
              disposition.reason, disposition.requested_by, disposition.requested_at, disposition.approved_by, disposition.approved_at,
              disposition.expires_at, disposition.ended_at, disposition.ended_because,
              array_remove(array[disposition.record_id, disposition.approval_record_id, disposition.end_record_id], null) as records
       from disposition
       left join finding on finding.workspace_id = $1 and finding.id = disposition.finding_id
       -- Of a finding on somebody's employment the person says whose it is.
       left join lateral (
         select account.system, account."accountId" as account_id
         from jsonb_to_recordset(finding.systems) as account (system text, "accountId" uuid)
         where finding.unit_kind = 'account' and account."accountId" is not null
         limit 1
       ) as judged on true
       where disposition.workspace_id = $1 and disposition.approved_at is not null
         and (disposition.ended_at is null or disposition.ended_at >= $2::timestamptz)
       union all
       select classification.id, 'exclusion', null, null, null, classification.class, classification.system, classification.account_id,
              classification.owner_person_id, null, classification.reason, classification.requested_by, classification.requested_at,
              classification.approved_by, classification.approved_at, classification.expires_at, classification.ended_at,
              classification.ended_because,
              array_remove(array[classification.record_id, classification.approval_record_id, classification.end_record_id], null)
       from account_classification as classification
       where classification.workspace_id = $1 and classification.approved_at is not null
         and (classification.ended_at is null or classification.ended_at >= $2::timestamptz)
     )
     select decided.id, decided.kind, decided.finding_id as "findingId", decided.test, decided.system, decided.account_id as "accountId",
            coalesce(account.user_principal_name, scim_user.user_name) as account,
            coalesce(account.object_id::text, scim_user.external_id) as "externalId",
            case when person.id is not null then
              jsonb_build_object('id', person.id, 'employeeId', person.employee_id, 'displayName', person.display_name,
                                 'workEmail', person.work_email) end as person,
            decided.class, decided.owner_person_id as "ownerPersonId", decided.reason, decided.ticket,
            decided.requested_by as "requestedBy", decided.requested_at as "requestedAt", decided.approved_by as "approvedBy",
            decided.approved_at as "approvedAt", decided.expires_at as "expiresAt", decided.ended_at as "endedAt",
            decided.ended_because as "endedBecause", decided.records as "recordIds"
     from decided
     left join person on person.workspace_id = $1 and person.id = decided.person_id
     left join directory_account as account
       on decided.system = 'directory' and account.workspace_id = $1 and account.account_id = decided.account_id
     left join scim_user on decided.system = 'scim' and scim_user.workspace_id = $1 and scim_user.id = decided.account_id
     order by decided.approved_at, decided.id`,
    [workspaceId, start],
  );
  return rows;
}
