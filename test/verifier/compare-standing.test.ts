import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { compareStanding } from '../../src/verifier/compare-standing.ts';
import type { RuleEdition, StateVector } from '../../src/verdict/index.ts';
import { employee } from '../verdict/employee.ts';

type Arguments = Parameters<typeof compareStanding>;

const at = (instant: string) => `2026-03-${instant}:00:00.000Z` as Instant;
const begun = { earliest: at('02T00'), latest: at('02T00') };
/** In a time zone that is not known. */
const beginning = { earliest: at('10T10'), latest: at('11T12') };

interface Row {
  readonly name: string;
  readonly given: Partial<StateVector>;
  readonly told: Readonly<Record<string, string>>;
  readonly start?: typeof begun;
  readonly edition?: RuleEdition;
  readonly wrong: readonly string[];
}

/** As of 2026-03-10 at noon. */
function compare({ edition = 'present', given, start = begun, told }: Row): readonly string[] {
  const unit = { vector: { ...employee, ...given } } as Arguments[0];
  const cited = { index: 7, type: 'hr.period.started', leaf: { after: told } } as unknown as Arguments[1];
  return compareStanding(unit, cited, { start, end: undefined }, { facts: { asOf: at('10T12') } as Arguments[3]['facts'], edition });
}

const gives = (given: string, worker: string, is: string) =>
  `its standing in the roster is given as ${given}; record 7 (hr.period.started) tells of ${worker}, which gives ${is}`;

describe('whether an employment has begun, against what HR told', () => {
  it.each<Row>([
    {
      name: 'is said not to be known where HR calls it to come still',
      given: { roster: 'AWAITED' },
      told: { status: 'prehire', worker_type: 'employee' },
      wrong: [],
    },
    {
      name: 'is said to be so where HR calls it to come still',
      given: { roster: 'LISTED' },
      told: { status: 'prehire', worker_type: 'employee' },
      wrong: [gives('LISTED', 'employee', 'AWAITED')],
    },
    {
      name: 'is said to be so of a contractor where HR calls it to come still',
      given: { roster: 'OPEN_ENDED' },
      told: { status: 'prehire', worker_type: 'contractor' },
      wrong: [gives('OPEN_ENDED', 'contractor', 'AWAITED')],
    },
    {
      name: 'is said not to be known although HR says that they are at work',
      given: { roster: 'AWAITED' },
      told: { status: 'active', worker_type: 'employee' },
      wrong: [gives('AWAITED', 'employee', 'LISTED')],
    },
    {
      name: 'is said not to be known within the hours of a time zone that is not',
      given: { roster: 'AWAITED' },
      told: { status: 'active', worker_type: 'employee' },
      start: beginning,
      wrong: [],
    },
    {
      name: 'is said not to be known by a record that tells no status',
      given: { roster: 'AWAITED' },
      told: { worker_type: 'employee' },
      wrong: [],
    },
    {
      name: 'is not asked before the first day',
      given: { employment: 'PREHIRE' },
      told: { status: 'prehire', worker_type: 'employee' },
      wrong: [],
    },
    {
      name: 'was not asked up to format 4',
      given: { roster: 'LISTED' },
      told: { status: 'prehire', worker_type: 'employee' },
      edition: 'before-5',
      wrong: [],
    },
    {
      name: 'was a word that nobody had up to format 4',
      given: { roster: 'AWAITED' },
      told: { status: 'prehire', worker_type: 'employee' },
      edition: 'before-5',
      wrong: [gives('AWAITED', 'employee', 'LISTED')],
    },
  ])('$name', (row) => {
    expect(compare(row)).toEqual(row.wrong);
  });
});
