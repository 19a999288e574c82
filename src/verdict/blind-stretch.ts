import { earliest, type Instant } from '../kernel/index.ts';

/** A stretch in which nobody looked at a whole directory to the end. */
export interface BlindStretch {
  /** The same in every answer and report: whose stretch it is, and since when. */
  readonly gapId: string;
  /** Null where no directory was connected at all. */
  readonly connectionId: string | null;
  readonly from: Instant;
  /** Null while it goes on. */
  readonly to: Instant | null;
  /** `no-run`, `not-synced-yet`, `connection-removed`, `not-connected`, `held`, or how the last look failed that was tried in it. */
  readonly because: string;
}

/** A connection to a directory's tenant. */
export interface WatchedConnection {
  readonly id: string;
  readonly addedAt: Instant;
  readonly removedAt: Instant | null;
  /** When the tenant was connected anew after that; null where it was not. */
  readonly anewAt: Instant | null;
}

/** A look at the whole directory, or one of any kind that came to no end and so proves nothing. */
export interface TriedLook {
  readonly connectionId: string;
  readonly complete: boolean;
  readonly from: Instant;
  readonly to: Instant;
  readonly errorCode: string | null;
}

/** What stands in the place of a code where a look ended without one. */
export const UNFINISHED = 'not finished';

/**
 * The stretches of a connection up to `end` in which nobody looked, in time order: between its complete looks, and after it was removed until somebody connected its
 * tenant anew. `looks` in the order of time, from the last complete one before whatever is asked for; what lies before that one is not to be asked for.
 */
export function blindStretchesOf(
  { addedAt, anewAt, id, removedAt }: WatchedConnection,
  looks: readonly TriedLook[],
  end: Instant,
): readonly BlindStretch[] {
  const own = looks.filter(({ connectionId }) => connectionId === id);
  const isRemoved = removedAt !== null && removedAt < end;
  const complete = own.filter((look) => look.complete);
  const looking = gapsBetween(complete, { from: addedAt, to: isRemoved ? removedAt : end }).map(({ from, to }) => ({
    gapId: gapIdOf(id, from),
    connectionId: id,
    from,
    to: to === end ? null : to,
    because: lastFailure(own, { from, to }) ?? (from === addedAt ? 'not-synced-yet' : 'no-run'),
  }));
  if (!isRemoved) return looking;
  const to = anewAt !== null && anewAt < end ? anewAt : null;
  return [...looking, { gapId: gapIdOf(id, removedAt), connectionId: id, from: removedAt, to, because: 'connection-removed' }];
}

/** The stretches from `from` to `end` in which no directory was connected at all. `connections` in the order in which they were added. */
export function unconnectedStretches(
  connections: readonly Pick<WatchedConnection, 'addedAt' | 'removedAt'>[],
  { from: start, end }: { readonly from: Instant; readonly end: Instant },
): readonly BlindStretch[] {
  const connected = connections.map(({ addedAt, removedAt }) => ({ from: addedAt, to: removedAt ?? end }));
  return gapsBetween(connected, { from: start, to: end }).map(({ from, to }) => ({
    gapId: gapIdOf(null, from),
    connectionId: null,
    from,
    to: to === end ? null : to,
    because: 'not-connected',
  }));
}

/** Readable, so that nobody needs a program to tell whose stretch it is. */
export function gapIdOf(connectionId: string | null, from: Instant): string {
  return `${connectionId ?? 'none'}/${from}`;
}

/** When the tenant of each connection was connected anew after it. `connections` in the order in which they were added. */
export function connectedAnew<
  Connection extends { readonly tenantId: string; readonly addedAt: Instant; readonly removedAt: Instant | null },
>(connections: readonly Connection[]): readonly (Connection & { readonly anewAt: Instant | null })[] {
  return connections.map((connection) => {
    const { removedAt, tenantId } = connection;
    const later = removedAt === null ? undefined : connections.find((other) => other.tenantId === tenantId && other.addedAt >= removedAt);
    return { ...connection, anewAt: later?.addedAt ?? null };
  });
}

function lastFailure(looks: readonly TriedLook[], { from, to }: Stretch): string | undefined {
  const failed = looks.filter((look) => !look.complete && look.to > from && look.to <= to);
  const last = failed.toSorted((a, b) => (a.to < b.to ? -1 : 1)).at(-1);
  return last === undefined ? undefined : (last.errorCode ?? UNFINISHED);
}

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** The stretches of a range that none of the given ones, in time order, covers. */
export function gapsBetween(covered: readonly Stretch[], { from: start, to: end }: Stretch): readonly Stretch[] {
  const gaps: Stretch[] = [];
  let at = start;
  for (const { from, to } of covered) {
    if (from > at && at < end) gaps.push({ from: at, to: earliest(from, end) });
    if (to > at) at = to;
  }
  if (at < end) gaps.push({ from: at, to: end });
  return gaps;
}
