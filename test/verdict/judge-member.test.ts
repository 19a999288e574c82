import { describe, expect, it } from '@jest/globals';
import { judgeDirectoryAccount, judgeScimRole, judgeScimUser, type TestedAccount, timingOutcomes } from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

const unproven = { effect: 'INSUF', because: 'The person has left, and it is not proven whether the account is enabled still.' };
const overdue = { effect: 'FAIL', because: 'The person has left, and the account is enabled after its deadline.' };
const nobodys = { effect: 'FAIL', because: 'No person of the roster answers for it.' };

/** What comes before anything else, of either account. */
const ownership = [
  {
    name: 'excluded as nobody’s own',
    given: { classification: 'EXCLUDED', employment: 'NONE' },
    is: { effect: 'N/A', because: 'It is excluded as nobody’s own, and whoever answers for it is employed.' },
  },
  {
    name: 'excluded, whose owner has left',
    given: { classification: 'EXCLUDED_OWNER_LEFT', employment: 'NONE' },
    is: { effect: 'FAIL', because: 'It is excluded as nobody’s own, but whoever answered for it has left.' },
  },
  {
    name: 'excluded, whose owner HR no longer names (I10)',
    given: { classification: 'EXCLUDED_OWNER_DROPPED', employment: 'NONE' },
    is: { effect: 'INSUF', because: 'It is excluded as nobody’s own, and the latest roster no longer names whoever answers for it.' },
  },
  {
    name: 'excluded, whose owner is employed or not (I10)',
    given: { classification: 'EXCLUDED_OWNER_UNSETTLED', employment: 'NONE' },
    is: { effect: 'INSUF', because: 'It is excluded as nobody’s own, and whether whoever answers for it is employed is not known.' },
  },
  {
    name: 'of somebody whom HR no longer names (I10)',
    given: { roster: 'DROPPED' },
    is: { effect: 'INSUF', because: 'The latest roster no longer names the person, and nobody has said what that means.' },
  },
  { name: 'of nobody', given: { employment: 'NONE' }, is: nobodys },
] as const;

const severalPeoples = { effect: 'INSUF', because: 'It may be more than one person’s, or one of several accounts that may be a person’s.' };

describe('an enabled directory account', () => {
  const judge = (more: object, account: Partial<TestedAccount> = {}) =>
    judgeDirectoryAccount({ vector: { ...employee, ...more }, standing: 'linked', outcome: null, ...account });

  it.each([
    ...ownership,
    { name: 'of somebody employed', given: {}, is: { effect: 'PASS', because: 'The person is employed.' } },
    { name: 'of somebody under notice', given: { employment: 'NOTICE' }, is: { effect: 'PASS', because: 'The person is employed.' } },
    {
      name: 'of somebody on leave',
      given: { employment: 'LEAVE' },
      is: { effect: 'WARN', because: 'The person is employed, but on leave.' },
    },
    {
      name: 'of somebody who has not begun',
      given: { employment: 'PREHIRE' },
      is: { effect: 'WARN', because: 'The person’s employment has not begun.' },
    },
    {
      name: 'of somebody who is to come still although the first day is there (I10)',
      given: { roster: 'AWAITED' },
      is: {
        effect: 'INSUF',
        because:
          'Whether the person’s employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
      },
    },
    { name: 'of nobody, in a directory that went unread', given: { employment: 'NONE', directory: 'UNKNOWN' }, is: nobodys },
  ] as const)('$name: $is.effect', ({ given, is }) => {
    expect(judge(given)).toEqual(is);
  });

  it('is in doubt where it may be several people’s (I10)', () => {
    expect(judge({}, { standing: 'candidate' })).toEqual(severalPeoples);
  });

  it.each([
    { name: 'of somebody employed', given: {}, effect: 'INSUF', because: /has vanished/ },
    { name: 'of nobody', given: { employment: 'NONE' }, effect: 'INSUF', because: /has vanished/ },
    { name: 'of a leaver', given: { employment: 'ENDED' }, effect: 'INSUF', because: /has vanished/ },
    { name: 'that is excluded as nobody’s own', given: { classification: 'EXCLUDED' }, effect: 'N/A', because: /excluded/ },
  ])('that has vanished, $name: $effect (I8, I10)', ({ because, effect, given }) => {
    expect(judge(given, { isVanished: true })).toEqual({ effect, because: expect.stringMatching(because) });
  });

  it('of a leaver never passes, and fails only where that is proven (I10)', () => {
    const byOutcome = Object.fromEntries(timingOutcomes.map((outcome) => [outcome, judge({ employment: 'ENDED' }, { outcome })]));
    expect(byOutcome).toEqual({
      REACTIVATED: { effect: 'FAIL', because: 'The person has left, and the account was enabled again.' },
      OVERDUE: overdue,
      LATE: overdue,
      OVERDUE_UNPROVEN: unproven,
      NO_COVERAGE: unproven,
      INDETERMINATE: unproven,
      PENDING: { effect: 'PEND', because: 'The person has left, and the deadline for the account has not passed.' },
      IN_TIME: unproven,
      EARLY: unproven,
      NO_ACCOUNT: unproven,
    });
    expect(judge({ employment: 'ENDED' })).toEqual(unproven);
  });
});

describe('an active SCIM user', () => {
  const judge = (more: object, standing: TestedAccount['standing'] = 'linked') =>
    judgeScimUser({ vector: { ...employee, ...more }, standing, outcome: null });
  const known = {
    effect: 'PASS',
    because: 'A person of the roster answers for it, and its directory account is assigned to the application.',
  };

  it.each([
    ...ownership,
    { name: 'assigned and known', given: {}, is: known },
    { name: 'assigned, and known to the roster, which calls the person to come', given: { roster: 'AWAITED' }, is: known },
    { name: 'of a leaver, assigned and known: that they left is asked elsewhere', given: { employment: 'ENDED' }, is: known },
    {
      name: 'not assigned',
      given: { assigned: 'NO' },
      is: { effect: 'FAIL', because: 'The directory account is not assigned to the application.' },
    },
    {
      name: 'where assignments are not read (I10)',
      given: { assigned: 'UNKNOWN' },
      is: { effect: 'INSUF', because: 'The assignments of the application are not read.' },
    },
    {
      name: 'whom no directory ever showed',
      given: { directory: 'NEVER', assigned: 'UNKNOWN' },
      is: { effect: 'FAIL', because: 'No directory ever showed an account for it.' },
    },
    {
      name: 'whose directory went unread (I8)',
      given: { directory: 'UNKNOWN' },
      is: { effect: 'INSUF', because: 'No directory has been read completely of late, so whether one knows it cannot be said.' },
    },
    {
      name: 'whose account vanished (I8)',
      given: { directory: 'VANISHED' },
      is: { effect: 'INSUF', because: 'The directory account has vanished, and nothing explains why.' },
    },
    {
      name: 'whose account is deleted',
      given: { directory: 'SOFT_DELETED' },
      is: { effect: 'FAIL', because: 'The directory account is deleted.' },
    },
    {
      name: 'whose account is deleted for good',
      given: { directory: 'HARD_DELETED' },
      is: { effect: 'FAIL', because: 'The directory account is deleted.' },
    },
    {
      name: 'whose account is disabled',
      given: { directory: 'DISABLED' },
      is: { effect: 'FAIL', because: 'The directory account is disabled.' },
    },
    {
      name: 'whose account was disabled a moment ago',
      given: { directory: 'DISABLED', propagation: 'IN_FLIGHT' },
      is: { effect: 'PEND', because: 'The directory account was disabled a moment ago, and provisioning has time to follow.' },
    },
  ])('$name: $is.effect', ({ given, is }) => {
    expect(judge(given)).toEqual(is);
  });

  it('is in doubt where it may be several people’s (I10)', () => {
    expect(judge({}, 'candidate')).toEqual(severalPeoples);
  });

  it.each([
    { behind: 'ASSIGNED', effect: 'PASS', because: /is assigned/ },
    { behind: 'UNASSIGNED', effect: 'FAIL', because: /not assigned/ },
    { behind: 'DISABLED', effect: 'FAIL', because: /is disabled/ },
    { behind: 'DELETED', effect: 'FAIL', because: /is deleted/ },
    { behind: 'IN_FLIGHT', effect: 'PEND', because: /a moment ago/ },
    { behind: 'UNREAD', effect: 'INSUF', because: /not read/ },
    { behind: 'UNKNOWN', effect: 'INSUF', because: /No directory has been read/ },
    { behind: 'VANISHED', effect: 'INSUF', because: /has vanished/ },
    { behind: 'UNSETTLED', effect: 'INSUF', because: /several directory accounts/ },
  ] as const)('is judged by the account behind it, whatever others the person has: $behind, $effect', ({ because, behind, effect }) => {
    const vector = { ...employee, directory: 'ENABLED', assigned: 'YES' } as const;
    expect(judgeScimUser({ vector, standing: 'linked', outcome: null, behind })).toEqual({
      effect,
      because: expect.stringMatching(because),
    });
  });
});

describe('the role of an active SCIM user', () => {
  const judge = (more: object, standing: TestedAccount['standing'] = 'linked') =>
    judgeScimRole({ vector: { ...employee, role: 'MATCH', ...more }, standing, outcome: null });
  const unread = { effect: 'INSUF', because: 'The assignments of the application are not read.' };
  const stale = { effect: 'INSUF', because: 'No directory has been read completely of late, so what it assigns is not known.' };
  const vanished = { effect: 'INSUF', because: 'The directory account has vanished, so what the directory assigns is not known.' };
  const never = { effect: 'INSUF', because: 'No directory ever showed an account for it, so that no assignment of a role is known.' };

  it.each([
    {
      name: 'that the directory assigns',
      given: {},
      is: { effect: 'PASS', because: 'The role that SCIM brought for the person is one that the directory assigns to them.' },
    },
    {
      name: 'that the directory assigns, of a leaver: that they left is asked elsewhere',
      given: { employment: 'ENDED' },
      is: { effect: 'PASS', because: 'The role that SCIM brought for the person is one that the directory assigns to them.' },
    },
    {
      name: 'that was kept',
      given: { role: 'DRIFT' },
      is: {
        effect: 'FAIL',
        because:
          'The role that SCIM brought for the person is not one that the directory assigns to them, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
      },
    },
    {
      name: 'that provisioning may still change',
      given: { role: 'DRIFTING' },
      is: {
        effect: 'PEND',
        because:
          'The role that SCIM brought for the person is not one that the directory assigns to them; provisioning has time to follow.',
      },
    },
    {
      name: 'that cannot be compared (I10)',
      given: { role: 'UNKNOWN' },
      is: {
        effect: 'INSUF',
        because: 'The role that SCIM brought names none of the catalogue, or what the directory assigns to the person is not known.',
      },
    },
    { name: 'where assignments are not read (I10)', given: { role: 'UNKNOWN', assigned: 'UNKNOWN' }, is: unread },
    { name: 'whose directory went unread (I8)', given: { role: 'UNKNOWN', directory: 'UNKNOWN' }, is: stale },
    { name: 'whose account vanished (I8)', given: { role: 'UNKNOWN', directory: 'VANISHED' }, is: vanished },
    { name: 'whom no directory ever showed', given: { role: 'UNKNOWN', directory: 'NEVER', assigned: 'UNKNOWN' }, is: never },
    {
      name: 'that nobody has, on either side',
      given: { role: 'NONE' },
      is: { effect: 'N/A', because: 'SCIM brought no role, and the directory assigns none to the person.' },
    },
    { name: 'that never came, perhaps, where assignments are not read (I10)', given: { role: 'NONE', assigned: 'UNKNOWN' }, is: unread },
    { name: 'that never came, perhaps, from a directory that went unread (I8)', given: { role: 'NONE', directory: 'UNKNOWN' }, is: stale },
    { name: 'that never came, perhaps, of an account that vanished (I8)', given: { role: 'NONE', directory: 'VANISHED' }, is: vanished },
    { name: 'of nobody’s account, without a role', given: { role: 'NONE', directory: 'NEVER', assigned: 'UNKNOWN' }, is: never },
    {
      name: 'of a user whom nobody answers for (I10)',
      given: { role: 'NONE', employment: 'NONE' },
      is: { effect: 'INSUF', because: 'No person of the roster answers for it, so that its role is held against nobody’s assignments.' },
    },
    {
      name: 'of a user who is excluded as nobody’s own',
      given: { classification: 'EXCLUDED', employment: 'NONE' },
      is: { effect: 'N/A', because: 'It is excluded as nobody’s own, so that its role is held against nobody’s assignments.' },
    },
    ...(['EXCLUDED_OWNER_LEFT', 'EXCLUDED_OWNER_DROPPED', 'EXCLUDED_OWNER_UNSETTLED'] as const).map((classification) => ({
      name: `of an excluded user for whom nobody may answer any more (${classification})`,
      given: { classification, employment: 'NONE' },
      is: { effect: 'INSUF', because: 'It is excluded as nobody’s own, and nobody who is here answers for it or for its role.' },
    })),
  ])('$name: $is.effect', ({ given, is }) => {
    expect(judge(given)).toEqual(is);
  });

  it('is in doubt where the user may be several people’s (I10)', () => {
    expect(judge({}, 'candidate')).toEqual(severalPeoples);
  });

  it.each([
    { role: 'MATCH', whole: 'DRIFT', effect: 'PASS' },
    { role: 'DRIFT', whole: 'MATCH', effect: 'FAIL' },
    { role: 'UNKNOWN', whole: 'MATCH', effect: 'INSUF' },
    { role: 'NONE', whole: 'DRIFT', effect: 'N/A' },
  ] as const)(
    'is its own where the person has several accounts, whatever others come to ($whole): $role, $effect',
    ({ effect, role, whole }) => {
      const vector = { ...employee, role: whole };
      expect(judgeScimRole({ vector, standing: 'linked', outcome: null, behind: 'ASSIGNED', role }).effect).toBe(effect);
    },
  );

  it.each([
    { behind: 'UNKNOWN', because: stale.because },
    { behind: 'VANISHED', because: vanished.because },
    { behind: 'UNSETTLED', because: expect.stringContaining('several directory accounts that are not alike') },
  ] as const)('cannot be told where the account behind it is $behind (I8, I10)', ({ because, behind }) => {
    expect(judgeScimRole({ vector: employee, standing: 'linked', outcome: null, behind, role: 'UNKNOWN' })).toEqual({
      effect: 'INSUF',
      because,
    });
  });
});
