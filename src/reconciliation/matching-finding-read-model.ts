import type { FindingId, PersonId, WorkspaceId } from '../kernel/index.ts';
import { expectFewLookUps, type Page, type Queryable, readAhead, type Stretch, type Transaction } from '../platform/index.ts';
import { type FindingFilter, readEffects } from './finding-filter.ts';
import { closedPlaces, openPlaces, showFindings } from './finding-page-read-model.ts';
import { inOrderOfList, isBehind, type ListedAt, positionAt, positionOfFinding } from './finding-position.ts';
import type { FindingRow } from './finding-read-model.ts';
import { type Bind, binding } from './finding-shelf-read-model.ts';
import { pastPlaces } from './past-finding-page-read-model.ts';
import type { PastMoment } from './past-moment-read-model.ts';

/**
 * So many findings a page looks at, at the most, of which it shows those that are asked for: it may be short then, and the next one goes on behind
 * them. Of a past instant fewer, since each is found among all that it has said.
 */
export const MOST_LOOKED_AT = 1_000;
const MOST_LOOKED_AT_THEN = 250;

interface MatchingPage extends Page {
  readonly filter: FindingFilter;
  /** Left out: now. */
  readonly moment?: PastMoment | undefined;
}

/** Findings of which everything holds that is asked for, in the order of the list. */
export async function matchFindings(tx: Transaction, workspaceId: WorkspaceId, asked: MatchingPage): Promise<Stretch<FindingRow>> {
  const { filter, limit, moment } = asked;
  await expectFewLookUps(tx);
  if (filter.personId !== undefined) return findingsOf(tx, workspaceId, { ...asked, personId: filter.personId });
  const looked =
    moment === undefined ? await presentPlaces(tx, workspaceId, asked) : await placesThen(tx, workspaceId, { ...asked, moment });
  const ids = looked.rows.map(({ id }) => id);
  const { next, rows } = await readAhead({ after: undefined, limit }, positionOfFinding, (page) =>
    showFindings(tx, workspaceId, { ids, filter, moment, limit: page.limit }),
  );
  return { rows, next: next ?? looked.next };
}

/** One person has few: all are read, and put in order. */
async function findingsOf(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, filter, limit, moment, personId }: MatchingPage & { readonly personId: PersonId },
): Promise<Stretch<FindingRow>> {
  const { rows } = await q.query<{ readonly id: FindingId }>(
    'select finding.id from finding where finding.workspace_id = $1 and finding.person_id = $2',
    [workspaceId, personId],
  );
  const all = await showFindings(q, workspaceId, { ids: rows.map(({ id }) => id), filter, moment });
  const behind = inOrderOfList(all).filter((finding) => isBehind(finding, after));
  return readAhead({ after, limit }, positionOfFinding, (page) => Promise.resolve(behind.slice(0, page.limit)));
}

/** Where the next findings stand among which are all that are asked for. */
async function presentPlaces(q: Queryable, workspaceId: WorkspaceId, { after, filter, limit }: MatchingPage): Promise<Stretch<ListedAt>> {
  const read = readEffects(filter);
  const from = (bind: Bind) => (filter.status === 'closed' ? closedPlaces(after, bind) : openPlaces({ ...read, after }, bind));
  return readAhead({ after, limit: Math.max(limit, MOST_LOOKED_AT) }, positionAt, async (page) => {
    const { bind, values } = binding(workspaceId, page.limit);
    const { rows } = await q.query<ListedAt>(
      `select page.id, case page.half when 1 then 'first' else 'last' end as half, nullif(page.ends_at, 'infinity') as "endEarliest"
       from (${from(bind)}) as page
       order by page.half, page.ends_at, page.id`,
      values,
    );
    return rows;
  });
}

function placesThen(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { after, filter, limit, moment }: MatchingPage & { readonly moment: PastMoment },
): Promise<Stretch<ListedAt>> {
  return pastPlaces(tx, workspaceId, { ...readEffects(filter), after, moment, limit: Math.max(limit, MOST_LOOKED_AT_THEN) });
}
