import { describe, expect, it } from '@jest/globals';
import { ACTIVE_EXPRESSION } from '../../src/activation/index.ts';
import { diagnosisCodeOf, diagnosisOf } from '../../src/reconciliation/diagnose-finding.ts';
import { decide, type RuleMatch, ruleTable, type StateVector } from '../../src/verdict/index.ts';

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
const leaver = { employment: 'ENDED', directoryTiming: 'IN_TIME', scimTiming: 'OVERDUE' } as const;

const diagnose = (more: object) => diagnosisCodeOf(decide({ ...employee, ...more }).all);

describe('the diagnosis of a verdict', () => {
  it.each([
    { name: 'unassigned but active', given: { assigned: 'NO' }, expected: 'active-mapping-is-wrong' },
    { name: 'deleted but active', given: { directory: 'SOFT_DELETED' }, expected: 'no-longer-managed' },
    { name: 'deleted for good but active', given: { directory: 'HARD_DELETED' }, expected: 'no-longer-managed' },
    { name: 'disabled but active', given: { directory: 'DISABLED' }, expected: 'provisioning-is-stuck' },
    { name: 'disabled a moment ago', given: { directory: 'DISABLED', propagation: 'IN_FLIGHT' }, expected: null },
    { name: 'active, never in the directory', given: { directory: 'NEVER' }, expected: 'never-in-directory' },
    { name: 'not read of late', given: { directory: 'UNKNOWN' }, expected: 'source-is-stale' },
    { name: 'vanished', given: { directory: 'VANISHED' }, expected: 'account-vanished' },
    { name: 'of nobody', given: { employment: 'NONE' }, expected: 'nobody-answers' },
    { name: 'assigned and not provisioned', given: { scim: 'NEVER' }, expected: 'assigned-not-provisioned' },
    { name: 'another role', given: { role: 'DRIFT' }, expected: 'role-is-kept' },
    { name: 'another role for a moment', given: { role: 'DRIFTING' }, expected: null },
    { name: 'all is well', given: {}, expected: null },
    { name: 'a leaver whom SCIM still has, disabled', given: { ...leaver, directory: 'DISABLED' }, expected: 'provisioning-is-stuck' },
    { name: 'a leaver whom SCIM still has, deleted', given: { ...leaver, directory: 'SOFT_DELETED' }, expected: 'no-longer-managed' },
    {
      name: 'a leaver with both accounts, unassigned',
      given: { ...leaver, directoryTiming: 'OVERDUE', assigned: 'NO' },
      expected: 'active-mapping-is-wrong',
    },
    {
      name: 'a leaver whom nobody disabled',
      given: { ...leaver, directoryTiming: 'OVERDUE', scim: 'INACTIVE', scimTiming: 'IN_TIME' },
      expected: 'offboarding-not-done',
    },
    {
      name: 'a leaver who was late',
      given: { ...leaver, directory: 'DISABLED', directoryTiming: 'LATE', scim: 'INACTIVE', scimTiming: 'IN_TIME' },
      expected: 'offboarding-late',
    },
    {
      name: 'a leaver who was in time, and whose account vanished since',
      given: { ...leaver, directory: 'VANISHED', scim: 'INACTIVE', scimTiming: 'IN_TIME' },
      expected: null,
    },
    {
      name: 'a leaver who was in time',
      given: { ...leaver, directory: 'DISABLED', scim: 'INACTIVE', scimTiming: 'IN_TIME' },
      expected: null,
    },
  ])('$name: $expected', ({ expected, given }) => {
    expect(diagnose(given)).toBe(expected);
  });

  it('is there for every rule that fails or doubts, with steps and a place to look at', () => {
    for (const { effect, rule, verdict } of ruleTable) {
      const effects = typeof effect === 'function' ? ['FAIL'] : [effect];
      if (!effects.some((each) => each === 'FAIL' || each === 'INSUF')) continue;
      const code = diagnosisCodeOf([{ rule, verdict, effect: 'FAIL' } satisfies RuleMatch]);
      expect({ rule, code }).toEqual({ rule, code: expect.any(String) });
      const { cause, lookAt, steps } = diagnosisOf(code ?? 'nobody-answers');
      expect(Math.min(cause.length, steps.length, lookAt.length)).toBeGreaterThan(0);
    }
  });

  it('shows which mapping to use, in the words of the diagnosis of provisioning', () => {
    const { lookAt, steps } = diagnosisOf('active-mapping-is-wrong');
    expect(ACTIVE_EXPRESSION).toBe('Switch([IsSoftDeleted], , "False", "True", "True", "False")');
    expect(steps[0]).toContain(ACTIVE_EXPRESSION);
    expect(lookAt.join(' ')).toContain('unassigned-are-inactive');
  });
});
