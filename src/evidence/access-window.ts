import { HOUR_MS, type Instant, latest, msBetween } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';

/**
 * When a leaver's last access ended, over all their accounts, in hours after the employment ended. Where that is known as a range alone, it
 * ended at the latest for the earlier bound, and at the earliest for the later one: the window holds whatever may be true (I10).
 */
export interface AccessWindow {
  readonly unit: ReportUnit;
  /** Somebody could still enter then; null: never proven. */
  readonly lastUsable: number | null;
  /** Nobody could any more; null: not proven by `evaluated`. */
  readonly firstUnusable: number | null;
  readonly evaluated: number;
  readonly deadline: { readonly earliest: number; readonly latest: number };
}

/**
 * The window in which the last access of a leaver ended: as long as one account is usable they have access, so the latest instants of all
 * accounts count, but for one that a human said is not theirs. Undefined for somebody without any account, and for whoever has not left.
 */
export function accessWindow(unit: ReportUnit): AccessWindow | undefined {
  const { end, deadline } = unit;
  const timings = unit.systems.flatMap(({ timing, accountId, standing }) =>
    timing === null || accountId === null || standing === 'barred' ? [] : [timing],
  );
  const [first] = timings;
  if (end === null || deadline === null || first === undefined) return undefined;
  const atLeast = (at: Instant) => msBetween(end.latest, at) / HOUR_MS;
  const atMost = (at: Instant) => msBetween(end.earliest, at) / HOUR_MS;
  const usable = timings.flatMap(({ lastProvenUsable, provenUsableAgain }) => provenUsableAgain ?? lastProvenUsable ?? []);
  const unusable = timings.map(({ firstProvenUnusable, provenUsableAgain }) => (provenUsableAgain === null ? firstProvenUnusable : null));
  const ended = unusable.filter((at) => at !== null);
  return {
    unit,
    lastUsable: usable.length === 0 ? null : atLeast(usable.reduce(latest)),
    firstUnusable: ended.length < unusable.length ? null : atMost(ended.reduce(latest)),
    evaluated: atLeast(timings.map(({ evaluatedAt }) => evaluatedAt).reduce(latest)),
    // An end that was earlier has its deadline earlier, too.
    deadline: { earliest: atMost(deadline.earliest), latest: atLeast(deadline.latest) },
  };
}

/** Whoever kept access longest comes first; those who still have it before all. */
export function longestFirst(a: AccessWindow, b: AccessWindow): number {
  const [endA, endB] = [a.firstUnusable ?? Number.MAX_VALUE, b.firstUnusable ?? Number.MAX_VALUE];
  return endB - endA || (b.lastUsable ?? -Number.MAX_VALUE) - (a.lastUsable ?? -Number.MAX_VALUE) || (a.unit.id < b.unit.id ? -1 : 1);
}
