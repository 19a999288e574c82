import { epochMs, type FindingId, type Instant } from '../kernel/index.ts';
import type { Effect } from '../verdict/index.ts';

/** What decides where a finding stands in the list. */
export interface ListedPlace {
  readonly id: FindingId;
  readonly effect: Effect;
  readonly endEarliest: Instant | null;
}

/** In `last` is whoever is simply well, behind all others. */
export type Half = 'first' | 'last';

/** Milliseconds of an instant that PostgreSQL has, from before any employment up to far beyond the year 9999: nobody can ask for one at which the database would fail. */
export const endOfPosition = '(?:\\d{1,15}|-\\d{1,14})';

/** Where a finding stood when it was shown. A reconciliation may move it meanwhile; whoever reads page by page goes on from here all the same. */
export const findingPosition = new RegExp(`^(?:first|last)\\.(?:${endOfPosition}|never)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`);

export function positionOfFinding({ effect, endEarliest, id }: ListedPlace): string {
  return positionAt({ half: halfOf(effect), endEarliest, id });
}

/** A place in the list. */
export interface ListedAt extends Omit<ListedPlace, 'effect'> {
  readonly half: Half;
}

export function positionAt({ endEarliest, half, id }: ListedAt): string {
  return `${half}.${endEarliest === null ? 'never' : epochMs(endEarliest)}.${id}`;
}

export function halfOf(effect: Effect): Half {
  return effect === 'OK' || effect === 'INFO' ? 'last' : 'first';
}

/** A position taken apart; `endMs` is null where the employment has not ended. */
export interface ReadPosition {
  readonly half: Half;
  readonly endMs: string | null;
  readonly id: string;
}

export function readPosition(position: string | undefined): ReadPosition | undefined {
  const [half, end = 'never', id = ''] = position?.split('.') ?? [];
  return half === undefined ? undefined : { half: half === 'last' ? 'last' : 'first', endMs: end === 'never' ? null : end, id };
}

/** Findings in the order in which they are listed. */
export function inOrderOfList<Finding extends ListedPlace>(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => compareOrders(orderOf(positionOfFinding(a)), orderOf(positionOfFinding(b))));
}

/** Whether a finding stands behind a position; behind none stands everything. */
export function isBehind(finding: ListedPlace, position: string | undefined): boolean {
  return position === undefined || compareOrders(orderOf(positionOfFinding(finding)), orderOf(position)) > 0;
}

type Order = readonly [half: number, endMs: number, id: string];

function orderOf(position: string): Order {
  const { endMs = null, half = 'first', id = '' } = readPosition(position) ?? {};
  return [half === 'first' ? 1 : 2, endMs === null ? Infinity : Number(endMs), id];
}

function compareOrders([half, endMs, id]: Order, [otherHalf, otherEndMs, otherId]: Order): number {
  if (half !== otherHalf) return half - otherHalf;
  if (endMs !== otherEndMs) return endMs < otherEndMs ? -1 : 1;
  if (id === otherId) return 0;
  return id < otherId ? -1 : 1;
}
