import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { ledgerFacts } from '../../src/verifier/ledger-facts.ts';
import { recomputeDoubts } from '../../src/verifier/recompute-doubts.ts';

const periodEnd = '2026-03-31T00:00:00.000Z' as Instant;
const asOf = '2026-04-08T00:00:00.000Z' as Instant;

/** What became of a roster, and when in 2026. */
type Told = readonly [
  roster: string,
  type: 'completed' | 'held' | 'released' | 'rejected' | 'lapsed',
  at: string,
  detail?: Readonly<Record<string, boolean | number>>,
];

function doubtsBy(told: readonly Told[], codes: readonly string[] = [], isStrict = true): readonly (readonly string[])[] {
  const records = told.map(([id, type, at, detail = {}], index) => ({
    index,
    id: `record-${index}`,
    type: `hr.import.${type}`,
    leaf: { recorded_at: `2026-${at}:00.000Z`, subject: { kind: 'roster-import', id }, detail },
  }));
  return recomputeDoubts({ periodEnd, told: new Set(codes), isStrict }, ledgerFacts(records, asOf));
}

const after: Told = ['a', 'completed', '04-01T08:00'];

describe('what HR’s records leave in doubt of who left', () => {
  it.each<{ name: string; told: readonly Told[] }>([
    { name: 'a roster of after the period', told: [after] },
    {
      name: 'one that was held and released',
      told: [
        ['b', 'held', '04-01T08:00'],
        ['b', 'released', '04-02T08:00'],
        ['b', 'completed', '04-02T08:00'],
      ],
    },
    {
      name: 'one that was held, and another that was taken since',
      told: [
        ['b', 'held', '04-01T08:00'],
        ['b', 'lapsed', '04-02T08:00'],
        ['a', 'completed', '04-02T08:00'],
      ],
    },
    { name: 'one that was refused for its rows', told: [after, ['c', 'rejected', '04-02T08:00']] },
    { name: 'one that was held within the last minutes, which the run need not know', told: [after, ['b', 'held', '04-07T23:55']] },
    {
      name: 'changes of after the period, with nobody else changed',
      told: [['a', 'completed', '04-01T08:00', { partial: true, else_unchanged: true }]],
    },
    {
      name: 'rows that were rejected and taken since',
      told: [
        ['a', 'completed', '04-01T08:00', { rejected_open: 2 }],
        ['b', 'completed', '04-02T08:00', { rejected_open: 0 }],
      ],
    },
    {
      name: 'rows that were taken within the last minutes',
      told: [
        ['a', 'completed', '04-01T08:00', { rejected_open: 2 }],
        ['b', 'completed', '04-07T23:55', { rejected_open: 0 }],
      ],
    },
    { name: 'one that was held after the run', told: [after, ['b', 'held', '04-08T00:01']] },
  ])('is nothing with $name', ({ told }) => {
    expect(doubtsBy(told)).toEqual([[], [], []]);
    expect(doubtsBy(told, [], false)).toEqual([[], []]);
  });

  it.each<{ code: string; name: string; told: readonly Told[]; says: RegExp }>([
    { code: 'roster-never-imported', name: 'no roster', told: [], says: /no record tells/ },
    {
      code: 'roster-before-period-end',
      name: 'none since the end',
      told: [['a', 'completed', '03-30T08:00']],
      says: /record 0 .* came at 2026-03-30T08:00/,
    },
    {
      code: 'roster-before-period-end',
      name: 'one that came before the end, and was released after it',
      told: [
        ['b', 'held', '03-30T08:00'],
        ['b', 'released', '04-02T08:00'],
        ['b', 'completed', '04-02T08:00'],
      ],
      says: /record 2 .* came at 2026-03-30T08:00/,
    },
    {
      code: 'roster-before-period-end',
      name: 'changes alone since the end',
      told: [
        ['a', 'completed', '03-30T08:00'],
        ['b', 'completed', '04-01T08:00', { partial: true, else_unchanged: false }],
      ],
      says: /record 0 .* came at 2026-03-30T08:00/,
    },
    {
      code: 'roster-never-imported',
      name: 'changes alone',
      told: [['b', 'completed', '04-01T08:00', { partial: true }]],
      says: /no record tells of a roster of everybody/,
    },
    {
      code: 'roster-lapsed',
      name: 'one that changes alone took the place of',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'lapsed', '04-03T08:00'], ['c', 'completed', '04-03T08:00', { partial: true }]],
      says: /record 1 .*, and record 2 \(hr\.import\.lapsed\)/,
    },
    {
      code: 'roster-rows-rejected',
      name: 'rows that nobody has taken',
      told: [after, ['b', 'completed', '04-02T08:00', { rejected_open: 3 }], ['c', 'completed', '04-08T09:00', { rejected_open: 0 }]],
      says: /record 1 \(hr\.import\.completed\) tells of 3/,
    },
    {
      code: 'roster-held',
      name: 'one that waits',
      told: [after, ['b', 'held', '04-02T08:00']],
      says: /record 1 \(hr\.import\.held\) tells of one that nobody/,
    },
    {
      code: 'roster-rejected',
      name: 'one that was rejected',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'rejected', '04-03T08:00']],
      says: /record 1 .*, and record 2 \(hr\.import\.rejected\)/,
    },
    {
      code: 'roster-lapsed',
      name: 'one that lapsed',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'lapsed', '04-03T08:00']],
      says: /record 1 .*, and record 2 \(hr\.import\.lapsed\)/,
    },
    {
      code: 'roster-held',
      name: 'one that took the place of another',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'lapsed', '04-03T08:00'], ['c', 'held', '04-03T08:00']],
      says: /record 3 /,
    },
  ])('is $code with $name, unless the report says so (I9, I10)', ({ code, told, says }) => {
    expect(doubtsBy(told).flat()).toEqual([expect.stringMatching(new RegExp(`leaves out the doubt ${code}: .*${says.source}`))]);
    expect(doubtsBy(told, [code]).flat()).toEqual([]);
  });

  it.each<{ name: string; told: readonly Told[]; codes: readonly [string, string] }>([
    {
      name: 'another one that was held took its place',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'lapsed', '04-07T23:55'], ['c', 'held', '04-07T23:55']],
      codes: ['roster-lapsed', 'roster-held'],
    },
    {
      name: 'it was rejected',
      told: [after, ['b', 'held', '04-02T08:00'], ['b', 'rejected', '04-07T23:55']],
      codes: ['roster-rejected', 'roster-held'],
    },
  ])('is one of two within minutes of when $name, since the run need not have known', ({ codes, told }) => {
    for (const code of codes) expect(doubtsBy(told, [code]).flat()).toEqual([]);
    expect(doubtsBy(told, ['roster-stale']).flat()).toEqual([
      expect.stringContaining(`leaves out the doubt ${codes.join(' or ')}: record 1 `),
    ]);
  });

  it('is nothing in a report of the second format that changes alone, or rows that were not taken, leave in doubt', () => {
    expect(doubtsBy([['a', 'completed', '04-01T08:00', { partial: true, rejected_open: 2 }]], [], false)).toEqual([[], []]);
  });
});
