import type { FindingId, Instant, LedgerRecordId, PersonId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Effect, RuleId, RuleMatch } from '../verdict/index.ts';
import { confidenceOf, type LinkConfidence } from './link-confidence.ts';
import type { Standing } from './link-store.ts';
import type { AccountName, MatchRule, System, UnitSystem } from './report-population.ts';

/** A ledger record and its place in the tree, null until it has one. */
export interface RecordPlace {
  readonly id: LedgerRecordId;
  readonly index: number | null;
}

/** An account that is, may be, or was a person's, and by which decision. */
export interface PersonAccount extends AccountName {
  readonly linkId: string;
  readonly system: System;
  readonly accountId: string;
  /** As its own system has it now. */
  readonly state: string | null;
  /** Whether the directory's own scope holds it; null for SCIM users. */
  readonly scopeState: string | null;
  readonly standing: Standing;
  readonly rule: MatchRule;
  readonly confidence: LinkConfidence | null;
  /** When the account may have had the address that links it; null where there is no bound, or another rule links. */
  readonly validFrom: Instant | null;
  readonly validTo: Instant | null;
  /** A human's, for M0. */
  readonly reason: string | null;
  readonly since: Instant;
  readonly by: string;
  /** When it ended; null while it holds. */
  readonly until: Instant | null;
  readonly evidence: readonly RecordPlace[];
}

/** A verdict on one of a person's employments, in short: present and past ones. */
export interface PersonFinding {
  readonly id: FindingId;
  readonly employmentPeriodId: string | null;
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
  readonly all: readonly RuleMatch[];
  readonly sentence: string;
  readonly systems: readonly UnitSystem[];
  readonly since: Instant;
  readonly changedAt: Instant;
  readonly closedAt: Instant | null;
}

/** How many of each an answer carries: a person has few. */
export const MOST = 1_000;

/** SQL for a record and its place in the tree. */
export function placeOf(record: string): string {
  return `jsonb_build_object('id', ${record}, 'index', (
    select leaf.leaf_index from ledger_leaf as leaf where leaf.workspace_id = $1 and leaf.record_id = ${record}))`;
}

/** Present links first, then those that ended, the latest of each first. */
export async function accountsOf(q: Queryable, workspaceId: WorkspaceId, personId: PersonId): Promise<readonly PersonAccount[]> {
  const { rows } = await q.query<Omit<PersonAccount, 'confidence'>>(
    `select link.id as "linkId", link.system, link.account_id as "accountId", link.standing, link.rule, link.reason, link.valid_from as "validFrom",
            link.valid_to as "validTo", link.linked_at as since,
            link.linked_by as by, link.ended_at as until,
            coalesce(account.user_principal_name, scim_user.user_name) as account,
            coalesce(account.object_id::text, scim_user.external_id) as "externalId",
            coalesce(account.state, case when scim_user.deleted_at is not null then 'deleted' when scim_user.active then 'active'
                                         when scim_user.id is not null then 'inactive' end) as state,
            account.scope_state as "scopeState",
            case when link.end_record_id is null then jsonb_build_array(${placeOf('link.record_id')})
                 else jsonb_build_array(${placeOf('link.record_id')}, ${placeOf('link.end_record_id')}) end as evidence
     from account_link as link
     left join directory_account as account
       on link.system = 'directory' and account.workspace_id = link.workspace_id and account.account_id = link.account_id
     left join scim_user on link.system = 'scim' and scim_user.workspace_id = link.workspace_id and scim_user.id = link.account_id
     where link.workspace_id = $1 and link.person_id = $2
     order by link.ended_at is not null, link.linked_at desc, link.id
     limit ${MOST}`,
    [workspaceId, personId],
  );
  return rows.map((row) => ({ ...row, confidence: confidenceOf(row) }));
}

/** Present ones first, then those that are closed, the latest of each first. */
export async function findingsOf(q: Queryable, workspaceId: WorkspaceId, personId: PersonId): Promise<readonly PersonFinding[]> {
  const { rows } = await q.query<PersonFinding>(
    `select finding.id, case finding.unit_kind when 'employment_period' then finding.unit_id end as "employmentPeriodId", finding.rule,
            finding.verdict, finding.effect, finding.all_rules as "all", finding.sentence, finding.systems, finding.opened_at as since,
            finding.changed_at as "changedAt", finding.closed_at as "closedAt"
     from finding
     where finding.workspace_id = $1 and finding.person_id = $2
     order by finding.closed_at is not null, finding.opened_at desc, finding.id
     limit ${MOST}`,
    [workspaceId, personId],
  );
  return rows;
}
