import type { WorkspaceId } from '../kernel/index.ts';
import type { FindingFilter } from './finding-filter.ts';
import { shownBeside, shownColumns } from './finding-read-model.ts';
import { type PastMoment, shownBesideThen } from './past-moment-read-model.ts';

/** Takes a value into a statement, and gives the name that it has there. */
export type Bind = (value: unknown) => string;

/** `$1` is the workspace, `$2` how many rows. */
export function binding(workspaceId: WorkspaceId, limit: number): { readonly bind: Bind; readonly values: readonly unknown[] } {
  const values: unknown[] = [workspaceId, limit];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** A table with what findings say, under the name `finding`, and which of its rows count. */
interface Shelf {
  readonly table: string;
  readonly holds: string;
}

/** Whatever was said at a moment is still said, or was kept when it ended. */
export function shelvesOf({ changedSince, moment, status = 'open' }: ShelvedBy, bind: Bind): readonly Shelf[] {
  if (moment === undefined) {
    const [standing, since] = status === 'open' ? ['null', 'changed_at'] : ['not null', 'closed_at'];
    const changed = changedSince === undefined ? '' : ` and finding.${since} >= ${bind(changedSince)}::timestamptz`;
    return [{ table: 'finding', holds: `finding.closed_at is ${standing}${changed}` }];
  }
  const run = `${bind(moment.run.ord)}::integer`;
  return [
    { table: 'finding', holds: `finding.closed_at is null and finding.since_run <= ${run}` },
    { table: 'finding_version as finding', holds: `finding.since_run <= ${run} and finding.until_run > ${run}` },
  ];
}

interface ShelvedBy extends Pick<FindingFilter, 'changedSince' | 'status'> {
  /** Left out: now. */
  readonly moment?: PastMoment | undefined;
}

const saidColumns = `finding.workspace_id, finding.id, finding.unit_kind, finding.unit_id, finding.person_id, finding.rule, finding.verdict, finding.effect,
  finding.role_effect, finding.all_rules, finding.vector, finding.systems, finding.end_earliest, finding.end_latest, finding.deadline_earliest,
  finding.deadline_latest, finding.policy_id, finding.sentence, finding.evidence, finding.own_records, finding.opened_at`;

export interface Shown extends ShelvedBy {
  /** A statement of ids. */
  readonly page: string;
  readonly order: string;
  /** Shows those alone of which these hold; all of them where it is left out. */
  readonly conditions?: readonly string[];
  /** How many rows, by its name; all of them where it is left out. */
  readonly limit?: string;
}

/** A statement that shows a page of ids. Each of them is on one shelf. */
export function shownPage({ conditions = [], limit, moment, order, page, ...by }: Shown, bind: Bind): string {
  const named = moment === undefined ? undefined : { run: bind(moment.run.ord), at: bind(moment.at), timeZone: bind(moment.run.timeZone) };
  const said = shelvesOf({ moment, ...by }, bind).map(
    ({ holds, table }) => `select ${saidColumns} from ${table} where finding.workspace_id = $1 and finding.id = page.id and ${holds}`,
  );
  return `with page as (${page})
    select ${shownColumns}
    from page
    cross join lateral (${said.join(' union all ')}) as finding
    ${named === undefined ? shownBeside : shownBesideThen(named)}
    ${conditions.length === 0 ? '' : `where ${conditions.join('\n      and ')}`}
    order by ${order}
    ${limit === undefined ? '' : `limit ${limit}`}`;
}

const stateOfDisposition = `case when disposition.id is null then 'none' when disposition.kind <> 'exception' then disposition.kind
  when disposition.approved_at is null then 'exception-requested' else 'exception' end`;

/** What has to hold of a finding and of what stands beside it. */
export function conditionsOf(filter: FindingFilter, bind: Bind): readonly string[] {
  const { dispositions, effects, personId, policyId, rules = [], site, workerTypes } = filter;
  const asked = bind(effects);
  const among = (column: string, words: readonly string[] | undefined) =>
    words === undefined ? [] : [`${column} = any (${bind(words)}::text[])`];
  return [
    `(finding.effect = any (${asked}::text[]) or finding.role_effect = any (${asked}::text[]))`,
    ...rules.map(
      (some) => `exists (select from jsonb_array_elements(finding.all_rules) as said where said ->> 'rule' = any (${bind(some)}::text[]))`,
    ),
    ...(personId === undefined ? [] : [`finding.person_id = ${bind(personId)}::uuid`]),
    ...(policyId === undefined ? [] : [`finding.policy_id = ${bind(policyId)}::uuid`]),
    ...among(stateOfDisposition, dispositions),
    ...among('period.worker_type', workerTypes),
    ...among('period.site', site === undefined ? undefined : [site]),
  ];
}
