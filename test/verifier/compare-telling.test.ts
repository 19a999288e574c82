import { expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { ledgerFacts } from '../../src/verifier/ledger-facts.ts';
import type { CitingUnit } from '../../src/verifier/read-citing-unit.ts';
import { compareTelling } from '../../src/verifier/recompute-identities.ts';

const came = '2026-03-09T08:00:00.000Z';
const released = '2026-03-11T08:00:00.000Z';
const after = { start_date: '2020-01-01', end_date: '2026-03-09', last_day: null };
const facts = ledgerFacts(
  [
    {
      index: 1,
      id: 'release',
      type: 'hr.import.released',
      leaf: { recorded_at: released, subject: { kind: 'roster-import', id: 'roster' }, detail: { received_at: came } },
    },
    {
      index: 2,
      id: 'end',
      type: 'hr.period.end_set',
      leaf: { recorded_at: released, subject: { kind: 'employment-period', id: 'period' }, detail: { import: 'roster' }, after },
    },
  ],
  '2026-04-01T00:00:00.000Z' as Instant,
);
const end = { earliest: '2026-03-10T00:00:00.000Z', latest: '2026-03-10T00:00:00.000Z' };
const unit = { period: { id: 'period' }, evidence: ['end'], end } as unknown as CitingUnit;
const dates = { startDate: '2020-01-01', endDate: '2026-03-09', lastDay: null };

it('a roster that was held told its ends when it came, not when it was released', () => {
  expect(compareTelling(unit, { ...dates, hrRecordedAt: came, backdated: false }, facts)).toEqual([]);
  expect(compareTelling(unit, { ...dates, hrRecordedAt: released, backdated: true }, facts)).toEqual([
    `its hrRecordedAt is given as ${released}; record 2 (hr.period.end_set) gives ${came}`,
    'its backdated is given as true; record 2 (hr.period.end_set) gives false',
  ]);
});
