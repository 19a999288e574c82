import { describe, expect, it } from '@jest/globals';
import { endInterval, followsOn, LocalCalendar, startInterval } from '../../src/verdict/index.ts';

function periodOf(dates: { endDate?: string; lastDay?: string; timeZone?: string }) {
  return { startDate: '2020-01-01', endDate: dates.endDate ?? null, lastDay: dates.lastDay ?? null, timeZone: dates.timeZone ?? null };
}

describe('the end of employment as an instant', () => {
  it.each([
    { story: 'in UTC', zone: 'UTC', date: '2026-02-10', end: '2026-02-11T00:00:00.000Z' },
    { story: 'in winter time', zone: 'Europe/Berlin', date: '2026-02-10', end: '2026-02-10T23:00:00.000Z' },
    { story: 'in summer time', zone: 'Europe/Berlin', date: '2026-07-10', end: '2026-07-10T22:00:00.000Z' },
    { story: 'on the day that is 23 hours long', zone: 'Europe/Berlin', date: '2026-03-29', end: '2026-03-29T22:00:00.000Z' },
    { story: 'on the day that is 25 hours long', zone: 'Europe/Berlin', date: '2026-10-25', end: '2026-10-25T23:00:00.000Z' },
    { story: 'where midnight is skipped', zone: 'America/Sao_Paulo', date: '2018-11-03', end: '2018-11-04T03:00:00.000Z' },
    { story: 'where the next day never happened', zone: 'Pacific/Apia', date: '2011-12-29', end: '2011-12-30T10:00:00.000Z' },
    { story: 'with a zone of half hours', zone: 'Asia/Kolkata', date: '2026-02-10', end: '2026-02-10T18:30:00.000Z' },
    { story: 'in the easternmost zone', zone: 'Pacific/Kiritimati', date: '2026-02-10', end: '2026-02-10T10:00:00.000Z' },
    { story: 'in the westernmost zone', zone: 'Etc/GMT+12', date: '2026-02-10', end: '2026-02-11T12:00:00.000Z' },
    { story: 'at the turn of the year', zone: 'America/New_York', date: '2025-12-31', end: '2026-01-01T05:00:00.000Z' },
    { story: 'on a leap day', zone: 'UTC', date: '2028-02-29', end: '2028-03-01T00:00:00.000Z' },
  ])('is the end of the local day $story', ({ zone, date, end }) => {
    expect(endInterval(periodOf({ endDate: date, timeZone: zone }), 'UTC')).toEqual({ earliest: end, latest: end });
  });

  it('takes the last day worked before the end date', () => {
    const end = endInterval(periodOf({ endDate: '2026-03-31', lastDay: '2026-02-10' }), 'UTC');
    expect(end?.earliest).toBe('2026-02-11T00:00:00.000Z');
  });

  it('takes the zone of the workspace where the row names none', () => {
    expect(endInterval(periodOf({ endDate: '2026-02-10' }), 'Asia/Tokyo')?.latest).toBe('2026-02-10T15:00:00.000Z');
  });

  it('is a range of 26 hours where the zone is not known (I10)', () => {
    expect(endInterval(periodOf({ endDate: '2026-02-10', timeZone: 'Berlin-ish' }), 'UTC')).toEqual({
      earliest: '2026-02-10T10:00:00.000Z',
      latest: '2026-02-11T12:00:00.000Z',
    });
  });

  it('is not known while HR names no end (I9)', () => {
    expect(endInterval(periodOf({}), 'UTC')).toBeUndefined();
  });

  it.each(['2099-12-31', '2999-12-31', '4712-12-31', '9998-12-31', '9999-12-31'])(
    'is not known where HR tells none by writing %s',
    (endDate) => {
      expect(endInterval(periodOf({ endDate }), 'UTC')).toBeUndefined();
      expect(endInterval(periodOf({ lastDay: endDate, endDate: '2026-02-10' }), 'UTC')).toBeUndefined();
    },
  );

  it('is one on the last day before those', () => {
    expect(endInterval(periodOf({ endDate: '2099-12-30' }), 'UTC')?.latest).toBe('2099-12-31T00:00:00.000Z');
  });

  it('begins an employment with the start of its first day', () => {
    expect(startInterval({ ...periodOf({}), startDate: '2026-03-01' }, 'Europe/Berlin').earliest).toBe('2026-02-28T23:00:00.000Z');
  });

  it.each(['2026-02-30', '2026-2-1', '10.02.2026', '', '+002026-02-10', '2026-02-10 '])('refuses %p, which is no date', (date) => {
    expect(() => new LocalCalendar().endOfDay(date, 'UTC')).toThrow(new RangeError(`${date} is no date`));
  });

  it('works a day out once, since a roster repeats days', () => {
    const calendar = new LocalCalendar();
    expect(calendar.endOfDay('2026-02-10', 'UTC')).toBe(calendar.endOfDay('2026-02-10', 'UTC'));
  });
});

describe('an employment that follows on another', () => {
  it.each([
    { name: 'on the day after', startDate: '2026-03-07', before: { endDate: '2026-03-06' }, is: true },
    { name: 'over the turn of a month', startDate: '2026-04-01', before: { endDate: '2026-03-31' }, is: true },
    { name: 'before the other one has ended', startDate: '2026-03-05', before: { endDate: '2026-03-06' }, is: true },
    { name: 'a day later: there is one between', startDate: '2026-03-08', before: { endDate: '2026-03-06' }, is: false },
    {
      name: 'after the last day worked, and not after the end',
      startDate: '2026-03-07',
      before: { endDate: '2026-03-06', lastDay: '2026-03-05' },
      is: false,
    },
    { name: 'where HR names no last day', startDate: '2026-03-07', before: {}, is: false },
  ])('$name: $is', ({ before, is, startDate }) => {
    expect(followsOn({ startDate }, periodOf(before))).toBe(is);
  });
});
