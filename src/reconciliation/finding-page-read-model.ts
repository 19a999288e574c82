import type { FindingId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable, Stretch } from '../platform/index.ts';
import type { Effect } from '../verdict/index.ts';
import { asksEveryEffect, type FindingFilter, type ReadEffects } from './finding-filter.ts';
import { type Half, halfOf, type ReadPosition, readPosition } from './finding-position.ts';
import { type FindingRow, shownBeside, shownColumns } from './finding-read-model.ts';
import { type Bind, binding, conditionsOf, shelvesOf, shownPage } from './finding-shelf-read-model.ts';
import type { PastMoment } from './past-moment-read-model.ts';

/** A page of findings with one of the effects, or something about a role that has it. */
interface FindingPage extends Page {
  readonly effects: readonly Effect[];
}

/** The place of each half in the order, as the indexes have it. */
const places: Readonly<Record<Half, 1 | 2>> = { first: 1, last: 2 };

const halfColumn = "case when finding.effect in ('OK', 'INFO') then 2 else 1 end";
const endsAt = "coalesce(finding.end_earliest, 'infinity')";

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
  const page = openPlaces({ own: effects, byRole: asksEveryEffect({ effects }) ? [] : effects, after }, bind);
  const { rows } = await q.query<FindingRow>(shownPage({ page, order: 'page.half, page.ends_at, page.id' }, bind), values);
  return rows;
}

/** A statement of the first `$2` places behind a position at which an open finding stands that has one of the effects. */
export function openPlaces({ after, ...read }: ReadEffects & Pick<Page, 'after'>, bind: Bind): string {
  const position = readPosition(after);
  // What is behind `last` has passed everybody of the first half. Nothing is bound that no branch names: PostgreSQL could not tell its type.
  const own = position?.half === 'last' ? read.own.filter((effect) => halfOf(effect) === 'last') : read.own;
  if (own.length + read.byRole.length === 0) return nowhere;
  const branches = spotsOf({ ...read, own }, spotAfter(position, bind)).map(
    ({ condition, half, order }) => `(select ${half} as half, ${endsAt} as ends_at, finding.id
      from finding
      where finding.workspace_id = $1 and finding.closed_at is null and ${condition}
      order by ${order}
      limit $2)`,
  );
  return `select listed.half, listed.ends_at, listed.id
    from (${branches.join(' union ')}) as listed
    order by listed.half, listed.ends_at, listed.id
    limit $2`;
}

/** As `openPlaces`, of closed findings whatever their effect. */
export function closedPlaces(after: string | undefined, bind: Bind): string {
  const place = `${halfColumn}, ${endsAt}, finding.id`;
  const passed = spotAfter(readPosition(after), bind);
  return `select ${halfColumn} as half, ${endsAt} as ends_at, finding.id
    from finding
    where finding.workspace_id = $1 and finding.closed_at is not null
      ${passed === undefined ? '' : `and (${place}) > (${places[passed.half]}, ${passed.end}, ${passed.id})`}
    order by ${place}
    limit $2`;
}

/** Where everybody of the only half that was asked for is passed. */
const nowhere = `select 1 as half, 'infinity'::timestamptz as ends_at, null::uuid as id where $1::uuid is null limit $2`;

interface NamedFindings {
  readonly ids: readonly FindingId[];
  /** Shows those alone that it asks for; all of them where it is left out. */
  readonly filter?: FindingFilter | undefined;
  /** Left out: now. */
  readonly moment?: PastMoment | undefined;
  /** As many as there are, where it is left out. */
  readonly limit?: number | undefined;
}

/** Named findings as they are, or as they were at a moment, in the order of the ids that are given. */
export async function showFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { filter, ids, moment, limit = ids.length }: NamedFindings,
): Promise<readonly FindingRow[]> {
  const { bind, values } = binding(workspaceId, limit);
  const shown = {
    page: `select given.id, given.place from unnest(${bind(ids)}::uuid[]) with ordinality as given (id, place)`,
    order: 'page.place',
    limit: '$2',
    moment,
    changedSince: filter?.changedSince,
    status: filter?.status,
    conditions: filter === undefined ? [] : conditionsOf(filter, bind),
  };
  const { rows } = await q.query<FindingRow>(shownPage(shown, bind), values);
  return rows;
}

interface WalkedFindings extends FindingFilter, Page {
  /** Left out: now. */
  readonly moment?: PastMoment | undefined;
}

/**
 * Findings as they are, or as they were, in the order of their ids: for whoever reads all of them. A position is an id. Looks at as many as a page
 * may hold, so that it may be short.
 */
export async function walkFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit, moment, ...filter }: WalkedFindings,
): Promise<Stretch<FindingRow>> {
  const { bind, values } = binding(workspaceId, limit);
  const shelves = shelvesOf({ moment, status: filter.status }, bind);
  const asked = bind(filter.effects);
  const behind = after === undefined ? '' : `and finding.id > ${bind(after)}::uuid`;
  const whose = filter.personId === undefined ? '' : `and finding.person_id = ${bind(filter.personId)}::uuid`;
  const branches = shelves.map(
    ({ holds, table }) => `(select finding.id
      from ${table}
      where finding.workspace_id = $1 and ${holds} ${whose}
        and (finding.effect = any (${asked}::text[]) or finding.role_effect = any (${asked}::text[])) ${behind}
      order by finding.id
      limit $2)`,
  );
  const { rows } = await q.query<{ readonly id: FindingId }>(
    `select walked.id from (${branches.join(' union all ')}) as walked order by walked.id limit $2`,
    values,
  );
  const ids = rows.map(({ id }) => id);
  return { rows: await showFindings(q, workspaceId, { ids, filter, moment }), next: ids.length < limit ? null : (ids.at(-1) ?? null) };
}

/** One finding, open or closed, by what it said last. */
export async function readFinding(q: Queryable, workspaceId: WorkspaceId, id: FindingId): Promise<FindingRow | undefined> {
  const { rows } = await q.query<FindingRow>(
    `select ${shownColumns} from finding ${shownBeside} where finding.workspace_id = $1 and finding.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
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
function spotsOf(read: ReadEffects, after: Behind | undefined): readonly Spot[] {
  const order = `${endsAt}, finding.id`;
  const own = [...new Set(read.own)].map((effect) => {
    const half = halfOf(effect);
    const behind = after?.half === half ? `and (${order}) > (${after.end}, ${after.id})` : '';
    return { half: `${places[half]}`, condition: `finding.effect = '${effect}' ${behind}`, order };
  });
  return [...own, ...[...new Set(read.byRole)].map((effect) => roleSpot(effect, after))];
}

function roleSpot(effect: Effect, after: Behind | undefined): Spot {
  const order = `${halfColumn}, ${endsAt}, finding.id`;
  const behind = after === undefined ? '' : `and (${order}) > (${places[after.half]}, ${after.end}, ${after.id})`;
  return { half: halfColumn, condition: `finding.role_effect = '${effect}' ${behind}`, order };
}
