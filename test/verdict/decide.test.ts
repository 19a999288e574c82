import { describe, expect, it } from '@jest/globals';
import { decide, ruleTable, type StateVector, sentenceOf } from '../../src/verdict/index.ts';

type Named = Partial<Omit<StateVector, 'employment'>> & { readonly employment: StateVector['employment'] };

/** An ordinary employee, unless said otherwise. */
function vectorOf(named: Named): StateVector {
  const ended = named.employment === 'ENDED';
  return {
    classification: 'HUMAN',
    match: 'ONE',
    roster: 'LISTED',
    directory: ended ? 'DISABLED' : 'ENABLED',
    scim: ended ? 'INACTIVE' : 'ACTIVE',
    assigned: ended ? 'NO' : 'YES',
    propagation: 'SETTLED',
    role: 'NONE',
    privileged: 'NO',
    directoryTiming: ended ? 'IN_TIME' : null,
    scimTiming: ended ? 'IN_TIME' : null,
    ...named,
  } as StateVector;
}

describe('the decision table', () => {
  it('has these rules, in this order: the first that applies is the verdict', () => {
    expect(ruleTable.map(({ rule, verdict }) => `${rule} ${verdict}`)).toEqual([
      'X01 EXCLUDED',
      'X02 EXCLUDED_OWNER_LEFT',
      'X05 EXCLUDED_OWNER_DROPPED',
      'X07 EXCLUDED_OWNER_UNSETTLED',
      'L01 REACTIVATED_AFTER_END',
      'L02 TERMINATED_ACTIVE_BOTH',
      'L03 TERMINATED_ACTIVE_DIR',
      'L04 TERMINATED_ACTIVE_SCIM',
      'L05 DEPROVISIONED_LATE',
      'X03 AMBIGUOUS_MATCH',
      'X04 ROSTER_DROPPED',
      'X06 ACCOUNT_DISOWNED_AFTER_END',
      'L06 OVERDUE_UNPROVEN',
      'L07 NO_COVERAGE',
      'L08 TIMING_INDETERMINATE',
      'L09 PENDING_WITHIN_SLA',
      'L10 LEAVER_NO_ACCOUNT_FOUND',
      'L11 DEPROVISIONED_BEFORE_END',
      'L12 DEPROVISIONED_IN_TIME',
      'S03 DELETED_DIR_ACTIVE_SCIM',
      'S04 DISABLED_DIR_ACTIVE_SCIM',
      'S05 ORPHAN_SCIM',
      'S06 UNASSIGNED_ACTIVE_SCIM',
      'S01 SOURCE_STALE',
      'S02 VANISHED_FROM_SCOPE',
      'S18 ACCOUNT_BEHIND_UNKNOWN',
      'S07 UNMATCHED_ACCOUNT',
      'S17 START_UNCONFIRMED',
      'S08 ACTIVE_BEFORE_START',
      'S09 LEAVE_ACTIVE',
      'C01 NO_END_DATE',
      'S10 ASSIGNED_NOT_PROVISIONED',
      'S11 ASSIGNED_BUT_INACTIVE',
      'S12 UNASSIGNED_DEACTIVATED',
      'S13 ACTIVE_EMPLOYEE_NO_ACCESS',
      'S14 IDLE_RECORD',
      'S15 DIRECTORY_ONLY',
      'S16 CONSISTENT_ACTIVE',
      'R01 ROLE_DRIFT',
      'R02 ROLE_UNKNOWN',
      'R03 PRIVILEGED_LEAVER',
    ]);
  });

  it('refuses a vector with a word that the table does not know', () => {
    expect(() => decide({ ...vectorOf({ employment: 'ENDED' }), directoryTiming: 'FINE' } as unknown as StateVector)).toThrow(
      new RangeError(`no rule covers ${JSON.stringify({ ...vectorOf({ employment: 'ENDED' }), directoryTiming: 'FINE' })}`),
    );
  });

  it.each<{ story: string; vector: StateVector; primary: string; effect: string; all?: string[] }>([
    {
      story: 'excluded, owner employed',
      vector: vectorOf({ employment: 'NONE', classification: 'EXCLUDED' }),
      primary: 'X01',
      effect: 'N/A',
      all: ['X01'],
    },
    {
      story: 'excluded, owner left',
      vector: vectorOf({ employment: 'NONE', classification: 'EXCLUDED_OWNER_LEFT' }),
      primary: 'X02',
      effect: 'FAIL',
    },
    {
      story: 'excluded, owner no longer on the roster',
      vector: vectorOf({ employment: 'NONE', classification: 'EXCLUDED_OWNER_DROPPED' }),
      primary: 'X05',
      effect: 'INSUF',
      all: ['X05'],
    },
    {
      story: 'two candidates for a leaver whose linked account is overdue',
      vector: vectorOf({ employment: 'ENDED', match: 'AMBIGUOUS', directory: 'ENABLED', directoryTiming: 'OVERDUE' }),
      primary: 'L03',
      effect: 'FAIL',
      all: ['L03', 'X03'],
    },
    {
      story: 'employed, and no longer on the roster',
      vector: vectorOf({ employment: 'ACTIVE', roster: 'DROPPED' }),
      primary: 'X04',
      effect: 'INSUF',
      all: ['X04'],
    },
    ...(['IN_TIME', 'EARLY', 'NO_ACCOUNT', 'PENDING', 'INDETERMINATE'] as const).map((scimTiming) => ({
      story: `left out before the end that was told, and ${scimTiming} by that end`,
      vector: vectorOf({ employment: 'ENDED', roster: 'DROPPED', directoryTiming: 'NO_ACCOUNT', scimTiming }),
      primary: 'X04',
      effect: 'INSUF',
      all: { PENDING: ['X04', 'L09'], INDETERMINATE: ['X04', 'L08'], NO_ACCOUNT: ['X04', 'L10'], IN_TIME: ['X04'], EARLY: ['X04'] }[
        scimTiming
      ],
    })),
    ...(['REACTIVATED', 'OVERDUE', 'LATE'] as const).map((scimTiming) => ({
      story: `left out before the end that was told, and ${scimTiming} even by that end`,
      vector: vectorOf({ employment: 'ENDED', roster: 'DROPPED', scimTiming }),
      primary: { REACTIVATED: 'L01', OVERDUE: 'L04', LATE: 'L05' }[scimTiming],
      effect: 'FAIL',
    })),
    {
      story: 'an active contractor without an end date',
      vector: vectorOf({ employment: 'ACTIVE', roster: 'OPEN_ENDED' }),
      primary: 'C01',
      effect: 'WARN',
      all: ['C01', 'S16'],
    },
    { story: 'back after the end', vector: vectorOf({ employment: 'ENDED', scimTiming: 'REACTIVATED' }), primary: 'L01', effect: 'FAIL' },
    {
      story: 'active in both',
      vector: vectorOf({
        employment: 'ENDED',
        directory: 'ENABLED',
        scim: 'ACTIVE',
        assigned: 'YES',
        directoryTiming: 'OVERDUE',
        scimTiming: 'OVERDUE',
      }),
      primary: 'L02',
      effect: 'FAIL',
      all: ['L02'],
    },
    {
      story: 'active in the directory',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'OVERDUE' }),
      primary: 'L03',
      effect: 'FAIL',
    },
    {
      story: 'active in SCIM, disabled in the directory',
      vector: vectorOf({ employment: 'ENDED', scim: 'ACTIVE', scimTiming: 'OVERDUE' }),
      primary: 'L04',
      effect: 'FAIL',
      all: ['L04', 'S04'],
    },
    {
      story: 'late in one system',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'LATE' }),
      primary: 'L05',
      effect: 'FAIL',
      all: ['L05'],
    },
    {
      story: 'late in one, doubtful in the other',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'LATE', scimTiming: 'INDETERMINATE' }),
      primary: 'L05',
      effect: 'FAIL',
      all: ['L05', 'L08'],
    },
    {
      story: 'overdue, unproven',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'OVERDUE_UNPROVEN' }),
      primary: 'L06',
      effect: 'INSUF',
    },
    {
      story: 'vanished, past the deadline',
      vector: vectorOf({ employment: 'ENDED', directory: 'VANISHED', directoryTiming: 'NO_COVERAGE' }),
      primary: 'L07',
      effect: 'INSUF',
      all: ['L07', 'S02'],
    },
    {
      story: 'blind over the deadline',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'INDETERMINATE' }),
      primary: 'L08',
      effect: 'INSUF',
    },
    {
      story: 'not due yet',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'PENDING' }),
      primary: 'L09',
      effect: 'PEND',
    },
    {
      story: 'no account anywhere',
      vector: vectorOf({ employment: 'ENDED', directory: 'NEVER', scim: 'NEVER', directoryTiming: 'NO_ACCOUNT', scimTiming: 'NO_ACCOUNT' }),
      primary: 'L10',
      effect: 'N/A',
      all: ['L10'],
    },
    {
      story: 'gone before the end',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'EARLY', scimTiming: 'NO_ACCOUNT' }),
      primary: 'L11',
      effect: 'PASS',
    },
    { story: 'in time', vector: vectorOf({ employment: 'ENDED', scimTiming: 'EARLY' }), primary: 'L12', effect: 'PASS', all: ['L12'] },
    {
      story: 'directory never read',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'UNKNOWN' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'employed, vanished',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'VANISHED' }),
      primary: 'S02',
      effect: 'INSUF',
      all: ['S02'],
    },
    {
      story: 'deleted, SCIM active',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'SOFT_DELETED' }),
      primary: 'S03',
      effect: 'FAIL',
    },
    { story: 'disabled, SCIM active', vector: vectorOf({ employment: 'ACTIVE', directory: 'DISABLED' }), primary: 'S04', effect: 'FAIL' },
    {
      story: 'disabled a moment ago',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'DISABLED', propagation: 'IN_FLIGHT' }),
      primary: 'S04',
      effect: 'PEND',
    },
    { story: 'orphan of a person', vector: vectorOf({ employment: 'ACTIVE', directory: 'NEVER' }), primary: 'S05', effect: 'FAIL' },
    {
      story: 'orphan of nobody',
      vector: vectorOf({ employment: 'NONE', directory: 'NEVER' }),
      primary: 'S05',
      effect: 'FAIL',
      all: ['S05', 'S07'],
    },
    { story: 'unassigned, active', vector: vectorOf({ employment: 'ACTIVE', assigned: 'NO' }), primary: 'S06', effect: 'FAIL' },
    { story: 'nobody answers for it', vector: vectorOf({ employment: 'NONE' }), primary: 'S07', effect: 'FAIL', all: ['S07'] },
    { story: 'before the start', vector: vectorOf({ employment: 'PREHIRE' }), primary: 'S08', effect: 'WARN', all: ['S08'] },
    { story: 'on leave', vector: vectorOf({ employment: 'LEAVE' }), primary: 'S09', effect: 'WARN', all: ['S09'] },
    { story: 'joiner gap', vector: vectorOf({ employment: 'ACTIVE', scim: 'NEVER' }), primary: 'S10', effect: 'WARN' },
    { story: 'assigned, inactive', vector: vectorOf({ employment: 'ACTIVE', scim: 'INACTIVE' }), primary: 'S11', effect: 'WARN' },
    {
      story: 'unassigned, deactivated',
      vector: vectorOf({ employment: 'NOTICE', scim: 'INACTIVE', assigned: 'NO' }),
      primary: 'S12',
      effect: 'OK',
    },
    {
      story: 'employed without access',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'NEVER', scim: 'NEVER' }),
      primary: 'S13',
      effect: 'INFO',
    },
    {
      story: 'idle record',
      vector: vectorOf({ employment: 'NONE', directory: 'HARD_DELETED', scim: 'DELETED' }),
      primary: 'S14',
      effect: 'OK',
    },
    { story: 'directory only', vector: vectorOf({ employment: 'ACTIVE', scim: 'NEVER', assigned: 'NO' }), primary: 'S15', effect: 'OK' },
    {
      story: 'a role that was taken away in the directory',
      vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFT' }),
      primary: 'S16',
      effect: 'OK',
      all: ['S16', 'R01'],
    },
    {
      story: 'a role that cannot be compared',
      vector: vectorOf({ employment: 'LEAVE', role: 'UNKNOWN' }),
      primary: 'S09',
      effect: 'WARN',
      all: ['S09', 'R02'],
    },
    {
      story: 'a leaver with a privileged role',
      vector: vectorOf({ employment: 'ENDED', privileged: 'YES', role: 'DRIFT' }),
      primary: 'L12',
      effect: 'PASS',
      all: ['L12', 'R03'],
    },
    {
      story: 'active, and whose it is is not settled: nothing else is said to be well',
      vector: vectorOf({ employment: 'ACTIVE', match: 'AMBIGUOUS' }),
      primary: 'X03',
      effect: 'INSUF',
      all: ['X03'],
    },
    {
      story: 'without access, and whose the candidates are is not settled',
      vector: vectorOf({ employment: 'ACTIVE', match: 'AMBIGUOUS', directory: 'NEVER', scim: 'NEVER' }),
      primary: 'X03',
      effect: 'INSUF',
      all: ['X03'],
    },
    {
      story: 'an account of nobody, whose role and roster say nothing',
      vector: vectorOf({ employment: 'NONE', role: 'DRIFT', roster: 'OPEN_ENDED' }),
      primary: 'S07',
      effect: 'FAIL',
      all: ['S07'],
    },
    {
      story: 'an account of nobody that the directory alone has',
      vector: vectorOf({ employment: 'NONE', scim: 'NEVER', assigned: 'NO' }),
      primary: 'S07',
      effect: 'FAIL',
      all: ['S07'],
    },
    {
      story: 'without access in the weeks of notice',
      vector: vectorOf({ employment: 'NOTICE', directory: 'DISABLED', scim: 'INACTIVE' }),
      primary: 'S13',
      effect: 'INFO',
      all: ['S13'],
    },
    {
      story: 'inactive over SCIM, directory unread: whether there is access is not known',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'UNKNOWN', scim: 'INACTIVE' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'inactive over SCIM, and vanished',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'VANISHED', scim: 'INACTIVE' }),
      primary: 'S02',
      effect: 'INSUF',
      all: ['S02'],
    },
    {
      story: 'disabled, and SCIM not known',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'DISABLED', scim: 'UNKNOWN' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'enabled and assigned, and SCIM not known',
      vector: vectorOf({ employment: 'ACTIVE', scim: 'UNKNOWN' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'enabled and unassigned, and SCIM not known',
      vector: vectorOf({ employment: 'ACTIVE', scim: 'UNKNOWN', assigned: 'NO' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'gone for good, SCIM active',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'HARD_DELETED' }),
      primary: 'S03',
      effect: 'FAIL',
      all: ['S03'],
    },
    { story: 'consistent', vector: vectorOf({ employment: 'ACTIVE' }), primary: 'S16', effect: 'OK', all: ['S16'] },
  ])('judges $story as $primary ($effect)', ({ vector, primary, effect, all }) => {
    const decision = decide(vector);
    expect(decision.primary).toMatchObject({ rule: primary, effect });
    if (all !== undefined) expect(decision.all.map(({ rule }) => rule)).toEqual(all);
  });

  it('comes to the same decision after a journey through JSON', () => {
    const vector = vectorOf({ employment: 'ENDED', directoryTiming: 'LATE' });
    expect(decide(JSON.parse(JSON.stringify(vector)) as StateVector)).toEqual(decide(vector));
  });

  it.each<{ name: string; vector: StateVector; says: RegExp }>([
    {
      name: 'drift',
      vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFT' }),
      says: /both in use\. .* role .* longer than provisioning needs/,
    },
    { name: 'drift in flight', vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFTING' }), says: /provisioning has time to follow\.$/ },
    { name: 'doubt', vector: vectorOf({ employment: 'ACTIVE', role: 'UNKNOWN' }), says: /cannot be held against the directory/ },
    { name: 'privilege', vector: vectorOf({ employment: 'ENDED', privileged: 'YES' }), says: /tighter deadline/ },
    {
      name: 'nothing of what else stands beside it',
      vector: vectorOf({ employment: 'ACTIVE', roster: 'OPEN_ENDED' }),
      says: /^A contractor has no end date: access that nobody has set an end to outlives the contract\.$/,
    },
    { name: 'nothing', vector: vectorOf({ employment: 'ACTIVE', role: 'MATCH' }), says: /^The person is employed, and .* both in use\.$/ },
  ])('says after the verdict what is to be said of roles: $name', ({ vector, says }) => {
    expect(sentenceOf(decide(vector), { vector, directory: [], scim: [] })).toMatch(says);
  });
});
