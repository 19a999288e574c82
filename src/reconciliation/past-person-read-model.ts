import type { Instant, PersonId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { confidenceOf } from './link-confidence.ts';
import { MOST, type PersonAccount, type PersonFinding, placeOf } from './person-read-model.ts';

/** A verdict on one of a person's employments as it stood at a past instant. */
export interface PastPersonFinding extends Omit<PersonFinding, 'changedAt'> {
  /** Null where all is well, of which the ledger tells no changes. */
  readonly changedAt: Instant | null;
}

/**
 * Links as they stood at an instant, while a run that judged as of `underWay` could not be seen yet: those that held first, then those that had ended, the latest of each first. The account is in the state that had
 * been written down by then; nobody keeps whether it was in the scope, and it is called what it is called today.
 */
export async function accountsThen(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, personId, underWay }: { readonly personId: PersonId; readonly at: Instant; readonly underWay: Instant | null },
): Promise<readonly PersonAccount[]> {
  const { rows } = await q.query<Omit<PersonAccount, 'confidence'>>(
    `select link.id as "linkId", link.system, link.account_id as "accountId", link.standing, link.rule, link.reason, link.valid_from as "validFrom",
            link.valid_to as "validTo", link.linked_at as since, link.linked_by as by, link.until,
            coalesce(account.user_principal_name, scim_user.user_name) as account,
            coalesce(account.object_id::text, scim_user.external_id) as "externalId",
            coalesce(shown.state, received.state) as state, null as "scopeState",
            case when link.until is null then jsonb_build_array(${placeOf('link.record_id')})
                 else jsonb_build_array(${placeOf('link.record_id')}, ${placeOf('link.end_record_id')}) end as evidence
     from (
       select made.*, case when made.ended_at <= $3::timestamptz and made.ended_at is distinct from $4::timestamptz then made.ended_at end as until
       from account_link as made
       where made.workspace_id = $1 and made.person_id = $2 and made.linked_at <= $3::timestamptz and made.linked_at is distinct from $4::timestamptz
     ) as link
     left join directory_account as account
       on link.system = 'directory' and account.workspace_id = link.workspace_id and account.account_id = link.account_id
     left join scim_user on link.system = 'scim' and scim_user.workspace_id = link.workspace_id and scim_user.id = link.account_id
     left join lateral (
       select stretch.state
       from directory_observation as stretch
       left join ledger_record as record on record.workspace_id = stretch.workspace_id and record.id = stretch.record_id
       where stretch.workspace_id = account.workspace_id and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
         and coalesce(record.recorded_at, stretch.observed_at) <= $3::timestamptz
       order by stretch.ordinal desc
       limit 1
     ) as shown on true
     left join lateral (
       select case when said.deleted then 'deleted' when said.active then 'active' else 'inactive' end as state
       from scim_user_state as said
       where said.workspace_id = scim_user.workspace_id and said.scim_user_id = scim_user.id and said.at <= $3::timestamptz
       order by said.version desc
       limit 1
     ) as received on true
     order by link.until is not null, link.linked_at desc, link.id
     limit ${MOST}`,
    [workspaceId, personId, at, underWay],
  );
  return rows.map((row) => ({ ...row, confidence: confidenceOf(row) }));
}

/** Verdicts as a run (its `ord`) had left them: those that stood first, then those that were closed by then, the latest of each first. */
export async function findingsThen(
  q: Queryable,
  workspaceId: WorkspaceId,
  { personId, run }: { readonly personId: PersonId; readonly run: number },
): Promise<readonly PastPersonFinding[]> {
  const { rows } = await q.query<PastPersonFinding>(
    `select finding.id, case finding.unit_kind when 'employment_period' then finding.unit_id end as "employmentPeriodId", said.rule, said.verdict,
            said.effect, said.all_rules as "all", said.sentence, said.systems, finding.opened_at as since,
            (select max(record.recorded_at) from ledger_record as record
             where record.workspace_id = $1 and record.id = any (said.own_records)) as "changedAt",
            case when said.until_run <= $3::integer then finding.closed_at end as "closedAt"
     from finding
     cross join lateral (
       select latest.* from (
         select ${said('finding')}, null::integer as until_run
         where finding.closed_at is null and finding.since_run <= $3::integer
         union all
         (select ${said('kept')}, kept.until_run
          from finding_version as kept
          where kept.workspace_id = finding.workspace_id and kept.id = finding.id and kept.since_run <= $3::integer
          order by kept.since_run desc
          limit 1)
       ) as latest
       order by latest.since_run desc
       limit 1
     ) as said
     where finding.workspace_id = $1 and finding.person_id = $2
     order by coalesce(said.until_run <= $3::integer, false), finding.opened_at desc, finding.id
     limit ${MOST}`,
    [workspaceId, personId, run],
  );
  return rows;
}

const said = (row: string) =>
  `${row}.since_run, ${row}.rule, ${row}.verdict, ${row}.effect, ${row}.all_rules, ${row}.sentence, ${row}.systems, ${row}.own_records`;
