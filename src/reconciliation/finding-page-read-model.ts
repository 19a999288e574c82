import type { WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { type Effect, effects as everyEffect } from '../verdict/index.ts';
import { type Half, halfOf, type ReadPosition, readPosition } from './finding-position.ts';
import { type FindingRow, shownBeside, shownColumns } from './finding-read-model.ts';

/** The place of each half in the order, as the indexes have it. */
const places: Readonly<Record<Half, 1 | 2>> = { first: 1, last: 2 };

const halfColumn = "case when finding.effect in ('OK', 'INFO') then 2 else 1 end";
const endsAt = "coalesce(finding.end_earliest, 'infinity')";
const positionEnd = "coalesce('epoch'::timestamptz + $3::bigint * interval '1 millisecond', 'infinity')";

/**
 * Present verdicts with one of the effects, or something about a role that has it: first what is not simply well, leavers in the order of
 * their end, then in the order of their ids. Each effect is read from its own place in its own index, so that any page costs what the first one costs.
 */
export async function listFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { effects, after, limit }: Page & { readonly effects: readonly Effect[] },
): Promise<readonly FindingRow[]> {
  const position = readPosition(after);
  const { rows } = await q.query<FindingRow>(
    `with page as (
       select listed.half, listed.ends_at, listed.id
       from (${branches(new Set(effects), position).join(' union ')}) as listed
       order by listed.half, listed.ends_at, listed.id
       limit $2
     )
     select ${shownColumns}
     from page
     join finding on finding.workspace_id = $1 and finding.id = page.id
     ${shownBeside}
     order by page.half, page.ends_at, page.id`,
    [workspaceId, limit, ...(position === undefined ? [] : [position.endMs, position.id])],
  );
  return rows;
}

/** The first rows behind the position under each effect; together they hold the first of all. Names of effects are our own words. */
function branches(asked: ReadonlySet<Effect>, position: ReadPosition | undefined): readonly string[] {
  const own = [...asked].flatMap((effect) => {
    const half = halfOf(effect);
    const isPassed = position?.half === 'last' && half === 'first';
    const behind = position?.half === half ? `and (${endsAt}, finding.id) > (${positionEnd}, $4::uuid)` : '';
    return isPassed ? [] : [branch(`${places[half]}`, `finding.effect = '${effect}' ${behind}`, `${endsAt}, finding.id`)];
  });
  if (everyEffect.every((effect) => asked.has(effect))) return own;
  const order = `${halfColumn}, ${endsAt}, finding.id`;
  const behind = position === undefined ? '' : `and (${order}) > (${places[position.half]}, ${positionEnd}, $4::uuid)`;
  return [...own, ...[...asked].map((effect) => branch(halfColumn, `finding.role_effect = '${effect}' ${behind}`, order))];
}

function branch(half: string, condition: string, order: string): string {
  return `(select ${half} as half, ${endsAt} as ends_at, finding.id
           from finding
           where finding.workspace_id = $1 and finding.closed_at is null and ${condition}
           order by ${order}
           limit $2)`;
}
