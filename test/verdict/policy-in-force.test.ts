import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { leaverDeadline, LocalCalendar, policiesInForce, policyInForce, spanningDeadline } from '../../src/verdict/index.ts';

const on = (day: string) => `2026-03-${day}T00:00:00.000Z` as Instant;
const policies = ['20', '10', '05'].map((day) => ({ effectiveFrom: on(day) }));

describe('the policy that judges an end of employment', () => {
  it.each([
    { end: '25', judges: '20' },
    { end: '20', judges: '20' },
    { end: '19', judges: '10' },
    { end: '10', judges: '10' },
    { end: '07', judges: '05' },
    { end: '01', judges: '05' },
  ])('is the version in force at the end, else the first: on the $end the one of the $judges', ({ end, judges }) => {
    expect(policyInForce(policies, on(end))?.effectiveFrom).toBe(on(judges));
  });

  it('is none where none was ever set', () => {
    expect(policyInForce([], on('10'))).toBeUndefined();
  });
});

describe('the policies that may judge an end that is known as a range', () => {
  const judging = (from: string, to: string) =>
    policiesInForce(policies, { earliest: on(from), latest: on(to) }).map(
      ({ policy, ends }) => `${policy.effectiveFrom.slice(8, 10)}: ${ends.earliest.slice(8, 10)}-${ends.latest.slice(8, 10)}`,
    );

  it.each([
    { from: '21', to: '25', judge: ['20: 21-25'] },
    { from: '20', to: '25', judge: ['20: 20-25'] },
    { from: '19', to: '20', judge: ['20: 20-20', '10: 19-20'] },
    { from: '12', to: '19', judge: ['10: 12-19'] },
    { from: '08', to: '25', judge: ['20: 20-25', '10: 10-20', '05: 08-10'] },
    { from: '01', to: '12', judge: ['10: 10-12', '05: 01-10'] },
    { from: '01', to: '02', judge: ['05: 01-02'] },
  ])('are all that were in force from the $from to the $to, each with the ends of its time: $judge', ({ from, to, judge }) => {
    expect(judging(from, to)).toEqual(judge);
  });

  it('are not those that were replaced as they were set, nor any where none was', () => {
    const twice = [{ effectiveFrom: on('10'), name: 'second' }, { effectiveFrom: on('10'), name: 'first' }, ...policies.slice(2)];
    const whole = { earliest: on('01'), latest: on('25') };
    expect(policiesInForce(twice, whole).map(({ policy }) => ('name' in policy ? policy.name : 'oldest'))).toEqual(['second', 'oldest']);
    expect(policiesInForce([], whole)).toEqual([]);
  });
});

describe('the deadline that spans what several policies allow', () => {
  const calendar = new LocalCalendar();
  const held = { site: null, privileged: 'NO' } as const;
  const period = { startDate: '2020-01-01', endDate: null, lastDay: null, timeZone: 'UTC' };
  const hours = fc.integer({ min: 0, max: 100 });
  const versions = fc.array(fc.record({ at: hours, slaHours: hours }), { minLength: 1, maxLength: 4 }).map((given) =>
    given
      .toSorted((a, b) => b.at - a.at)
      .map(({ at, slaHours }) => ({
        effectiveFrom: plusMs(on('06'), at * HOUR_MS),
        slaHours,
        businessDays: null,
        sites: [],
        privileged: null,
      })),
  );

  it('holds whatever deadline any end within the range would have, and reaches from the first to the last of them (I10)', () => {
    fc.assert(
      fc.property(versions, hours, hours, (set, from, length) => {
        const earliest = plusMs(on('06'), from * HOUR_MS);
        const end = { earliest, latest: plusMs(earliest, length * HOUR_MS) };
        const reckoning = { calendar, workspaceZone: 'UTC' };
        const span = spanningDeadline(policiesInForce(set, end), held, period, reckoning);
        // A policy ends with the millisecond before the next one.
        const exact = Array.from({ length: length + 1 }, (_, hour) => plusMs(earliest, hour * HOUR_MS)).flatMap((at) =>
          at === earliest ? [at] : [plusMs(at, -1), at],
        );
        const deadlines = exact.map((at) => {
          const terms = policyInForce(set, at);
          if (terms === undefined) throw new Error('a policy was set');
          return leaverDeadline({ earliest: at, latest: at }, { terms, ...held }, period, reckoning).earliest;
        });
        const [first, last] = [deadlines.toSorted()[0], deadlines.toSorted().at(-1)];
        expect(span.earliest).toBe(first);
        expect([last, plusMs(last ?? earliest, 1)]).toContain(span.latest);
      }),
    );
  });

  it('comes from a policy', () => {
    expect(() => spanningDeadline([], held, period, { calendar, workspaceZone: 'UTC' })).toThrow('a deadline comes from a policy');
  });
});
