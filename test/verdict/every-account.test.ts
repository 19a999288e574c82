import { describe, expect, it } from '@jest/globals';
import {
  assignments,
  classifications,
  directoryStates,
  employments,
  judgeDirectoryAccount,
  judgeScimRole,
  judgeScimUser,
  propagations,
  roleStandings,
  rosterStandings,
  type StateVector,
  type TestedAccount,
  timingOutcomes,
} from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

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

  it('a role passes only where it is held against the directory of a known person and found there, and only a proven difference fails (I10)', () => {
    const standing = { PASS: new Set<string>(), FAIL: new Set<string>() };
    let accounts = 0;
    for (const account of everyAccount())
      for (const role of roleStandings) {
        accounts += 1;
        const { effect } = judgeScimRole({ ...account, vector: { ...account.vector, role } });
        if (effect === 'PASS' || effect === 'FAIL')
          standing[effect].add(
            [account.vector.classification, account.standing === 'candidate', account.vector.employment === 'NONE', role].join(' '),
          );
      }
    expect(accounts).toBeGreaterThan(50_000);
    expect([...standing.PASS]).toEqual(['HUMAN false false MATCH']);
    expect([...standing.FAIL]).toEqual(['HUMAN false false DRIFT']);
  });
});
