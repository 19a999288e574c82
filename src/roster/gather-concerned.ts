import type { NamedOmitted } from './omission-store.ts';
import {
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
export const concerns = ['ended', 'changed', 'rehired', 'added', 'dropped', 'endedByOmission'] as const;
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

type ByRow = Exclude<RowOutcome, 'unchanged'>;

/** Gathers whom the planned rows concern, the first of each outcome. */
export function gatherConcerned(): {
  readonly see: (people: readonly PlannedPerson[]) => void;
  readonly seen: () => Readonly<Record<ByRow, Concerned>>;
} {
  const gathered = { ended: gathering(), changed: gathering(), rehired: gathering(), added: gathering() };
  return {
    see: (people) => {
      for (const person of people)
        for (const planned of person.rows) {
          if (planned.outcome !== 'unchanged') gathered[planned.outcome].add(() => concernedBy(planned, person));
        }
    },
    seen: () => ({
      ended: gathered.ended.all(),
      changed: gathered.changed.all(),
      rehired: gathered.rehired.all(),
      added: gathered.added.all(),
    }),
  };
}

/** Somebody whom a roster leaves out, to be answered for. */
export function asDropped({ employeeId, displayName, startDate }: NamedOmitted): ConcernedPerson {
  return { employeeId, displayName, line: null, startDate, changes: [{ field: 'listing', before: 'listed', after: 'dropped' }] };
}

/** Whose employment ends since a roster leaves them out; a day that HR had told is its end no more. */
export function asEnded({ employeeId, displayName, startDate, endDate, lastDay }: NamedOmitted): ConcernedPerson {
  const ended: Difference = { field: 'listing', before: 'employed', after: 'ended, since the roster leaves them out' };
  const told = differences({ endDate: 'end_date', lastDay: 'last_day_worked' }, { endDate, lastDay }, { endDate: null, lastDay: null });
  return { employeeId, displayName, line: null, startDate, changes: [ended, ...told] };
}

function gathering() {
  const people: ConcernedPerson[] = [];
  let total = 0;
  return {
    add: (make: () => ConcernedPerson) => {
      total += 1;
      if (people.length < MOST_CONCERNED) people.push(make());
    },
    all: (): Concerned => ({ total, people }),
  };
}

function concernedBy(planned: PlannedRow, person: PlannedPerson): ConcernedPerson {
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
