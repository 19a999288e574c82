import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { deadlineOf } from '../../src/verdict/deadline.ts';
import { type Allowance, endInterval, LocalCalendar } from '../../src/verdict/index.ts';

const calendar = new LocalCalendar();
const hours = (slaHours: number) => ({ slaHours, businessDays: null });
const days = (businessDays: number, ...holidays: readonly string[]) => ({ slaHours: null, businessDays, holidays });

function deadline(lastDay: string | null, allowance: Allowance, zone = 'Europe/Berlin') {
  const between = { earliest: '2026-03-06T23:30:00.000Z' as Instant, latest: '2026-03-07T10:00:00.000Z' as Instant };
  const period = {
    startDate: '2020-01-01',
    endDate: lastDay,
    lastDay: null,
    timeZone: zone,
    endedBetween: lastDay === null ? between : null,
  };
  const end = endInterval(period, 'UTC', calendar);
  if (end === undefined) throw new Error('the period does not end');
  const { earliest, latest } = deadlineOf(end, allowance, period, { calendar, workspaceZone: 'UTC' });
  return earliest === latest ? earliest : `${earliest}/${latest}`;
}

describe('the deadline', () => {
  it.each([
    { name: 'hours after the end of the local day', lastDay: '2026-03-06', allowance: hours(24), is: '2026-03-07T23:00:00.000Z' },
    { name: 'at the end itself', lastDay: '2026-03-06', allowance: hours(0), is: '2026-03-06T23:00:00.000Z' },
    {
      name: 'hours that go on over the change to summer time',
      lastDay: '2026-03-28',
      allowance: hours(24),
      is: '2026-03-29T23:00:00.000Z',
    },
    { name: 'the end of the next day', lastDay: '2026-03-03', allowance: days(1), is: '2026-03-04T23:00:00.000Z' },
    { name: 'the end of Monday after a Friday', lastDay: '2026-03-06', allowance: days(1), is: '2026-03-09T23:00:00.000Z' },
    { name: 'the end of Monday after a Saturday', lastDay: '2026-03-07', allowance: days(1), is: '2026-03-09T23:00:00.000Z' },
    { name: 'the end of Monday after a Sunday', lastDay: '2026-03-08', allowance: days(1), is: '2026-03-09T23:00:00.000Z' },
    { name: 'five days as a week', lastDay: '2026-03-06', allowance: days(5), is: '2026-03-13T23:00:00.000Z' },
    { name: 'the day after a holiday', lastDay: '2026-03-03', allowance: days(1, '2026-03-04'), is: '2026-03-05T23:00:00.000Z' },
    {
      name: 'the Tuesday after Easter, where the policy lists Good Friday and Monday',
      lastDay: '2026-04-02',
      allowance: days(1, '2026-04-03', '2026-04-06'),
      is: '2026-04-07T22:00:00.000Z',
    },
    {
      name: 'no later for a holiday on a Saturday',
      lastDay: '2026-03-06',
      allowance: days(1, '2026-03-07'),
      is: '2026-03-09T23:00:00.000Z',
    },
    {
      name: 'no later for a holiday that is the last day',
      lastDay: '2026-03-03',
      allowance: days(1, '2026-03-03'),
      is: '2026-03-04T23:00:00.000Z',
    },
    {
      name: 'hours that go on over a holiday',
      lastDay: '2026-03-06',
      allowance: { ...hours(24), holidays: ['2026-03-07'] },
      is: '2026-03-07T23:00:00.000Z',
    },
    { name: 'a day of summer time', lastDay: '2026-03-27', allowance: days(1), is: '2026-03-30T22:00:00.000Z' },
  ])('is $name', ({ lastDay, allowance, is }) => {
    expect(deadline(lastDay, allowance)).toBe(is);
  });

  it('is a range where the zone is unknown, or HR named no day (I10)', () => {
    expect(deadline('2026-03-06', days(1), 'Mars/Olympus')).toBe('2026-03-09T10:00:00.000Z/2026-03-10T12:00:00.000Z');
    expect(deadline(null, hours(24))).toBe('2026-03-07T23:30:00.000Z/2026-03-08T10:00:00.000Z');
    expect(deadline(null, days(1))).toBe('2026-03-06T23:00:00.000Z/2026-03-09T23:00:00.000Z');
  });
});
