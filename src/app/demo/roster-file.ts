import { DAY_MS, epochMs, HOUR_MS, type Instant, instantOf, plusMs } from '../../kernel/index.ts';
import { addressOf, type Colleague, type Role } from './cast.ts';

/** No name of a zone that anybody knows. */
const UNKNOWN_ZONE = 'Acme/Head Office';

const HEADER = 'employee_id,display_name,work_email,worker_type,start_date,end_date,status,time_zone,department';

/** HR's files in the order in which they come; the full story has all of them. */
export type RosterFileName = 'last month' | 'today' | 'everybody' | 'a later file';

export interface RosterMoment {
  readonly now: Instant;
  /** The zone in which HR's dates are meant. */
  readonly timeZone: string;
  readonly file: RosterFileName;
}

/** HR's export as CSV (evidence §6), with dates relative to the moment of the story. */
export function rosterFile(people: readonly Role[], others: readonly Colleague[], moment: RosterMoment): string {
  const rows = [
    ...people.filter((person) => isNamedIn(moment.file, person)).map((person) => rowOf(person, moment)),
    ...others.map((person) => [
      person.employeeId,
      person.name,
      addressOf(person.name),
      'employee',
      day(moment, 700),
      '',
      'active',
      '',
      person.department,
    ]),
  ];
  return `${[HEADER, ...rows.map((row) => row.join(','))].join('\n')}\n`;
}

function rowOf(person: Role, moment: RosterMoment): readonly string[] {
  const { start, end } = employment(person, moment);
  return [
    person.employeeId,
    person.name,
    addressOf(person.name),
    person.isContractor === true ? 'contractor' : 'employee',
    start,
    end,
    statusOf(person, { start, end }, moment),
    person.dueInUnknownZone === true ? UNKNOWN_ZONE : '',
    person.department,
  ];
}

function isNamedIn(file: RosterFileName, { leftOutOf }: Role): boolean {
  if (leftOutOf === 'everybody') return file === 'last month' || file === 'today';
  return leftOutOf === undefined || file !== leftOutOf;
}

interface EmploymentDays {
  readonly start: string;
  readonly end: string;
}

function employment(person: Role, moment: RosterMoment): EmploymentDays {
  if (person.rehired !== undefined && moment.file === 'last month')
    return { start: day(moment, 400), end: day(moment, person.rehired.endedDaysAgo) };
  if (person.rehired !== undefined) return { start: day(moment, person.rehired.startedDaysAgo), end: '' };
  if (person.startsInDays !== undefined) return { start: day(moment, -person.startsInDays), end: '' };
  if (person.dueInUnknownZone === true) return { start: day(moment, 400), end: dueSomewhere(moment.now) };
  const isGone = person.leavesInLaterFile === true && (moment.file === 'everybody' || moment.file === 'a later file');
  const endedDaysAgo = isGone ? 1 : person.endedDaysAgo;
  return { start: day(moment, 400), end: endedDaysAgo === undefined ? '' : day(moment, endedDaysAgo) };
}

/**
 * A last day of which the end, and 24 hours more, has passed in the easternmost zone (UTC+14) and not in the westernmost (UTC−12): in a zone
 * that nobody knows, the deadline may have passed or not.
 */
function dueSomewhere(now: Instant): string {
  return plusMs(now, 14 * HOUR_MS - 2 * DAY_MS).slice(0, 10);
}

function statusOf(person: Role, { start, end }: EmploymentDays, moment: RosterMoment): string {
  if (start > day(moment, 0) || person.isAwaited === true) return 'prehire';
  if (person.isOnLeave === true) return 'leave';
  if (end === '') return 'active';
  return end >= day(moment, 0) || (person.endedDaysAgo ?? 0) < 0 ? 'notice' : 'terminated';
}

/** The calendar date `daysAgo` days before the moment, where HR keeps its calendar. */
function day(moment: RosterMoment, daysAgo: number): string {
  const at = instantOf(epochMs(moment.now) - daysAgo * DAY_MS);
  return new Intl.DateTimeFormat('en-CA', { timeZone: moment.timeZone, dateStyle: 'short' }).format(epochMs(at));
}

/**
 * A time zone in which it is around midday now, so that "ended yesterday" and "ends today" stay what they are while the
 * story runs. `Etc/GMT` zones count westwards: `Etc/GMT+3` is three hours behind UTC.
 */
export function zoneAtMidday(now: Instant): string {
  const hour = Number(now.slice(11, 13));
  const behind = hour - 12;
  return behind === 0 ? 'Etc/GMT' : `Etc/GMT${behind > 0 ? '+' : ''}${behind}`;
}
