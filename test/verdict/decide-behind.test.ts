import { describe, expect, it } from '@jest/globals';
import { decide, type StateVector } from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

interface Row {
  readonly story: string;
  /** What is otherwise than of somebody employed, with both accounts in use. */
  readonly given: Partial<StateVector>;
  readonly primary: string;
  readonly effect: string;
  readonly all: readonly string[];
}

describe('the decision table, where several accounts are, or nobody knows whether somebody is employed', () => {
  it.each<Row>([
    {
      story: 'a leaver whose account works still, assigned and never provisioned: nothing is said as of somebody who is here',
      given: { employment: 'ENDED', scim: 'NEVER', directoryTiming: 'PENDING', scimTiming: 'NO_ACCOUNT' },
      primary: 'L09',
      effect: 'PEND',
      all: ['L09'],
    },
    {
      story: 'an excluded account whose owner is employed or not',
      given: { employment: 'NONE', classification: 'EXCLUDED_OWNER_UNSETTLED' },
      primary: 'X07',
      effect: 'INSUF',
      all: ['X07'],
    },
    ...(
      [
        { behind: 'DELETED', primary: 'S03', effect: 'FAIL', all: ['S03'] },
        { behind: 'DISABLED', primary: 'S04', effect: 'FAIL', all: ['S04'] },
        { behind: 'IN_FLIGHT', primary: 'S04', effect: 'PEND', all: ['S04'] },
        { behind: 'UNASSIGNED', primary: 'S06', effect: 'FAIL', all: ['S06'] },
        { behind: 'UNKNOWN', primary: 'S01', effect: 'INSUF', all: ['S01'] },
        { behind: 'VANISHED', primary: 'S02', effect: 'INSUF', all: ['S02'] },
        { behind: 'UNSETTLED', primary: 'S18', effect: 'INSUF', all: ['S18'] },
        { behind: 'UNREAD', primary: 'S16', effect: 'OK', all: ['S16'] },
        { behind: 'ASSIGNED', primary: 'S16', effect: 'OK', all: ['S16'] },
      ] as const
    ).map(({ all, behind, ...is }) => ({
      story: `employed, with a SCIM user whose own account is ${behind}, and another that is well`,
      given: { behind },
      all: [...all],
      ...is,
    })),
    {
      story: 'employed, with a SCIM user whose own account is assigned, and another that is not',
      given: { assigned: 'NO', behind: 'ASSIGNED' },
      primary: 'S16',
      effect: 'OK',
      all: ['S16'],
    },
    {
      story: 'employed, with a SCIM user whose own account is disabled, and another that vanished',
      given: { directory: 'VANISHED', behind: 'DISABLED' },
      primary: 'S04',
      effect: 'FAIL',
      all: ['S04', 'S02'],
    },
    {
      story: 'with an account that works, and called to come still although the first day is there',
      given: { roster: 'AWAITED' },
      primary: 'S17',
      effect: 'INSUF',
      all: ['S17'],
    },
    {
      story: 'with a directory account alone, and called to come still although the first day is there',
      given: { employment: 'NOTICE', roster: 'AWAITED', scim: 'NEVER' },
      primary: 'S17',
      effect: 'INSUF',
      all: ['S17'],
    },
    {
      story: 'called to come still although the first day is there, and not assigned: that fails whether they are here or not',
      given: { roster: 'AWAITED', assigned: 'NO' },
      primary: 'S06',
      effect: 'FAIL',
      all: ['S06', 'S17'],
    },
    {
      story: 'called to come still although the first day is there, and nothing is usable',
      given: { roster: 'AWAITED', directory: 'DISABLED', scim: 'INACTIVE' },
      primary: 'S14',
      effect: 'OK',
      all: ['S14'],
    },
  ])('judges $story as $primary ($effect)', ({ all, effect, given, primary }) => {
    const decision = decide({ ...employee, ...given } as StateVector);
    expect({ primary: decision.primary.rule, effect: decision.primary.effect, all: decision.all.map(({ rule }) => rule) }).toEqual({
      primary,
      effect,
      all,
    });
  });
});
