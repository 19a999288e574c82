import type { Instant, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { periodAsJudgedBy } from './finding-read-model.ts';

/** An instant that has passed, with the run whose verdicts were the present ones then. */
export interface PastMoment {
  readonly at: Instant;
  readonly run: PastRun;
}

export interface PastRun {
  readonly id: ReconciliationRunId;
  readonly ord: number;
  readonly asOf: Instant;
  readonly recordedAt: Instant;
  /** The workspace's then; null where it was not kept. */
  readonly timeZone: string | null;
}

/** The run whose verdicts were the present ones at an instant; undefined where there was none, or its words were not kept. */
export async function runInForce(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<PastRun | undefined> {
  const { rows } = await q.query<PastRun>(
    `select run.id, run.ord, run.as_of as "asOf", run.recorded_at as "recordedAt", run.time_zone as "timeZone"
     from reconciliation_run as run
     where run.workspace_id = $1 and run.ord is not null and run.recorded_at <= $2::timestamptz
     order by run.recorded_at desc, run.ord desc
     limit 1`,
    [workspaceId, at],
  );
  return rows[0];
}

/** As of when a run judged that was under way at an instant, the next one after so many: it wrote what it wrote as of then, and was recorded later. */
export async function runUnderWay(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, ord }: { readonly ord: number; readonly at: Instant },
): Promise<Instant | null> {
  const { rows } = await q.query<{ asOf: Instant }>(
    `select run.as_of as "asOf" from reconciliation_run as run
     where run.workspace_id = $1 and run.ord = $2 + 1 and run.as_of <= $3::timestamptz and run.recorded_at > $3::timestamptz`,
    [workspaceId, ord, at],
  );
  return rows[0]?.asOf ?? null;
}

/** Whether a run had judged by then whose words nobody kept. */
export async function hasForgottenRun(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<boolean> {
  const { count } = await q.query(
    `select from reconciliation_run as run
     where run.workspace_id = $1 and run.ord is null and run.as_of <= $2::timestamptz
     limit 1`,
    [workspaceId, at],
  );
  return count === 1;
}

/**
 * What stood beside a finding then: the employment as it stood when that run judged it, what was decided of it by that instant, and the time zone of
 * the workspace. People are called what they are called today: a name decides nothing, and nobody keeps the old ones. Takes names of parameters.
 */
export function shownBesideThen({ at, run, timeZone }: { readonly at: string; readonly run: string; readonly timeZone: string }): string {
  return `
  cross join lateral (
    select coalesce(${timeZone}::text, present.time_zone) as time_zone from workspace as present where present.workspace_id = finding.workspace_id
  ) as workspace
  left join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
  ${periodAsJudgedBy(`${run}::integer`)}
  left join account_classification as classification
    on finding.vector ->> 'classification' <> 'HUMAN' and classification.workspace_id = finding.workspace_id
    and classification.account_id = finding.unit_id and classification.approved_at <= ${at}::timestamptz and ${heldAt('classification', at)}
  ${dispositionThen(at)}`;
}

const heldAt = (row: string, at: string) => `(${row}.ended_at is null or ${row}.ended_at > ${at}::timestamptz)`;

/** What had been decided of a finding by an instant. Takes the name of a parameter. */
export function dispositionThen(at: string): string {
  const known = (column: string) => `case when decided.approved_at <= ${at}::timestamptz then decided.${column} end as ${column}`;
  return `
  left join lateral (
    select decided.id, decided.kind, decided.reason, decided.ticket, decided.requested_by, decided.requested_at, decided.expires_at,
           ${known('approved_by')}, ${known('approved_at')}
    from disposition as decided
    where decided.workspace_id = finding.workspace_id and decided.finding_id = finding.id
      and decided.requested_at <= ${at}::timestamptz and ${heldAt('decided', at)}
    order by decided.requested_at desc, decided.id desc
    limit 1
  ) as disposition on true`;
}

const saidOf = (row: string) =>
  [
    'effect',
    'vector',
    'systems',
    'end_earliest',
    'end_latest',
    'deadline_earliest',
    'deadline_latest',
    'sentence',
    'evidence',
    'own_records',
  ]
    .map((column) => `${row}.${column}`)
    .join(', ');

/** What findings said as a run had left them: a table of its own, each once, found by the finding's id and its person. Takes a number in SQL. */
export function findingsAfter(run: string): string {
  return `(
    select whose.workspace_id, whose.id, whose.unit_kind, whose.unit_id, whose.person_id, said.*
    from finding as whose
    cross join lateral (
      select ${saidOf('whose')} where whose.closed_at is null and whose.since_run <= ${run}
      union all
      select ${saidOf('latest')}
      from (
        select kept.* from finding_version as kept
        where kept.workspace_id = whose.workspace_id and kept.id = whose.id and kept.since_run <= ${run}
        order by kept.since_run desc
        limit 1
      ) as latest
      where latest.until_run > ${run}
    ) as said
  )`;
}
