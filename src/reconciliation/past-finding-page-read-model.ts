import { epochMs, type Instant, type WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, type Page, type Queryable, type Stretch, type Transaction } from '../platform/index.ts';
import type { Effect } from '../verdict/index.ts';
import { asksEveryEffect, type ReadEffects } from './finding-filter.ts';
import { showFindings } from './finding-page-read-model.ts';
import { type Half, halfOf, type ListedAt, positionAt, type ReadPosition, readPosition } from './finding-position.ts';
import type { FindingRow } from './finding-read-model.ts';
import type { PastMoment } from './past-moment-read-model.ts';

/**
 * So many findings that said something else at the instant a page passes over at the most, of each effect, beside those that it shows. It may be
 * short then, and the next one goes on behind them.
 */
export const MOST_PASSED = 500;

interface PastPage extends Page {
  readonly effects: readonly Effect[];
  readonly moment: PastMoment;
}

/** What findings said at a moment, in the order of the list of present ones. */
export async function listPastFindings(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { effects, moment, ...page }: PastPage,
): Promise<Stretch<FindingRow>> {
  await expectFewRows(tx);
  const read = { own: effects, byRole: asksEveryEffect({ effects }) ? [] : effects };
  const { next, rows } = await pastPlaces(tx, workspaceId, { ...read, ...page, moment });
  return { rows: await showFindings(tx, workspaceId, { ids: rows.map(({ id }) => id), moment }), next };
}

/** Where findings stood at a moment that had one of the effects, as far as the page comes. */
export async function pastPlaces(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { after, limit, moment, ...read }: ReadEffects & Page & { readonly moment: PastMoment },
): Promise<Stretch<ListedAt>> {
  const position = readPosition(after);
  const walked = await walk(tx, workspaceId, {
    own: ownWays(read.own, position),
    byRole: roleWays(read.byRole, position),
    moment,
    limit: limit + 1,
  });
  const { next, rows } = stretchOf(walked, limit);
  return { rows, next: next === null ? null : positionAt(next) };
}

/** Where findings stood at a moment that had one of the effects, by the beginning of their end alone, from an instant on or behind a place, as far as the page comes. */
export async function pastPlacesByEnd(
  q: Queryable,
  workspaceId: WorkspaceId,
  { effects, from, limit, moment, since }: PageByEnd,
): Promise<{ readonly rows: readonly ListedAt[]; readonly next: ListedAt | null }> {
  const seconds = from === undefined ? since && epochMs(since) / 1_000 : from.endMs / 1_000;
  const place = { ...beginning, ...(seconds !== null && { seconds }), ...(from !== undefined && { id: from.id }) };
  const walked = await walk(q, workspaceId, {
    own: effects.map((effect) => ({ effect, half: 'first', ...place })),
    byRole: [],
    moment,
    limit: limit + 1,
  });
  return stretchOf(walked, limit);
}

interface PageByEnd {
  readonly effects: readonly Effect[];
  readonly moment: PastMoment;
  readonly since: Instant | null;
  readonly from: { readonly endMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

function stretchOf(walked: readonly WalkedPlace[], limit: number): { readonly rows: readonly ListedAt[]; readonly next: ListedAt | null } {
  const found = walked.filter(({ isBorder }) => !isBorder);
  const last = found.length > limit ? found[limit - 1] : walked.find(({ isBorder }) => isBorder);
  return { rows: found.slice(0, limit), next: last ?? null };
}

/** An effect, and behind which place of the list its findings are read; `seconds` since 1970. */
interface Way {
  readonly effect: Effect;
  readonly half: Half;
  readonly seconds: number;
  readonly id: string;
}

const beginning = { seconds: -Infinity, id: '00000000-0000-0000-0000-000000000000' };

/** Findings whose own effect it is stand in one half of the list. */
function ownWays(effects: readonly Effect[], after: ReadPosition | undefined): readonly Way[] {
  return effects.flatMap((effect) => {
    const half = halfOf(effect);
    if (after?.half === 'last' && half === 'first') return [];
    return [{ effect, half, ...(after?.half === half ? placeOf(after) : beginning) }];
  });
}

function roleWays(effects: readonly Effect[], after: ReadPosition | undefined): readonly Way[] {
  const from = after === undefined ? { half: 'first' as const, ...beginning } : { half: after.half, ...placeOf(after) };
  return effects.map((effect) => ({ effect, ...from }));
}

function placeOf({ endMs, id }: ReadPosition): Pick<Way, 'seconds' | 'id'> {
  return { seconds: endMs === null ? Infinity : Number(endMs) / 1_000, id };
}

/** A place in the list: of a finding that said something then, or the border up to which everything was looked at. */
interface WalkedPlace extends ListedAt {
  readonly isBorder: boolean;
}

interface Walk {
  readonly own: readonly Way[];
  readonly byRole: readonly Way[];
  readonly moment: PastMoment;
  readonly limit: number;
}

const endsAt = "coalesce(finding.end_earliest, 'infinity')";
const halfColumn = "case when finding.effect in ('OK', 'INFO') then 2 else 1 end";

/** How findings are told apart: by their own effect, or by that of what is wrong with a role. */
interface Kind {
  readonly name: string;
  readonly effect: string;
  readonly half: string;
  /** The order of its index. */
  readonly key: string;
  readonly from: (place: string) => string;
  readonly asked: string;
}

const kinds: readonly Kind[] = [
  {
    name: 'own',
    effect: 'finding.effect',
    half: 'way.half',
    key: `${endsAt}, finding.id`,
    from: (place) => `${place}.ends_at, ${place}.id`,
    asked: askedWays(5),
  },
  {
    name: 'role',
    effect: 'finding.role_effect',
    half: halfColumn,
    key: `${halfColumn}, ${endsAt}, finding.id`,
    from: (place) => `${place}.half, ${place}.ends_at, ${place}.id`,
    asked: askedWays(9),
  },
];

function askedWays(first: number): string {
  return `(
    select asked.effect, asked.half, to_timestamp(asked.seconds) as ends_at, asked.id
    from unnest($${first}::text[], $${first + 1}::integer[], $${first + 2}::float8[], $${first + 3}::uuid[]) as asked (effect, half, seconds, id)
  ) as way`;
}

/** Findings that say today what they have said since some run: those of which it was a later one are passed over. */
function present({ asked, effect, from, half, key, name }: Kind): string {
  return `
    select '${name}, present, ' || way.effect as way, shelf.half, shelf.ends_at, shelf.id, shelf.since_run <= $2::integer as counts
    from ${asked}
    cross join lateral (
      select ${half} as half, ${endsAt} as ends_at, finding.id, finding.since_run
      from finding
      where finding.workspace_id = $1 and finding.closed_at is null and ${effect} = way.effect and (${key}) > (${from('way')})
      order by ${key}
      limit $4::integer
    ) as shelf`;
}

/**
 * What findings said before: from one finding to the next, whatever the number of their versions, and of each the one that was in force, by key. A
 * finding that ended at several times stands at each, and counts where it stood then.
 */
function kept({ asked, effect, from, half, key, name }: Kind): string {
  return `
    select '${name}, kept, ' || way.effect, shelf.half, shelf.ends_at, shelf.id, shelf.counts
    from ${asked}
    cross join lateral (
      with recursive walk as (
        select way.half, way.ends_at, way.id, false as counts, 0 as passed, 0 as found
        union all
        select entry.half, entry.ends_at, entry.id, entry.counts, walk.passed + 1, walk.found + entry.counts::integer
        from walk
        cross join lateral (
          select next.half, next.ends_at, next.id, coalesce((
            select finding.until_run > $2::integer and ${effect} = way.effect and ${endsAt} = next.ends_at and ${half} = next.half
            from finding_version as finding
            where finding.workspace_id = $1 and finding.id = next.id and finding.since_run <= $2::integer
            order by finding.since_run desc
            limit 1
          ), false) as counts
          from (
            select ${half} as half, ${endsAt} as ends_at, finding.id
            from finding_version as finding
            where finding.workspace_id = $1 and ${effect} = way.effect and (${key}) > (${from('walk')})
            order by ${key}
            limit 1
          ) as next
        ) as entry
        where walk.passed < $4::integer and walk.found < $3::integer
      )
      select walk.half, walk.ends_at, walk.id, walk.counts from walk where walk.passed > 0
    ) as shelf`;
}

/** Every way is looked at up to the same border: the first place where one of them has not gone on. */
async function walk(q: Queryable, workspaceId: WorkspaceId, { byRole, limit, moment, own }: Walk): Promise<readonly WalkedPlace[]> {
  const { rows } = await q.query<WalkedPlace>(
    `with looked_at as materialized (${kinds.flatMap((kind) => [present(kind), kept(kind)]).join('\n union all')}),
     border as materialized (
       select way.half, way.ends_at, way.id
       from (
         select looked_at.*, count(*) over (partition by looked_at.way) as passed,
                row_number() over (partition by looked_at.way order by looked_at.half desc, looked_at.ends_at desc, looked_at.id desc) as back
         from looked_at
       ) as way
       where way.passed = $4::integer and way.back = 1
       order by way.half, way.ends_at, way.id
       limit 1
     )
     select place.id, case place.half when 1 then 'first' else 'last' end as half, nullif(place.ends_at, 'infinity') as "endEarliest", place."isBorder"
     from (
       (select distinct looked_at.half, looked_at.ends_at, looked_at.id, false as "isBorder"
        from looked_at
        left join border on true
        where looked_at.counts and (border.id is null or (looked_at.half, looked_at.ends_at, looked_at.id) <= (border.half, border.ends_at, border.id))
        order by looked_at.half, looked_at.ends_at, looked_at.id
        limit $3::integer)
       union all
       select border.half, border.ends_at, border.id, true from border
     ) as place
     order by place.half, place.ends_at, place.id, place."isBorder"`,
    [workspaceId, moment.run.ord, limit, limit + MOST_PASSED, ...columnsOf(own), ...columnsOf(byRole)],
  );
  return rows;
}

function columnsOf(ways: readonly Way[]): readonly unknown[] {
  return [
    ways.map(({ effect }) => effect),
    ways.map(({ half }) => (half === 'first' ? 1 : 2)),
    ways.map(({ seconds }) => `${seconds}`),
    ways.map(({ id }) => id),
  ];
}
