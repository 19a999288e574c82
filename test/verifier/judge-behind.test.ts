import { describe, expect, it } from '@jest/globals';
import { judgeAgain } from '../../src/verifier/judge-again.ts';
import type { ReportedSystem, ReportedUnit } from '../../src/verifier/read-report.ts';
import { decide, type RuleEdition, type StateVector, sentenceOf } from '../../src/verdict/index.ts';
import { employee } from '../verdict/employee.ts';

const directory = (state: ReportedSystem['state']): ReportedSystem => ({
  system: 'directory',
  standing: 'linked',
  state,
  timing: null,
  judged: null,
});
const user = (more: Partial<ReportedSystem> = {}): ReportedSystem => ({
  system: 'scim',
  standing: 'linked',
  state: 'ACTIVE',
  timing: null,
  judged: null,
  ...more,
});

/** A finding that agrees with its vector. */
function unitOf(vector: StateVector, systems: readonly ReportedSystem[], edition: RuleEdition = 'present'): ReportedUnit {
  const decision = decide(vector, edition);
  const sentence = sentenceOf(decision, { vector, directory: [], scim: [] }, edition);
  return {
    id: 'finding',
    vector,
    end: null,
    deadline: null,
    systems,
    claimed: { ...decision.primary, all: decision.all, sentence },
    evidence: [],
  };
}

const two = [directory('ENABLED'), directory('DISABLED')];

describe('what is behind the SCIM users of somebody with several directory accounts', () => {
  it.each<{
    readonly name: string;
    readonly vector?: Partial<StateVector>;
    readonly systems: readonly ReportedSystem[];
    readonly wrong: readonly string[];
  }>([
    { name: 'is as its accounts allow', vector: { behind: 'DISABLED' }, systems: [...two, user({ behind: 'DISABLED' })], wrong: [] },
    {
      name: 'is the worst of several',
      vector: { behind: 'DISABLED' },
      systems: [...two, user({ behind: 'ASSIGNED' }), user({ behind: 'DISABLED' })],
      wrong: [],
    },
    { name: 'is nobody’s where there is one account', systems: [directory('ENABLED'), user()], wrong: [] },
    {
      name: 'is left out',
      systems: [...two, user()],
      wrong: ['what is behind its scim account is not said'],
    },
    {
      name: 'is left out of the vector, which would say that all is well',
      systems: [...two, user({ behind: 'DISABLED' })],
      wrong: ['what is behind is given as nothing; its accounts give DISABLED'],
    },
    {
      name: 'is not the worst in the vector',
      vector: { behind: 'ASSIGNED' },
      systems: [...two, user({ behind: 'ASSIGNED' }), user({ behind: 'DISABLED' })],
      wrong: ['what is behind is given as ASSIGNED; its accounts give DISABLED'],
    },
    {
      name: 'is what none of its accounts is',
      vector: { behind: 'DELETED' },
      systems: [...two, user({ behind: 'DELETED' })],
      wrong: ['what is behind its scim account is given as DELETED; none of its directory accounts is so'],
    },
    {
      name: 'is said of somebody with one account',
      vector: { behind: 'ASSIGNED' },
      systems: [directory('ENABLED'), user({ behind: 'ASSIGNED' })],
      wrong: ['what is behind its scim account is not to be said'],
    },
    {
      name: 'has another role than the worst of its users',
      vector: { role: 'MATCH' },
      systems: [directory('ENABLED'), user({ role: 'MATCH' }), user({ role: 'DRIFT' })],
      wrong: ['its role is given as MATCH; its accounts give DRIFT'],
    },
    {
      name: 'has the worst role of its users',
      vector: { role: 'DRIFT' },
      systems: [directory('ENABLED'), user({ role: 'MATCH' }), user({ role: 'DRIFT' })],
      wrong: [],
    },
  ])('$name', ({ systems, vector = {}, wrong }) => {
    expect(judgeAgain(unitOf({ ...employee, ...vector } as StateVector, systems))).toEqual(wrong);
  });

  it('was not said up to format 4', () => {
    expect(judgeAgain(unitOf(employee, [...two, user()], 'before-5'), 'before-5')).toEqual([]);
    const said = unitOf({ ...employee, behind: 'ASSIGNED' }, [...two, user({ behind: 'ASSIGNED' })], 'before-5');
    expect(judgeAgain(said, 'before-5')).toEqual(['what is behind its scim account is not to be said']);
  });
});
