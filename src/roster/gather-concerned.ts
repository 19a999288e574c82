import type { Instant, Interval } from '../kernel/index.ts';
import { endInterval, type InstantRange, LocalCalendar } from '../verdict/index.ts';
import type { NamedOmitted } from './omission-store.ts';
import {
  hasEnd,
  type KnownPeriod,
  lastDayOf,
  namedBy,
  type PersonNamed,
  type PlannedPerson,
  type PlannedRow,
  type RowOutcome,
} from './plan-import.ts';
import type { RosterField } from './roster-mapping.ts';
import type { RosterRow } from './roster-row.ts';

/** What a roster would do to people: its rows by their outcome, and whom it leaves out. */
export const concerns = ['ended', 'changed', 'rehired', 'added', 'endsMoved', 'dropped', 'endedByOmission'] as const;
export type Concern = (typeof concerns)[number];

/** What would say something else; null is nothing. */
export interface Difference {
  /** A column of a roster, or `listing`: whether HR names them. */
  readonly field: RosterField | 'listing';
  readonly before: string | null;
  readonly after: string | null;
}

/** Somebody whom a roster concerns, by one of its rows or since it leaves them out. */
export interface ConcernedPerson {
  readonly employeeId: string;
  readonly displayName: string | null;
  /** Of the file, or the place in the list; null where it has no row of them. */
  readonly line: number | null;
  /** Of the employment. */
  readonly startDate: string;
  readonly changes: readonly Difference[];
  /** The end of the employment by both clocks; null where a row leaves it as it is, and where there is no row. */
  readonly end: { readonly before: ToldEnd | null; readonly after: ToldEnd | null } | null;
}

/** When an employment ends, where only a range is known between two instants, and when HR told it: null where an earlier version kept it not. */
export interface ToldEnd extends Interval {
  readonly toldAt: Instant | null;
}

export interface Concerned {
  /** In all. */
  readonly total: number;
  /** The first, in order of the employee id; of those who are left out, of their id. */
  readonly people: readonly ConcernedPerson[];
}

export type ConcernedPeople = Readonly<Record<Concern, Concerned>>;

/** For a person to look through; numbers say how many there are besides. */
export const MOST_CONCERNED = 200;

type ByRow = Exclude<RowOutcome, 'unchanged'> | 'endsMoved';

/** What is known of a period besides what a row is compared with. */
export interface PeriodTold {
  readonly hrRecordedAt: Instant | null;
  readonly endedBetween: InstantRange | undefined;
}

interface Row {
  readonly planned: PlannedRow;
  readonly person: PlannedPerson;
}

/** Whom the planned rows concern, the first of each outcome. */
export interface Gathered {
  readonly see: (people: readonly PlannedPerson[]) => void;
  /** The known periods of which they speak. */
  readonly periodIds: () => readonly string[];
  /** `toldAt`: when HR tells what the rows say. */
  readonly seen: (known: {
    readonly told: ReadonlyMap<string, PeriodTold>;
    readonly toldAt: Instant;
  }) => Readonly<Record<ByRow, Concerned>>;
}

/**
 * Gathers whom the planned rows concern. An end that HR had told and that is another instant by a row is one of `endsMoved`, too, whether by another day or by another zone of the
 * same day. `workspaceZone`: of rows without a zone.
 */
export function gatherConcerned(workspaceZone: string): Gathered {
  const gathered = { ended: gathering(), changed: gathering(), rehired: gathering(), added: gathering(), endsMoved: gathering() };
  const calendar = new LocalCalendar();
  const endOf = (period: PeriodStated) => endInterval(period, workspaceZone, calendar);
  const see = (planned: PlannedRow, person: PlannedPerson): void => {
    const { before, outcome, row } = planned;
    if (outcome === 'unchanged') return;
    gathered[outcome].add({ planned, person });
    if (before !== null && hasEnd(before) && (before.isEndedByOmission || !isSameRange(endOf(before), endOf(row)))) {
      gathered.endsMoved.add({ planned, person });
    }
  };
  const lists = Object.values(gathered);
  return {
    see: (people) => {
      for (const person of people) for (const planned of person.rows) see(planned, person);
    },
    periodIds: () => lists.flatMap((list) => list.first.flatMap(({ planned: { before } }) => before?.id ?? [])),
    seen: ({ told, toldAt }) => {
      const endChange = ({ before, row }: PlannedRow): ConcernedPerson['end'] => {
        const known = before === null ? undefined : told.get(before.id);
        const was = before === null ? undefined : before.isEndedByOmission ? known?.endedBetween : endOf(before);
        const is = endOf(row);
        if (isSameRange(was, is)) return null;
        return { before: toldEnd(was, known?.hrRecordedAt ?? null), after: toldEnd(is, toldAt) };
      };
      const shown = ({ first, total }: Gathering): Concerned => ({
        total: total(),
        people: first.map(({ planned, person }) => ({ ...concernedBy(planned, person), end: endChange(planned) })),
      });
      const { ended, changed, rehired, added, endsMoved } = gathered;
      return { ended: shown(ended), changed: shown(changed), rehired: shown(rehired), added: shown(added), endsMoved: shown(endsMoved) };
    },
  };
}

function isSameRange(one: InstantRange | undefined, other: InstantRange | undefined): boolean {
  return one?.earliest === other?.earliest && one?.latest === other?.latest;
}

function toldEnd(range: InstantRange | undefined, toldAt: Instant | null): ToldEnd | null {
  return range === undefined ? null : { from: range.earliest, to: range.latest, toldAt };
}

/** Somebody whom a roster leaves out, to be answered for. */
export function asDropped({ employeeId, displayName, listing, startDate }: NamedOmitted): ConcernedPerson {
  return { employeeId, displayName, line: null, startDate, changes: [{ field: 'listing', before: listing, after: 'dropped' }], end: null };
}

/** Whose employment ends since a roster leaves them out; a day that HR had told is its end no more. */
export function asEnded({ employeeId, displayName, startDate, endDate, lastDay }: NamedOmitted): ConcernedPerson {
  const ended: Difference = { field: 'listing', before: 'employed', after: 'ended, since the roster leaves them out' };
  const told = differences({ endDate: 'end_date', lastDay: 'last_day_worked' }, { endDate, lastDay }, { endDate: null, lastDay: null });
  return { employeeId, displayName, line: null, startDate, changes: [ended, ...told], end: null };
}

interface Gathering {
  readonly first: readonly Row[];
  readonly total: () => number;
  readonly add: (row: Row) => void;
}

function gathering(): Gathering {
  const first: Row[] = [];
  let total = 0;
  return {
    first,
    total: () => total,
    add: (row) => {
      total += 1;
      if (first.length < MOST_CONCERNED) first.push(row);
    },
  };
}

function concernedBy(planned: PlannedRow, person: PlannedPerson): Omit<ConcernedPerson, 'end'> {
  const { row } = planned;
  const named = namedBy(row, person.known);
  // The row of the latest start says who they are.
  const who = planned === person.rows.at(-1) ? differences(whoFields, person.known, named) : [];
  return {
    employeeId: person.employeeId,
    displayName: named.displayName,
    line: row.line,
    startDate: row.startDate,
    changes: [...listingChange(planned), ...differences(periodFields, planned.before, row), ...who],
  };
}

/** A row that names somebody whose employment had ended since they were left out. */
function listingChange({ before, row }: PlannedRow): readonly Difference[] {
  if (before?.isEndedByOmission !== true) return [];
  return [
    { field: 'listing', before: 'ended, since a roster left them out', after: lastDayOf(row) === null ? 'employed' : 'ended by a date' },
  ];
}

type PeriodStated = Pick<KnownPeriod | RosterRow, 'startDate' | 'endDate' | 'lastDay' | 'timeZone' | 'site' | 'status' | 'workerType'>;

const periodFields = {
  startDate: 'start_date',
  endDate: 'end_date',
  lastDay: 'last_day_worked',
  timeZone: 'time_zone',
  site: 'site',
  status: 'status',
  workerType: 'worker_type',
} as const satisfies Readonly<Record<keyof PeriodStated, RosterField>>;

type WhoStated = Omit<PersonNamed, 'emailKey'>;

const whoFields = {
  displayName: 'display_name',
  workEmail: 'work_email',
  managerEmployeeId: 'manager_employee_id',
} as const satisfies Readonly<Record<keyof WhoStated, RosterField>>;

function differences<Name extends string>(
  fields: Readonly<Record<Name, RosterField>>,
  before: Readonly<Record<NoInfer<Name>, string | null>> | null,
  after: Readonly<Record<NoInfer<Name>, string | null>>,
): readonly Difference[] {
  return (Object.keys(fields) as Name[]).flatMap((name) => {
    const was = before?.[name] ?? null;
    return was === after[name] ? [] : [{ field: fields[name], before: was, after: after[name] }];
  });
}
