import type { FindingId, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { Effect, StateVector, TestedAccount } from '../verdict/index.ts';
import { wasEnabled } from './account-behind-read-model.ts';
import type { TestPeriod } from './compliance-test.ts';
import { dispositionThen, findingsAfter, type PastMoment } from './past-moment-read-model.ts';
import type { ReportPerson, System, UnitDisposition, UnitSystem } from './report-population.ts';

/** So many members of a population, alike in all that decides what they mean for the test. */
export interface Tally<Kind> {
  readonly kind: Kind;
  readonly count: number;
}

/** An employment period as far as the test of leavers tells them apart. */
export interface LeaverKind {
  readonly standing: 'within' | 'outside' | 'not-ended';
  readonly effect: Effect;
  readonly vector: StateVector;
}

/** A member as its finding shows it: all that a verdict on it needs, and whose it is. */
export interface MemberRow {
  readonly findingId: FindingId;
  readonly person: Omit<ReportPerson, 'workEmail'> | null;
  readonly employmentPeriodId: string | null;
  readonly endEarliest: Instant | null;
  readonly endLatest: Instant | null;
  readonly deadlineEarliest: Instant | null;
  readonly deadlineLatest: Instant | null;
  readonly effect: Effect;
  readonly sentence: string;
  readonly vector: StateVector;
  readonly disposition: UnitDisposition | null;
  readonly evidence: readonly LedgerRecordId[];
  readonly systems: readonly UnitSystem[];
}

/** An account of a unit, and where in it. */
export interface AccountRow extends MemberRow {
  readonly account: UnitSystem & Pick<TestedAccount, 'standing'>;
  readonly kind: TestedAccount;
  readonly place: number;
}

/** Accounts that are alike, and the hash of their vector, by which an index finds them. */
export interface AccountTally extends Tally<TestedAccount> {
  readonly vectorHash: string;
}

/** Which accounts a test is about: those that a run judged to be in this state, and those of the directory that were enabled and have vanished. */
export interface AccountPopulation {
  readonly system: System;
  readonly state: 'ENABLED' | 'ACTIVE';
}

const memberColumns = `
  finding.id as "findingId",
  case when person.id is not null then jsonb_build_object('id', person.id, 'employeeId', person.employee_id,
                                                          'displayName', person.display_name) end as person,
  case when finding.unit_kind = 'employment_period' then finding.unit_id end as "employmentPeriodId",
  finding.end_earliest as "endEarliest", finding.end_latest as "endLatest", finding.deadline_earliest as "deadlineEarliest",
  finding.deadline_latest as "deadlineLatest", finding.effect, finding.sentence, finding.vector, finding.systems,
  finding.evidence || finding.own_records as evidence,
  case when disposition.id is not null then
    jsonb_build_object('id', disposition.id, 'kind', disposition.kind, 'reason', disposition.reason, 'ticket', disposition.ticket,
                       'requestedBy', disposition.requested_by, 'requestedAt', ${instantText('disposition.requested_at')},
                       'approvedBy', disposition.approved_by, 'approvedAt', ${instantText('disposition.approved_at')},
                       'expiresAt', ${instantText('disposition.expires_at')},
                       'isAfterDeadline', coalesce(disposition.approved_at > finding.deadline_latest, false)) end as disposition`;

/** Of when the findings are that a population consists of. */
interface OfMoment {
  /** Undefined: of the present. */
  readonly moment: PastMoment | undefined;
}

/** Findings of a moment as SQL names them, so that a statement about the present is one about the past. */
interface FindingsOf {
  /** Of all that a statement reads, under the name that follows. */
  readonly from: string;
  /** Of others, looked up beside it. */
  readonly others: string;
  readonly stands: (finding: string) => string;
  /** The same of one that is looked up by its person, and by no index that holds open ones alone: without statistics PostgreSQL takes that for nearly empty, and would walk all of it for each. */
  readonly standsBeside: (finding: string) => string;
  /** The links that held when they were judged, each by one of these alone, which has an index of its own. */
  readonly linkHolds: readonly [string, ...string[]];
  readonly disposition: string;
  /** Whether an account that had vanished when they were judged was enabled before. */
  readonly wasEnabled: string;
  /** Of the parameters behind those of the statement. */
  readonly values: readonly unknown[];
}

const presentFindings: FindingsOf = {
  from: 'finding',
  others: 'finding',
  stands: (finding) => `${finding}.closed_at is null`,
  standsBeside: (finding) => `coalesce(${finding}.closed_at, 'infinity') = 'infinity'`,
  // One that a human ended since the run judged has been judged by: what it held must not fall out of a test before the next run (I10).
  linkHolds: [
    'link.ended_at is null',
    `link.ended_at > (
        select run.as_of from reconciliation_run as run where run.workspace_id = $1 order by run.id desc limit 1
      )`,
  ],
  disposition: `
  left join disposition
    on disposition.workspace_id = finding.workspace_id and disposition.finding_id = finding.id and disposition.ended_at is null`,
  wasEnabled: wasEnabled('true'),
  values: [],
};

/** `first` is the number of the first parameter behind those of the statement. */
function findingsOf({ moment }: OfMoment, first: number): FindingsOf {
  if (moment === undefined) return presentFindings;
  const said = findingsAfter('moment.run');
  return {
    from: `(select $${first}::integer as run, $${first + 1}::timestamptz as judged_at, $${first + 2}::timestamptz as at) as moment
      cross join lateral ${said}`,
    others: said,
    stands: () => 'true',
    standsBeside: () => 'true',
    linkHolds: ['link.linked_at <= moment.judged_at and (link.ended_at is null or link.ended_at > moment.judged_at)'],
    disposition: dispositionThen('moment.at'),
    wasEnabled: wasEnabled('stretch.observed_at <= moment.judged_at'),
    values: [moment.run.ord, moment.run.asOf, moment.at],
  };
}

const withPerson = 'left join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id';

/** What a tally goes over: the whole population, or those of it that the given findings are about. */
interface Tallied extends OfMoment {
  readonly only: readonly FindingId[] | undefined;
}

/** Every employment period that was judged, told apart by whether it ended within the period. */
export async function tallyEmployments(
  q: Queryable,
  workspaceId: WorkspaceId,
  { only, period, ...of }: Tallied & { readonly period: TestPeriod | null },
): Promise<readonly Tally<LeaverKind>[]> {
  const { from, stands, values } = findingsOf(of, 5);
  const { rows } = await q.query<Tally<LeaverKind>>(
    `select jsonb_build_object('standing', unit.standing, 'effect', unit.effect, 'vector', unit.vector) as kind, unit.count
     from (
       select case when finding.end_earliest is null then 'not-ended'
                   when ($2::timestamptz is null or finding.end_earliest >= $2) and ($3::timestamptz is null or finding.end_earliest < $3)
                     then 'within'
                   else 'outside' end as standing,
              finding.effect, finding.vector, count(*)::int as count
       from ${from} as finding
       where finding.workspace_id = $1 and ${stands('finding')} and finding.unit_kind = 'employment_period'
         and ($4::uuid[] is null or finding.id = any ($4::uuid[]))
       group by 1, 2, 3
     ) as unit`,
    [workspaceId, period?.from ?? null, period?.to ?? null, only ?? null, ...values],
  );
  return rows;
}

/** How many of those employments a human took an account from after their end: looked for by the few links that were ended, and the few bars that were made, by hand. */
export async function countLeaversTakenFrom(
  q: Queryable,
  workspaceId: WorkspaceId,
  { only, period, ...of }: Tallied & { readonly period: TestPeriod | null },
): Promise<number> {
  const { from, stands, values } = findingsOf(of, 5);
  const { rows } = await q.query<{ count: number }>(
    `select count(*)::int as count
     from (
       select link.person_id as id from account_link as link where link.workspace_id = $1 and link.ended_because is not null
       union
       select bar.person_id from account_link as bar where bar.workspace_id = $1 and bar.standing = 'barred'
     ) as somebody
     cross join lateral (
       select from ${from} as finding
       where finding.workspace_id = $1 and finding.person_id = somebody.id and ${stands('finding')}
         and finding.end_earliest is not null
         and ($2::timestamptz is null or finding.end_earliest >= $2) and ($3::timestamptz is null or finding.end_earliest < $3)
         and ($4::uuid[] is null or finding.id = any ($4::uuid[]))
         and finding.systems @? '$[*] ? (@.standing != "released").taken'
       offset 0
     ) as leaver`,
    [workspaceId, period?.from ?? null, period?.to ?? null, only ?? null, ...values],
  );
  return rows[0]?.count ?? 0;
}

/** Employments that ended, in the order of their end. A position is the milliseconds of the end and the finding's id. */
export async function listLeavers(
  q: Queryable,
  workspaceId: WorkspaceId,
  asked: Page & { readonly period: TestPeriod | null; readonly effects: readonly Effect[] },
): Promise<readonly MemberRow[]> {
  const [end = null, id = null] = asked.after?.split('.') ?? [];
  const { rows } = await q.query<MemberRow>(
    // A page of each effect by the index of the list of findings, so that those of a rare one are not looked for among all.
    `select ${memberColumns}
     from (
       select listed.id, listed.end_earliest
       from unnest($6::text[]) as asked (effect)
       cross join lateral (
         select finding.id, finding.end_earliest
         from finding
         where finding.workspace_id = $1 and finding.closed_at is null and finding.effect = asked.effect
           and coalesce(finding.end_earliest, 'infinity') >= coalesce($2::timestamptz, '-infinity')
           and coalesce(finding.end_earliest, 'infinity') < coalesce($3::timestamptz, 'infinity')
           and (coalesce(finding.end_earliest, 'infinity'), finding.id)
               > (coalesce('epoch'::timestamptz + $4::bigint * interval '1 millisecond', '-infinity'),
                  coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'))
         order by coalesce(finding.end_earliest, 'infinity'), finding.id
         limit $7
       ) as listed
       order by listed.end_earliest, listed.id
       limit $7
     ) as page
     join finding on finding.workspace_id = $1 and finding.id = page.id ${withPerson} ${presentFindings.disposition}
     order by page.end_earliest, page.id`,
    [workspaceId, asked.period?.from ?? null, asked.period?.to ?? null, end, id, asked.effects, asked.limit],
  );
  return rows;
}

/** As they stood at a moment, those of the given findings, in their order. */
export async function listLeaversThen(
  q: Queryable,
  workspaceId: WorkspaceId,
  { moment, only }: { readonly moment: PastMoment; readonly only: readonly FindingId[] },
): Promise<readonly MemberRow[]> {
  const { disposition, from, values } = findingsOf({ moment }, 3);
  const { rows } = await q.query<MemberRow>(
    `select ${memberColumns}
     from ${from} as finding ${withPerson} ${disposition}
     where finding.workspace_id = $1 and finding.id = any ($2::uuid[])
     order by finding.end_earliest, finding.id`,
    [workspaceId, only, ...values],
  );
  return rows;
}

/** Which of a person's employments an account is judged by: the present one, else the one that ended last, else one that has not begun. */
const rank = (finding: string) => `(
    case ${finding}.vector ->> 'employment' when 'PREHIRE' then 0 when 'ENDED' then 1 else 2 end,
    coalesce(${finding}.end_earliest, '-infinity'::timestamptz), ${finding}.id)`;

/** Whether the person's other finding counts before it. */
const isOutranked = (finding: string, { others, standsBeside }: FindingsOf) => `exists (
      select from ${others} as other
      where other.workspace_id = ${finding}.workspace_id and other.person_id = ${finding}.person_id and ${standsBeside('other')}
        and ${rank('other')} > ${rank(finding)}
    )`;

/** Whether there is a link of the account that is held, of which something more is true. */
const isLinked = (standing: 'ambiguous' | 'linked', { linkHolds }: FindingsOf, more = 'true') =>
  `(${linkHolds
    .map(
      (holds) => `exists (
      select from account_link as link
      where link.workspace_id = finding.workspace_id and link.system = $2 and link.account_id = (held.account ->> 'accountId')::uuid
        and ${holds} and link.standing = '${standing}' and ${more}
    )`,
    )
    .join(' or ')})`;

/**
 * Accounts of a system in a state, as a run judged them. An account that may be several people's stands once, with the first of
 * them; one that a leaver keeps although somebody else claims it, with the leaver once they are gone, and in doubt before. `$2` is the system,
 * `$3` the state.
 */
const heldAccounts = (of: FindingsOf) => `
  from ${of.from} as finding
  cross join lateral jsonb_array_elements(finding.systems) with ordinality as held (account, place)
  ${withPerson} ${of.disposition}
  where finding.workspace_id = $1 and ${of.stands('finding')}
    and held.account ->> 'system' = $2 and held.account ->> 'accountId' is not null
    and (held.account ->> 'state' = $3 or ($2 = 'directory' and held.account ->> 'state' = 'VANISHED' and ${of.wasEnabled}))
    -- One that was taken from a leaver by hand stands with whoever has it now, or by itself.
    and not held.account ? 'taken'
    and (finding.person_id is null or not ${isOutranked('finding', of)})
    and case
      when held.account ->> 'standing' = 'candidate' then not ${isLinked('ambiguous', of, 'link.person_id < finding.person_id')}
        and not ${isLinked(
          'linked',
          of,
          `exists (
            select from ${of.others} as leaver
            where leaver.workspace_id = $1 and leaver.person_id = link.person_id and ${of.standsBeside('leaver')}
              and leaver.vector ->> 'employment' = 'ENDED' and not ${isOutranked('leaver', of)}
          )`,
        )}
      when held.account ->> 'standing' = 'none' then true
      -- One that went to somebody else before HR told the end stands with whoever has it now.
      when finding.vector ->> 'employment' = 'ENDED' then ${isLinked('linked', of, 'link.person_id = finding.person_id')}
      else not ${isLinked('ambiguous', of)}
    end`;

/** As the index has it. */
const vectorHash = 'jsonb_hash_extended(finding.vector, 0)';

/** With what the run found behind a SCIM user, and its own role, where that was said of it. */
const accountKind = `jsonb_build_object('vector', finding.vector, 'standing', held.account -> 'standing',
  'outcome', held.account -> 'judged' -> 'outcome')
  || case when held.account ->> 'state' = 'VANISHED' then '{"isVanished": true}'::jsonb else '{}' end
  || jsonb_strip_nulls(jsonb_build_object('behind', held.account -> 'behind', 'role', held.account -> 'role'))`;

export async function tallyAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  { only, state, system, moment }: Tallied & AccountPopulation,
): Promise<readonly AccountTally[]> {
  const of = findingsOf({ moment }, 5);
  const { rows } = await q.query<AccountTally>(
    `select ${accountKind} as kind, ${vectorHash}::text as "vectorHash", count(*)::int as count
     ${heldAccounts(of)} and ($4::uuid[] is null or finding.id = any ($4::uuid[]))
     group by 1, 2`,
    [workspaceId, system, state, only ?? null, ...of.values],
  );
  return rows;
}

/** Which findings a page looks at: those at a position and behind it, whose vectors have one of some hashes where those are given. */
type FindingsAsked = Page & OfMoment & { readonly vectorHashes: readonly string[] | undefined };

/** Findings in the order of their ids: of the present, or all that there ever were, of which some said something at a moment. */
export async function nextFindings(q: Queryable, workspaceId: WorkspaceId, asked: FindingsAsked): Promise<readonly FindingId[]> {
  const { after, limit, moment, vectorHashes } = asked;
  const next = (more: string) => `
    select finding.id
    from finding
    where finding.workspace_id = $1 and ${moment === undefined ? 'finding.closed_at is null' : 'true'} and finding.id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
      ${more}
    order by finding.id
    limit $3`;
  const ofHashes = `
    select alike.id
    from unnest($4::bigint[]) as wanted (hash)
    cross join lateral (${next(`and ${vectorHash} = wanted.hash`)}) as alike
    order by alike.id
    limit $3`;
  const values = [workspaceId, after?.split('.')[0] ?? null, limit];
  const { rows } = await (vectorHashes === undefined
    ? q.query<{ id: FindingId }>(next(''), values)
    : q.query<{ id: FindingId }>(ofHashes, [...values, vectorHashes]));
  return rows.map(({ id }) => id);
}

/**
 * Accounts of the given findings, in their order. A position is the finding's id and the account's place in it; `kinds` are those that are
 * asked for.
 */
export async function listAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  asked: Page &
    AccountPopulation &
    OfMoment & { readonly only: readonly FindingId[]; readonly kinds: readonly TestedAccount[] | undefined },
): Promise<readonly AccountRow[]> {
  const [id = null, place = null] = asked.after?.split('.') ?? [];
  const of = findingsOf(asked, 9);
  const { rows } = await q.query<AccountRow>(
    `select ${memberColumns}, held.account, ${accountKind} as kind, held.place::int as place
     ${heldAccounts(of)} and finding.id = any ($8::uuid[])
       and ($4::uuid is null or (finding.id, held.place) > ($4::uuid, $5::bigint))
       and ($6::jsonb[] is null or ${accountKind} = any ($6::jsonb[]))
     order by finding.id, held.place
     limit $7`,
    [
      workspaceId,
      asked.system,
      asked.state,
      id,
      place,
      asked.kinds?.map((kind) => JSON.stringify(kind)) ?? null,
      asked.limit,
      asked.only,
      ...of.values,
    ],
  );
  return rows;
}

/** Findings of which two people made an exception that holds at an instant: few, whatever the size of the population. */
export async function exceptedFindings(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<readonly FindingId[]> {
  const { rows } = await q.query<{ id: FindingId }>(
    `select disposition.finding_id as id
     from disposition
     where disposition.workspace_id = $1 and disposition.finding_id is not null and (disposition.ended_at is null or disposition.ended_at > $2::timestamptz)
       and disposition.approved_at <= $2::timestamptz and disposition.expires_at > $2::timestamptz`,
    [workspaceId, at],
  );
  return rows.map(({ id }) => id);
}
