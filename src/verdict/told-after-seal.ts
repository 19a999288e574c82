import type { Instant } from '../kernel/index.ts';
import type { EarlierSeal } from './seals-over-period.ts';

/** An end of employment, and since when the ledger has HR's word on it. */
export interface KnownEnd {
  readonly earliest: Instant;
  readonly knownAt: Instant;
}

interface Asking {
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly asOf: string;
}

/**
 * The final report that was sealed over the time of an end, and did not know of it: whoever left then is a leaver of no report, and a later one has to say so.
 * Undefined where a final report could know it, or none was sealed over that time by the as-of of the one that asks, or it is a leaver of that one. Of several
 * the one that knew most.
 */
export function unawareSeal({ earliest, knownAt }: KnownEnd, seals: readonly EarlierSeal[], asking: Asking): EarlierSeal | undefined {
  if (isWithin(asking.periodStart, asking.periodEnd, earliest)) return undefined;
  const over = seals.filter(
    ({ kind, periodEnd, periodStart, sealedAt }) =>
      kind === 'FINAL' && sealedAt !== null && sealedAt <= asking.asOf && isWithin(periodStart, periodEnd, earliest),
  );
  // Instants of this ledger are written in one way, in which the order of the texts is that of time.
  if (over.some(({ asOf }) => asOf === null || asOf >= knownAt)) return undefined;
  return over.toSorted((a, b) => (a.asOf ?? '').localeCompare(b.asOf ?? '') || a.index - b.index).at(-1);
}

function isWithin(start: string | null, end: string | null, at: Instant): boolean {
  return start !== null && end !== null && at >= start && at < end;
}
