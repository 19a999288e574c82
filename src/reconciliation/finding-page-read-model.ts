import type { FindingId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { type Effect, effects as everyEffect } from '../verdict/index.ts';
import { type Half, halfOf, type ReadPosition, readPosition } from './finding-position.ts';
import { type FindingRow, shownBeside, shownColumns } from './finding-read-model.ts';
import { type PastMoment, shownBesideThen } from './past-moment-read-model.ts';

/** A page of findings with one of the effects, or something about a role that has it. */
interface FindingPage extends Page {
  readonly effects: readonly Effect[];
}

/** Takes a value into a statement, and gives the name that it has there. */
type Bind = (value: unknown) => string;

/** A table with what findings say, under the name `finding`, and which of its rows count. */
interface Shelf {
  readonly table: string;
  readonly holds: string;
}

/** The place of each half in the order, as the indexes have it. */
const places: Readonly<Record<Half, 1 | 2>> = { first: 1, last: 2 };

const halfColumn = "case when finding.effect in ('OK', 'INFO') then 2 else 1 end";
const endsAt = "coalesce(finding.end_earliest, 'infinity')";

const saidColumns = `finding.workspace_id, finding.id, finding.unit_kind, finding.unit_id, finding.person_id, finding.rule, finding.verdict, finding.effect,
  finding.all_rules, finding.vector, finding.systems, finding.end_earliest, finding.end_latest, finding.deadline_earliest, finding.deadline_latest,
  finding.policy_id, finding.sentence, finding.evidence, finding.own_records, finding.opened_at`;

/**
 * First what is not simply well, leavers in the order of their end, then in the order of their ids. Each effect is read from its own place in its
 * own index, so that any page costs what the first one costs.
 */
export async function listFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { effects, after, limit }: FindingPage,
): Promise<readonly FindingRow[]> {
  const { bind, values } = binding(workspaceId, limit);
  const branches = spotsOf(new Set(effects), spotAfter(readPosition(after), bind)).map(
    ({ condition, half, order }) => `(select ${half} as half, ${endsAt} as ends_at, finding.id
      from finding
      where finding.workspace_id = $1 and finding.closed_at is null and ${condition}
      order by ${order}
      limit $2)`,
  );
  const shelves = shelvesOf(undefined, bind);
  const page = `select listed.half, listed.ends_at, listed.id
    from (${branches.join(' union ')}) as listed
    order by listed.half, listed.ends_at, listed.id
    limit $2`;
  const { rows } = await q.query<FindingRow>(
    shownPage({ page, shelves, moment: undefined, order: 'page.half, page.ends_at, page.id' }, bind),
    values,
  );
  return rows;
}

/** Named findings as they were at a moment, in the order of the ids that are given. */
export async function showPastFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { ids, moment }: { readonly ids: readonly FindingId[]; readonly moment: PastMoment },
): Promise<readonly FindingRow[]> {
  const { bind, values } = binding(workspaceId, ids.length);
  const page = `select given.id, given.place from unnest(${bind(ids)}::uuid[]) with ordinality as given (id, place) limit $2`;
  const { rows } = await q.query<FindingRow>(
    shownPage({ page, shelves: shelvesOf(moment, bind), moment, order: 'page.place' }, bind),
    values,
  );
  return rows;
}

interface WalkedFindings extends FindingPage {
  /** Left out: now. */
  readonly moment?: PastMoment | undefined;
}

/** Findings as they are, or as they were, in the order of their ids: for whoever reads all of them. A position is an id. */
export async function walkFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { effects, after, limit, moment }: WalkedFindings,
): Promise<readonly FindingRow[]> {
  const { bind, values } = binding(workspaceId, limit);
  const shelves = shelvesOf(moment, bind);
  const asked = bind(effects);
  const behind = after === undefined ? '' : `and finding.id > ${bind(after)}::uuid`;
  const branches = shelves.map(
    ({ holds, table }) => `(select finding.id
      from ${table}
      where finding.workspace_id = $1 and ${holds}
        and (finding.effect = any (${asked}::text[]) or finding.role_effect = any (${asked}::text[])) ${behind}
      order by finding.id
      limit $2)`,
  );
  const page = `select walked.id from (${branches.join(' union all ')}) as walked order by walked.id limit $2`;
  const { rows } = await q.query<FindingRow>(shownPage({ page, shelves, moment, order: 'page.id' }, bind), values);
  return rows;
}

/** One finding, open or closed, by what it said last. */
export async function readFinding(q: Queryable, workspaceId: WorkspaceId, id: FindingId): Promise<FindingRow | undefined> {
  const { rows } = await q.query<FindingRow>(
    `select ${shownColumns} from finding ${shownBeside} where finding.workspace_id = $1 and finding.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** `$1` is the workspace, `$2` how many rows. */
function binding(workspaceId: WorkspaceId, limit: number): { readonly bind: Bind; readonly values: readonly unknown[] } {
  const values: unknown[] = [workspaceId, limit];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Whatever was said at a moment is still said, or was kept when it ended. */
function shelvesOf(moment: PastMoment | undefined, bind: Bind): readonly Shelf[] {
  if (moment === undefined) return [{ table: 'finding', holds: 'finding.closed_at is null' }];
  const run = `${bind(moment.run.ord)}::integer`;
  return [
    { table: 'finding', holds: `finding.closed_at is null and finding.since_run <= ${run}` },
    { table: 'finding_version as finding', holds: `finding.since_run <= ${run} and finding.until_run > ${run}` },
  ];
}

interface Shown {
  readonly page: string;
  readonly shelves: readonly Shelf[];
  readonly moment: PastMoment | undefined;
  readonly order: string;
}

/** A statement that shows a page of ids. Each of them is on one shelf. */
function shownPage({ order, page, shelves, moment }: Shown, bind: Bind): string {
  const named = moment === undefined ? undefined : { run: bind(moment.run.ord), at: bind(moment.at), timeZone: bind(moment.run.timeZone) };
  const said = shelves.map(
    ({ holds, table }) => `select ${saidColumns} from ${table} where finding.workspace_id = $1 and finding.id = page.id and ${holds}`,
  );
  return `with page as (${page})
    select ${shownColumns}
    from page
    cross join lateral (${said.join(' union all ')}) as finding
    ${named === undefined ? shownBeside : shownBesideThen(named)}
    order by ${order}`;
}

interface Spot {
  readonly half: string;
  readonly condition: string;
  readonly order: string;
}

interface Behind {
  readonly half: Half;
  readonly end: string;
  readonly id: string;
}

function spotAfter(position: ReadPosition | undefined, bind: Bind): Behind | undefined {
  if (position === undefined) return undefined;
  const end = `coalesce('epoch'::timestamptz + ${bind(position.endMs)}::bigint * interval '1 millisecond', 'infinity')`;
  return { half: position.half, end, id: `${bind(position.id)}::uuid` };
}

/** Where each effect goes on: the first rows of all of them hold the first of the list. Names of effects are our own words. */
function spotsOf(asked: ReadonlySet<Effect>, after: Behind | undefined): readonly Spot[] {
  const order = `${endsAt}, finding.id`;
  const own = [...asked].flatMap((effect) => {
    const half = halfOf(effect);
    const isPassed = after?.half === 'last' && half === 'first';
    const behind = after?.half === half ? `and (${order}) > (${after.end}, ${after.id})` : '';
    return isPassed ? [] : [{ half: `${places[half]}`, condition: `finding.effect = '${effect}' ${behind}`, order }];
  });
  return everyEffect.every((effect) => asked.has(effect)) ? own : [...own, ...[...asked].map((effect) => roleSpot(effect, after))];
}

function roleSpot(effect: Effect, after: Behind | undefined): Spot {
  const order = `${halfColumn}, ${endsAt}, finding.id`;
  const behind = after === undefined ? '' : `and (${order}) > (${places[after.half]}, ${after.end}, ${after.id})`;
  return { half: halfColumn, condition: `finding.role_effect = '${effect}' ${behind}`, order };
}
