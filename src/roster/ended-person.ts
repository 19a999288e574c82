import { DAY_MS } from '../kernel/index.ts';
import { lastDayOf, type PlannedPerson } from './plan-import.ts';

/** A row that would end somebody's employment, or end it sooner than the rosters before say. */
export interface StatedEnd {
  readonly personId: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly line: number;
}

/** A stretch of employment; `last` is its last day, null while none is named. */
interface Stretch {
  readonly start: string;
  readonly last: string | null;
}

/** A weekend between two contracts is no leaving. */
const MAX_GAP_DAYS = 3;

/**
 * The row by which a known person's employment would end sooner than is known. Counted are people, not periods: whose period ends while
 * the next one follows has moved, and whose contract is extended stays. Who had left by `today` (`YYYY-MM-DD`) cannot leave again.
 */
export function statedEndOf({ known, rows }: PlannedPerson, today: string): StatedEnd | undefined {
  const present = (known?.periods ?? []).filter((period) => !period.isEndedByOmission && !isOver(lastDayOf(period), today));
  if (known === null || present.length === 0) return undefined;
  const changed = new Map(rows.flatMap(({ row, before }) => (before === null ? [] : [[before.id, row] as const])));
  const before = employedUntil(present.map(stretchOf));
  const begun = rows.filter((planned) => planned.before === null && !isOver(lastDayOf(planned.row), today));
  const after = employedUntil([
    ...present.map((period) => stretchOf(changed.get(period.id) ?? period)),
    ...begun.map(({ row }) => stretchOf(row)),
  ]);
  if (after === null || (before !== null && after >= before)) return undefined;
  const last = rows.findLast(({ row }) => lastDayOf(row) === after)?.row ?? rows.at(-1)?.row;
  return last === undefined ? undefined : { personId: known.id, endDate: last.endDate, lastDay: last.lastDay, line: last.line };
}

function stretchOf(period: { readonly startDate: string; readonly endDate: string | null; readonly lastDay: string | null }): Stretch {
  return { start: period.startDate, last: lastDayOf(period) };
}

function isOver(last: string | null, today: string): boolean {
  return last !== null && last < today;
}

/** The last day of the first stretch and of those that follow it without a gap; null where there is no last day. At least one. */
function employedUntil(stretches: readonly Stretch[]): string | null {
  let until: string | null | undefined;
  for (const { start, last } of stretches.toSorted((a, b) => a.start.localeCompare(b.start))) {
    if (until === null) return null;
    if (until === undefined) until = last;
    else if (Date.parse(start) - Date.parse(until) <= MAX_GAP_DAYS * DAY_MS) until = last === null || last > until ? last : until;
  }
  return until ?? null;
}
