import {
  account,
  type Chapter,
  created,
  deactivated,
  deletedAt,
  disabledFrom,
  enabled,
  enabledUntil,
  friday,
  goneFrom,
  inTime,
  offInTime,
  user,
} from './story.ts';

export const stillThere: Chapter = {
  heading: 'Still there after the deadline',
  about: 'Access was proven usable after the deadline, and nothing has ended it.',
  stories: [
    {
      title: 'Nobody did anything: both accounts are still usable',
      hr: [friday],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 60.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Deactivated over SCIM, and forgotten in the directory',
      hr: [friday],
      directory: [account(enabled)],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Disabled in the directory, and provisioning never sent the deactivation',
      hr: [friday],
      directory: [offInTime],
      scim: [user(created)],
      verdict: {
        rule: 'L04',
        effect: 'FAIL',
        also: ['S04'],
        sentence:
          'The SCIM user was proven usable 60.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Deleted in the directory after an unassignment that provisioning skipped: no deactivation will ever come',
      hr: [friday],
      directory: [{ assigned: false, ...account(enabledUntil('2026-03-07 04:00'), deletedAt('2026-03-07 04:30')) }],
      scim: [user(created)],
      verdict: {
        rule: 'L04',
        effect: 'FAIL',
        also: ['S03'],
        sentence:
          'The SCIM user was proven usable 60.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Unassigned only: the directory account is enabled, and the SCIM user was not deactivated by it',
      hr: [friday],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created)],
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        also: ['S06'],
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 60.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'SCIM has been silent for weeks: what was never deactivated is active, and silence excuses nothing',
      hr: [{ to: '2026-02-13' }],
      directory: [account(enabledUntil('2026-02-13 14:00'), goneFrom('2026-02-13 15:00'))],
      scim: [user(created)],
      verdict: {
        rule: 'L04',
        effect: 'FAIL',
        also: ['S03'],
        sentence:
          'The SCIM user was proven usable 564.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'A SCIM user whom no directory ever showed is still active',
      hr: [friday],
      scim: [user(created)],
      verdict: {
        rule: 'L04',
        effect: 'FAIL',
        also: ['S05'],
        sentence:
          'The SCIM user was proven usable 60.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'The person’s own account is gone; a second one, linked by hand, is not',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 02:00'), disabledFrom('2026-03-07 03:00')), { link: 'M0', ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'A guest whose contract ended still has an account',
      hr: [{ ...friday, worker: 'guest' }],
      directory: [{ link: 'M4', ...account(enabled) }],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Overdue in one system and late in the other: still being there is the graver of the two',
      hr: [friday],
      directory: [account(enabled)],
      scim: [user(created, deactivated('2026-03-09 09:00'))],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        also: ['L05'],
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since.',
      },
    },
  ],
};
