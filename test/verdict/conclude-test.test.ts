import { describe, expect, it } from '@jest/globals';
import {
  assignments,
  classifications,
  concludeTest,
  directoryStates,
  employments,
  judgeDirectoryAccount,
  judgeScimUser,
  propagations,
  rosterStandings,
  type StateVector,
  type TestedAccount,
  timingOutcomes,
} from '../../src/verdict/index.ts';

describe('the verdict of a test over a population', () => {
  it.each([
    { name: 'everybody passes', effects: { PASS: 3 }, expected: 'PASS' },
    { name: 'nobody is to be tested', effects: {}, expected: 'PASS' },
    { name: 'who is outside the test decides nothing', effects: { PASS: 1, 'N/A': 2, WARN: 1 }, expected: 'PASS' },
    { name: 'one failed', effects: { PASS: 99, FAIL: 1 }, expected: 'FAIL' },
    { name: 'a failure outweighs doubt', effects: { FAIL: 1, INSUF: 5, PEND: 1 }, expected: 'FAIL' },
    { name: 'one is in doubt (I10)', effects: { PASS: 99, INSUF: 1 }, expected: 'INSUFFICIENT' },
    { name: 'one is not due yet (I10)', effects: { PASS: 99, PEND: 1 }, expected: 'INSUFFICIENT' },
  ] as const)('$name: $expected', ({ effects, expected }) => {
    expect(concludeTest(effects, false)).toBe(expected);
  });

  it.each([
    { effects: {}, expected: 'INSUFFICIENT' },
    { effects: { PASS: 3 }, expected: 'INSUFFICIENT' },
    { effects: { FAIL: 1 }, expected: 'FAIL' },
  ] as const)('is no pass where the population itself is in doubt, and a failure stays one: $expected (I10)', ({ effects, expected }) => {
    expect(concludeTest(effects, true)).toBe(expected);
  });
});

const employee = {
  classification: 'HUMAN',
  match: 'ONE',
  roster: 'LISTED',
  employment: 'ACTIVE',
  directory: 'ENABLED',
  scim: 'ACTIVE',
  assigned: 'YES',
  propagation: 'SETTLED',
  role: 'NONE',
  privileged: 'NO',
  directoryTiming: null,
  scimTiming: null,
} as const satisfies StateVector;

/** Every account that the two tests could look at. */
function* everyAccount(): Generator<TestedAccount> {
  for (const classification of classifications)
    for (const roster of rosterStandings)
      for (const employment of employments)
        for (const directory of directoryStates)
          for (const assigned of assignments)
            for (const propagation of propagations)
              for (const standing of ['linked', 'candidate', 'none'] as const)
                for (const outcome of employment === 'ENDED' ? [...timingOutcomes, null] : [null])
                  yield {
                    vector: { ...employee, classification, roster, employment, directory, assigned, propagation } as StateVector,
                    standing,
                    outcome,
                  };
}

describe('an enabled directory account', () => {
  const judge = (more: object, account: Partial<TestedAccount> = {}) =>
    judgeDirectoryAccount({ vector: { ...employee, ...more }, standing: 'linked', outcome: null, ...account }).effect;

  it.each([
    { name: 'of somebody employed', given: {}, expected: 'PASS' },
    { name: 'of somebody under notice', given: { employment: 'NOTICE' }, expected: 'PASS' },
    { name: 'of somebody on leave', given: { employment: 'LEAVE' }, expected: 'WARN' },
    { name: 'of somebody who has not begun', given: { employment: 'PREHIRE' }, expected: 'WARN' },
    { name: 'of nobody', given: { employment: 'NONE' }, expected: 'FAIL' },
    { name: 'of nobody, in a directory that went unread', given: { employment: 'NONE', directory: 'UNKNOWN' }, expected: 'FAIL' },
    { name: 'of somebody whom HR no longer names (I10)', given: { roster: 'DROPPED' }, expected: 'INSUF' },
    { name: 'excluded as nobody’s own', given: { classification: 'EXCLUDED', employment: 'NONE' }, expected: 'N/A' },
    { name: 'excluded, whose owner has left', given: { classification: 'EXCLUDED_OWNER_LEFT', employment: 'NONE' }, expected: 'FAIL' },
  ] as const)('$name: $expected', ({ expected, given }) => {
    expect(judge(given)).toBe(expected);
  });

  it('is in doubt where it may be several people’s (I10)', () => {
    expect(judge({}, { standing: 'candidate' })).toBe('INSUF');
  });

  it('of a leaver never passes, and fails only where that is proven (I10)', () => {
    const byOutcome = Object.fromEntries(timingOutcomes.map((outcome) => [outcome, judge({ employment: 'ENDED' }, { outcome })]));
    expect(byOutcome).toEqual({
      REACTIVATED: 'FAIL',
      OVERDUE: 'FAIL',
      LATE: 'FAIL',
      OVERDUE_UNPROVEN: 'INSUF',
      NO_COVERAGE: 'INSUF',
      INDETERMINATE: 'INSUF',
      PENDING: 'PEND',
      IN_TIME: 'INSUF',
      EARLY: 'INSUF',
      NO_ACCOUNT: 'INSUF',
    });
    expect(judge({ employment: 'ENDED' })).toBe('INSUF');
  });
});

describe('an active SCIM user', () => {
  const judge = (more: object) => judgeScimUser({ vector: { ...employee, ...more }, standing: 'linked', outcome: null }).effect;

  it.each([
    { name: 'assigned and known', given: {}, expected: 'PASS' },
    { name: 'of a leaver, assigned and known: that they left is asked elsewhere', given: { employment: 'ENDED' }, expected: 'PASS' },
    { name: 'not assigned', given: { assigned: 'NO' }, expected: 'FAIL' },
    { name: 'where assignments are not read (I10)', given: { assigned: 'UNKNOWN' }, expected: 'INSUF' },
    { name: 'of nobody', given: { employment: 'NONE' }, expected: 'FAIL' },
    { name: 'whom no directory ever showed', given: { directory: 'NEVER', assigned: 'UNKNOWN' }, expected: 'FAIL' },
    { name: 'whose directory went unread (I8)', given: { directory: 'UNKNOWN' }, expected: 'INSUF' },
    { name: 'whose account vanished (I8)', given: { directory: 'VANISHED' }, expected: 'INSUF' },
    { name: 'whose account is deleted', given: { directory: 'SOFT_DELETED' }, expected: 'FAIL' },
    { name: 'whose account is disabled', given: { directory: 'DISABLED' }, expected: 'FAIL' },
    { name: 'whose account was disabled a moment ago', given: { directory: 'DISABLED', propagation: 'IN_FLIGHT' }, expected: 'PEND' },
  ] as const)('$name: $expected', ({ expected, given }) => {
    expect(judge(given)).toBe(expected);
  });
});

describe('over every state', () => {
  it('only an account of somebody employed passes as a directory account, and only a known, assigned one as a SCIM user (I10)', () => {
    const passing = { directory: new Set<string>(), scim: new Set<string>() };
    let accounts = 0;
    for (const account of everyAccount()) {
      accounts += 1;
      const { vector } = account;
      if (judgeDirectoryAccount(account).effect === 'PASS')
        passing.directory.add([vector.classification, vector.roster === 'DROPPED', vector.employment].join(' '));
      if (judgeScimUser(account).effect === 'PASS')
        passing.scim.add(
          [vector.classification, vector.roster === 'DROPPED', vector.employment === 'NONE', vector.directory, vector.assigned].join(' '),
        );
    }
    expect(accounts).toBeGreaterThan(10_000);
    expect([...passing.directory].sort()).toEqual(['HUMAN false ACTIVE', 'HUMAN false NOTICE']);
    expect([...passing.scim]).toEqual(['HUMAN false false ENABLED YES']);
  });
});
