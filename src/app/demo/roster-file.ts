import { DAY_MS, epochMs, type Instant, instantOf } from '../../kernel/index.ts';
import { addressOf, type Colleague, type Role } from './cast.ts';

const HEADER = 'employee_id,display_name,work_email,worker_type,start_date,end_date,status,time_zone,department';

export interface RosterMoment {
  readonly now: Instant;
  /** The zone in which HR's dates are meant. */
  readonly timeZone: string;
  /** Whether those who came back are still gone in this file. */
  readonly beforeRehire: boolean;
}

/** HR's export as CSV (evidence §6), with dates relative to the moment of the story. */
export function rosterFile(people: readonly Role[], others: readonly Colleague[], moment: RosterMoment): string {
  const rows = [
    ...people.map((person) => rowOf(person, moment)),
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
    'employee',
    start,
    end,
    statusOf(person, end, moment),
    '',
    person.department,
  ];
}

function employment(person: Role, moment: RosterMoment): { readonly start: string; readonly end: string } {
  if (person.rehired !== undefined && moment.beforeRehire)
    return { start: day(moment, 400), end: day(moment, person.rehired.endedDaysAgo) };
  if (person.rehired !== undefined) return { start: day(moment, person.rehired.startedDaysAgo), end: '' };
  return { start: day(moment, 400), end: person.endedDaysAgo === undefined ? '' : day(moment, person.endedDaysAgo) };
}

function statusOf(person: Role, end: string, moment: RosterMoment): string {
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
