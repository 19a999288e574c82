import { addressKey } from '../kernel/index.ts';
import type { RejectedRow, RosterRow } from './roster-row.ts';

/** A period as the store knows it. */
export interface KnownPeriod {
  readonly id: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
  readonly site: string | null;
  readonly status: string;
  readonly workerType: string;
  /** It ended, and HR has said so by leaving them out. */
  readonly isEndedByOmission: boolean;
  /** The day on which HR named it last, of one that ended so; null of others. */
  readonly namedLast: string | null;
}

export interface KnownPerson {
  readonly id: string;
  readonly employeeId: string;
  readonly displayName: string | null;
  readonly workEmail: string;
  /** The address as it is compared. */
  readonly emailKey: string;
  readonly managerEmployeeId: string | null;
  readonly periods: readonly KnownPeriod[];
}

export type RowOutcome = 'added' | 'rehired' | 'ended' | 'changed' | 'unchanged';

/** What one row comes to. `before` is the period that it changes; null where it begins one. */
export interface PlannedRow {
  readonly row: RosterRow;
  readonly outcome: RowOutcome;
  readonly before: KnownPeriod | null;
}

/** The rows of one employee id, in order of their start; the last one says who the person is now. */
export interface PlannedPerson {
  readonly employeeId: string;
  readonly known: KnownPerson | null;
  readonly rows: readonly PlannedRow[];
}

/** A row that could be read, and is not taken since it does not fit others. */
export interface UnfittingRow extends RejectedRow {
  readonly row: RosterRow;
}

export interface ImportPlan {
  readonly people: readonly PlannedPerson[];
  readonly rejected: readonly UnfittingRow[];
}

/**
 * Compares a file's rows with what is known, without changing anything. `today` is the day of the import, `YYYY-MM-DD`:
 * a start that still lies ahead may be moved, one that has passed to an earlier day alone. A person whom the file lacks is left alone (I9).
 */
export function planImport(rows: readonly RosterRow[], known: ReadonlyMap<string, KnownPerson>, today: string): ImportPlan {
  const rejected: UnfittingRow[] = [];
  const people: PlannedPerson[] = [];
  for (const [employeeId, group] of byEmployee(rows)) {
    const person = known.get(employeeId) ?? null;
    const planned = planPerson(group, { person, today });
    for (const row of planned.rejected) rejected.push(row); // spread, as many as a file may have would not fit on the stack
    if (planned.rows.length > 0) people.push({ employeeId, known: person, rows: planned.rows });
  }
  return { people, rejected: rejected.sort((a, b) => a.line - b.line) };
}

function byEmployee(rows: readonly RosterRow[]): ReadonlyMap<string, readonly RosterRow[]> {
  const groups = new Map<string, RosterRow[]>();
  for (const row of rows) {
    const group = groups.get(row.employeeId);
    if (group === undefined) groups.set(row.employeeId, [row]);
    else group.push(row);
  }
  return groups;
}

interface PersonContext {
  readonly person: KnownPerson | null;
  readonly today: string;
}

interface Dates {
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  /** Of a row there is none. */
  readonly namedLast?: string | null;
}

interface FittedRows {
  readonly rows: readonly PlannedRow[];
  readonly rejected: readonly UnfittingRow[];
}

/**
 * Dates that move together are compared as they will stand: an end that is put off, and the beginning after it. Where that does not fit, each row is compared with what is
 * known as well, since a row that is not taken leaves that as it is.
 */
function planPerson(group: readonly RosterRow[], context: PersonContext): FittedRows {
  const { once, twice } = byStart(group);
  const spokenOf = periodsSpokenOf(once, context);
  const known = context.person?.periods ?? [];
  const others = known.filter((period) => ![...spokenOf.values()].includes(period));
  const together = fit(once, spokenOf, { context, known: others });
  const { rejected, rows } = together.rejected.length === 0 ? together : fit(once, spokenOf, { context, known });
  return {
    rows: rows.map((planned, index) => (index === rows.length - 1 ? withPerson(planned, context.person) : planned)),
    rejected: [...twice, ...rejected],
  };
}

/** In the order of their start, each start once. */
function byStart(group: readonly RosterRow[]): { readonly once: readonly RosterRow[]; readonly twice: readonly UnfittingRow[] } {
  const inOrder = group.toSorted((a, b) => a.startDate.localeCompare(b.startDate) || a.line - b.line);
  const isFirst = (row: RosterRow, index: number) => inOrder[index - 1]?.startDate !== row.startDate;
  return {
    once: inOrder.filter(isFirst),
    twice: inOrder.flatMap((row, index) => {
      const before = inOrder[index - 1];
      if (before === undefined || isFirst(row, index)) return [];
      const reason = `is there twice with the same start_date: on line ${before.line}, too; leave out the one that is wrong`;
      return [{ row, line: row.line, column: 'employee_id', reason }];
    }),
  };
}

function fit(
  rows: readonly RosterRow[],
  spokenOf: ReadonlyMap<RosterRow, KnownPeriod>,
  { context: { person }, known }: { readonly context: PersonContext; readonly known: readonly KnownPeriod[] },
): FittedRows {
  const fitting: PlannedRow[] = [];
  const rejected: UnfittingRow[] = [];
  const free = new Set(known);
  const stated: RosterRow[] = [];
  for (const row of rows) {
    const before = spokenOf.get(row) ?? null;
    const others: readonly Dates[] = [...[...free].filter((period) => period !== before), ...stated];
    const clash = others.find((other) => overlap(row, other));
    if (clash === undefined) {
      fitting.push({ row, before, outcome: outcomeOf(row, before, person !== null || fitting.length > 0) });
      if (before !== null) free.delete(before);
    } else {
      rejected.push(overlapping(row, clash));
    }
    stated.push(row);
  }
  return { rows: fitting, rejected };
}

/** A row that changes nothing of its period may still bring a new name, address or manager of the person. */
function withPerson(planned: PlannedRow, person: KnownPerson | null): PlannedRow {
  const { row, outcome } = planned;
  const isSame = person === null || isSamePerson(person, namedBy(row, person));
  return outcome === 'unchanged' && !isSame ? { ...planned, outcome: 'changed' } : planned;
}

/** What a roster says of who somebody is. */
export type PersonNamed = Pick<KnownPerson, 'workEmail' | 'emailKey' | 'displayName' | 'managerEmployeeId'>;

/** A row that names no display name or no manager leaves those that are known. */
export function namedBy(
  { workEmail, displayName, managerEmployeeId }: Omit<PersonNamed, 'emailKey'>,
  known: PersonNamed | null,
): PersonNamed {
  return {
    workEmail,
    emailKey: addressKey(workEmail),
    displayName: displayName ?? known?.displayName ?? null,
    managerEmployeeId: managerEmployeeId ?? known?.managerEmployeeId ?? null,
  };
}

const personNamed = ['workEmail', 'emailKey', 'displayName', 'managerEmployeeId'] as const satisfies readonly (keyof PersonNamed)[];

export function isSamePerson(one: PersonNamed, other: PersonNamed): boolean {
  return personNamed.every((name) => one[name] === other[name]);
}

/**
 * The known period that each row speaks of: the one that starts that day, else one whose start lies ahead and is being moved, which no other row speaks of, or one that began sooner than was known. Of several rows
 * that could have moved it the first has.
 */
function periodsSpokenOf(rows: readonly RosterRow[], { person, today }: PersonContext): ReadonlyMap<RosterRow, KnownPeriod> {
  const periods = person?.periods ?? [];
  const isStated = ({ startDate }: KnownPeriod) => rows.some((row) => row.startDate === startDate);
  const begunSooner = rows.length === 1 && rows[0] !== undefined ? begunBefore(rows[0], periods) : undefined;
  const ahead = periods.filter((period) => period.startDate > today && !isStated(period));
  const spokenOf = new Map<RosterRow, KnownPeriod>();
  let moved = ahead.length === 1 ? ahead[0] : undefined;
  for (const row of rows) {
    const same = periods.find(({ startDate }) => startDate === row.startDate);
    const period = same ?? (row.startDate > today ? moved : begunSooner);
    if (period === undefined) continue;
    if (period === moved) moved = undefined;
    spokenOf.set(row, period);
  }
  return spokenOf;
}

/**
 * The one known period that the only row of a person overlaps from before: it began sooner than HR had told. Nobody has two employments at once, and a row that begins later may be of somebody
 * who came back.
 */
function begunBefore(row: RosterRow, periods: readonly KnownPeriod[]): KnownPeriod | undefined {
  const overlapped = periods.filter((period) => overlap(row, period));
  const [only] = overlapped;
  return overlapped.length === 1 && only !== undefined && row.startDate < only.startDate ? only : undefined;
}

function overlap(a: Dates, b: Dates): boolean {
  if (neverBegan(a) || neverBegan(b)) return false;
  const [first, second] = a.startDate < b.startDate ? [a, b] : [b, a];
  // It may have ended on the very day on which HR named it last.
  if (first.namedLast) return first.namedLast > second.startDate;
  const end = lastDayOf(first);
  return end === null || end >= second.startDate;
}

/** It ended before it was to begin. */
function neverBegan({ namedLast, startDate }: Dates): boolean {
  return namedLast !== undefined && namedLast !== null && namedLast < startDate;
}

function overlapping(row: RosterRow, other: Dates): UnfittingRow {
  const end = lastDayOf(other);
  const reason = `overlaps the period from ${other.startDate} to ${end ?? 'no end'}; give that period its end in the same file`;
  return { row, line: row.line, column: 'start_date', reason };
}

function outcomeOf(row: RosterRow, before: KnownPeriod | null, isKnownPerson: boolean): RowOutcome {
  if (before === null) return isKnownPerson ? 'rehired' : 'added';
  if (!hasEnd(before) && lastDayOf(row) !== null) return 'ended';
  const isSame = statedOfPeriod.every((name) => before[name] === row[name]) && !before.isEndedByOmission;
  return isSame ? 'unchanged' : 'changed';
}

/** What a row says of a period. */
const statedOfPeriod = ['startDate', 'endDate', 'lastDay', 'timeZone', 'site', 'status', 'workerType'] as const;

/** Whether HR has told an end, by its day or by leaving them out. */
export function hasEnd(period: {
  readonly lastDay: string | null;
  readonly endDate: string | null;
  readonly isEndedByOmission: boolean;
}): boolean {
  return period.isEndedByOmission || lastDayOf(period) !== null;
}

/** The day with whose end access ends: the last day worked, else the end date; null while none is named. */
export function lastDayOf({ lastDay, endDate }: { readonly lastDay: string | null; readonly endDate: string | null }): string | null {
  return lastDay ?? endDate;
}
