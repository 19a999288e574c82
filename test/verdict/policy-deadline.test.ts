import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import {
  allowancesFor,
  endInterval,
  leaverDeadline,
  LocalCalendar,
  policyDeadline,
  type PolicyTerms,
  type Privilege,
} from '../../src/verdict/index.ts';

const calendar = new LocalCalendar();
const hours = (slaHours: number) => ({ slaHours, businessDays: null, holidays: [] });
const days = (businessDays: number, ...holidays: readonly string[]) => ({ slaHours: null, businessDays, holidays });

/** Friday 6 March 2026 is the last day, in UTC: the employment ends with the seventh's first instant. */
const friday = { startDate: '2020-01-01', endDate: '2026-03-06', lastDay: null, timeZone: 'UTC' };

interface Row {
  readonly story: string;
  readonly terms: Partial<PolicyTerms>;
  readonly site?: string;
  readonly isPrivileged?: true;
  readonly deadline: string;
}

const berlin = { site: 'Berlin', ...hours(4) };

describe('by when access has to be gone', () => {
  it.each<Row>([
    { story: 'the general time where HR names no site', terms: { ...hours(24), sites: [berlin] }, deadline: '2026-03-08T00:00' },
    { story: 'the general time at another site', terms: { ...hours(24), sites: [berlin] }, site: 'Austin', deadline: '2026-03-08T00:00' },
    { story: 'the site’s own time', terms: { ...hours(24), sites: [berlin] }, site: 'Berlin', deadline: '2026-03-07T04:00' },
    { story: 'no site that is written otherwise', terms: { ...hours(24), sites: [berlin] }, site: 'BERLIN', deadline: '2026-03-08T00:00' },
    {
      story: 'the site’s own time where that is longer',
      terms: { ...hours(4), sites: [{ site: 'Berlin', ...hours(24) }] },
      site: 'Berlin',
      deadline: '2026-03-08T00:00',
    },
    {
      story: 'the site’s own holidays, in the place of the general ones',
      terms: { ...days(1, '2026-03-10'), sites: [{ site: 'Berlin', ...days(1, '2026-03-09') }] },
      site: 'Berlin',
      deadline: '2026-03-11T00:00',
    },
    {
      story: 'the time of privileged roles, which is shorter than the site’s',
      terms: { ...hours(24), sites: [berlin], privileged: { slaHours: 1 } },
      site: 'Berlin',
      isPrivileged: true,
      deadline: '2026-03-07T01:00',
    },
    {
      story: 'the site’s time, which is shorter than that of privileged roles',
      terms: { ...hours(24), sites: [berlin], privileged: { slaHours: 8 } },
      site: 'Berlin',
      isPrivileged: true,
      deadline: '2026-03-07T04:00',
    },
    {
      story: 'business days, where they end before the hours of privileged roles',
      terms: { ...days(1), privileged: { slaHours: 96 } },
      isPrivileged: true,
      deadline: '2026-03-10T00:00',
    },
    {
      story: 'the site’s time for whoever held no privileged role',
      terms: { ...hours(24), privileged: { slaHours: 1 } },
      deadline: '2026-03-08T00:00',
    },
    { story: 'the general time where no role is privileged', terms: hours(24), isPrivileged: true, deadline: '2026-03-08T00:00' },
  ])('is $story', ({ terms, site = null, isPrivileged = false, deadline }) => {
    const end = endInterval(friday, 'UTC', calendar);
    if (end === undefined) throw new Error('the period does not end');
    const policy = { slaHours: null, businessDays: null, sites: [], privileged: null, ...terms };
    const at = `${deadline}:00.000Z`;
    expect(policyDeadline(end, allowancesFor(policy, { site, isPrivileged }), friday, { calendar, workspaceZone: 'UTC' })).toEqual({
      earliest: at,
      latest: at,
    });
  });

  it('is a range where the end is one, by the allowance that ends first at either end of it', () => {
    const period = { ...friday, endDate: null };
    const range = { earliest: '2026-03-06T12:00:00.000Z' as Instant, latest: '2026-03-07T12:00:00.000Z' as Instant };
    expect(policyDeadline(range, [hours(24), hours(2)], period, { calendar, workspaceZone: 'UTC' })).toEqual({
      earliest: '2026-03-06T14:00:00.000Z',
      latest: '2026-03-07T14:00:00.000Z',
    });
  });
});

describe('a leaver’s deadline', () => {
  it.each<{ privileged: Privilege; own: number; from: string; to: string }>([
    { privileged: 'YES', own: 24, from: '2026-03-07T04:00', to: '2026-03-07T04:00' },
    { privileged: 'NO', own: 24, from: '2026-03-08T00:00', to: '2026-03-08T00:00' },
    { privileged: 'UNKNOWN', own: 24, from: '2026-03-07T04:00', to: '2026-03-08T00:00' },
    { privileged: 'UNKNOWN', own: 2, from: '2026-03-07T02:00', to: '2026-03-07T02:00' },
  ])(
    'lies between $from and $to where a privileged role was held: $privileged, and everybody has $own h (I10)',
    ({ privileged, own, from, to }) => {
      const end = endInterval(friday, 'UTC', calendar);
      if (end === undefined) throw new Error('it ends');
      const terms = { ...hours(own), sites: [], privileged: { slaHours: 4 } };
      expect(leaverDeadline(end, { terms, site: null, privileged }, friday, { calendar, workspaceZone: 'UTC' })).toEqual({
        earliest: `${from}:00.000Z`,
        latest: `${to}:00.000Z`,
      });
    },
  );
});
