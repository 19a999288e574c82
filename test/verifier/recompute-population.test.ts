import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { LocalCalendar } from '../../src/verdict/index.ts';
import { ledgerFacts } from '../../src/verifier/ledger-facts.ts';
import { recomputePopulation } from '../../src/verifier/recompute-population.ts';

const [LEFT, NEXT] = ['employment-1', 'employment-2'];
const asOf = '2026-04-08T00:00:00.000Z' as Instant;

const told = (id: string, after: object) => ({
  type: 'hr.period.started',
  leaf: {
    recorded_at: '2026-01-05T08:00:00.000Z',
    subject: { kind: 'employment-period', id },
    after: { end_date: null, last_day: null, site: null, ...after },
    detail: { person: 'person-1' },
  },
});

/** One hour after an end. */
const policy = {
  type: 'policy.set',
  leaf: {
    recorded_at: '2026-01-05T08:00:00.000Z',
    subject: { kind: 'policy', id: 'policy-1' },
    after: { sla_hours: 1 },
  },
};

/** Somebody left Berlin on Friday, 6 March, and begins in New York: what is missing in a report that has no finding about it. */
function missing(next: object, { found = [], isByDays = true }: { found?: readonly string[]; isByDays?: boolean } = {}) {
  const berlin = told(LEFT, { start_date: '2020-01-01', end_date: '2026-03-06', time_zone: 'Europe/Berlin' });
  const newYork = told(NEXT, { time_zone: 'America/New_York', ...next });
  const records = [policy, berlin, newYork].map((record, index) => ({ ...record, index, id: `record-${index}` }));
  return recomputePopulation(
    {
      periodStart: '2026-03-01T00:00:00.000Z' as Instant,
      periodEnd: '2026-04-01T00:00:00.000Z' as Instant,
      found: new Set(found),
      isByDays,
    },
    { facts: ledgerFacts(records, asOf), calendar: new LocalCalendar(), edition: 'present' },
  ).flat();
}

describe('whoever left within the period, by the records of HR', () => {
  const isMissing = [expect.stringContaining(`employment period ${LEFT} ended`)];

  it.each([
    { name: 'goes on where the next one begins on the day after, hours later', next: { start_date: '2026-03-07' }, is: [] },
    { name: 'left where there is a day between', next: { start_date: '2026-03-08' }, is: isMissing },
    { name: 'left where the next one was over before it began', next: { start_date: '2026-03-07', end_date: '2026-03-06' }, is: isMissing },
  ])('$name', ({ is, next }) => {
    expect(missing(next)).toEqual(is);
    expect(missing(next, { found: [LEFT, NEXT] })).toEqual([]);
  });

  it('left by the rule of earlier reports where the next one begins hours after the deadline', () => {
    expect(missing({ start_date: '2026-03-07' }, { isByDays: false })).toEqual(isMissing);
  });
});
