import { DAY_MS, type Instant, MINUTE_MS, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { lastActivityBefore, readActivity } from './activity-read-model.ts';
import { instantIn } from './exchange-id.ts';
import { type ActiveMinute, type Cycle, KNOWN_AROUND_MS, latestFirst, recogniseCycles } from './recognise-cycles.ts';

/** How much of the log is read at a time: a day has about 36 cycles (entra-scim-client §4.3). */
const WINDOW_MS = DAY_MS;

export interface CycleQuery {
  /** Now. */
  readonly at: Instant;
  /** The cycle that the page before ended with. */
  readonly after: Cycle | undefined;
  readonly limit: number;
}

/**
 * A page of cycles, those that ended last first. Reads back from where the page begins, a window of activity after the other, until
 * every cycle of the page has been seen from its beginning, with what must be known around it.
 */
export async function listCycles(q: Queryable, workspaceId: WorkspaceId, { at, after, limit }: CycleQuery): Promise<readonly Cycle[]> {
  const end = plusMs(after?.endedAt ?? at, KNOWN_AROUND_MS);
  const minutes: ActiveMinute[] = [];
  let edge = end;
  for (;;) {
    const newest = await lastActivityBefore(q, workspaceId, edge);
    const found = recogniseCycles(minutes).filter((cycle) => after === undefined || latestFirst(after, cycle) < 0);
    const page = found.slice(0, limit);
    const isKnown = found.length >= limit && page.every((cycle) => isSeenWhole(cycle, edge));
    if (newest === null || isKnown) return page;
    const from = plusMs(newest, -WINDOW_MS);
    minutes.push(...(await readActivity(q, workspaceId, { from, to: plusMs(newest, MINUTE_MS) })));
    edge = from;
  }
}

/** Whether what was read from `edge` on says all about a cycle. */
function isSeenWhole({ startedAt }: Cycle, edge: Instant): boolean {
  return startedAt >= plusMs(edge, KNOWN_AROUND_MS);
}

/** The cycle of an id; undefined when none began then. */
export async function findCycle(q: Queryable, workspaceId: WorkspaceId, id: string, at: Instant): Promise<Cycle | undefined> {
  const startedAt = instantIn(id);
  if (startedAt === undefined || startedAt > at) return undefined;
  let edge = plusMs(startedAt, -KNOWN_AROUND_MS);
  const minutes: ActiveMinute[] = [];
  for (;;) {
    const to = plusMs(edge, WINDOW_MS);
    minutes.push(...(await readActivity(q, workspaceId, { from: edge, to })));
    edge = to;
    const cycle = recogniseCycles(minutes).find((one) => one.id === id);
    const isOver = cycle === undefined || plusMs(cycle.endedAt, KNOWN_AROUND_MS) <= edge;
    if (isOver || edge > at) return cycle;
  }
}
