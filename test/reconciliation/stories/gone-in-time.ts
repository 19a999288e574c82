import {
  account,
  type Chapter,
  created,
  deactivated,
  deleted,
  deletedAt,
  disabledAt,
  disabledFrom,
  enabledFrom,
  enabledUntil,
  friday,
  goneFrom,
  inTime,
  offInTime,
  user,
  vanishedFrom,
} from './story.ts';

export const goneInTime: Chapter = {
  heading: 'Gone in time',
  about: 'Access had to be gone 24 hours after the end of the last day, and was proven gone by then, everywhere.',
  stories: [
    {
      title: 'Disabled in the directory and deactivated over SCIM in the night after the last day',
      hr: [friday],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Somebody who only ever had a directory account is judged by that alone',
      hr: [friday],
      directory: [offInTime],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline.',
      },
    },
    {
      title: 'Somebody whom no directory ever showed is judged by the SCIM user alone',
      hr: [friday],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'A deactivation at the very instant of the deadline is in time',
      hr: [friday],
      scim: [user(created, deactivated('2026-03-08 00:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 24.0 h after the employment ended, 0 s before the deadline.',
      },
    },
    {
      title: 'A SCIM user that was deleted instead of deactivated is gone as well',
      hr: [friday],
      scim: [user(created, deleted('2026-03-07 01:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'An account that was deleted without having been disabled counts from the time of deletion that the directory keeps',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 02:00'), deletedAt('2026-03-07 08:30'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 8.5 h after the employment ended, 15.5 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'An account that is gone for good counts from the first look that found it gone',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 02:00'), goneFrom('2026-03-07 06:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 6.0 h after the employment ended, 18.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Of an account that was disabled in time and deleted days later, the disabling counts',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-07 05:00', '2026-03-09 05:00'), deletedAt('2026-03-09 05:30')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Two looks lie on either side of the deadline, but the directory’s audit log says that it was before',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 20:00'), disabledAt('2026-03-07 21:15'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 21.3 h after the employment ended, 2.7 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Of two accounts of one person, the one that ended last counts',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-07 02:00'), disabledFrom('2026-03-07 03:00')),
        { link: 'M0', ...account(enabledUntil('2026-03-07 19:00'), disabledFrom('2026-03-07 20:00')) },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 20.0 h after the employment ended, 4.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'No longer assigned, and then disabled: an account that was ever seen is watched until it is gone',
      hr: [friday],
      directory: [{ assigned: false, ...offInTime }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Out of sight for a while, then found deleted: the look that found it deleted counts',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-06 20:00'), vanishedFrom('2026-03-07 02:00', '2026-03-07 06:00'), goneFrom('2026-03-07 07:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 7.0 h after the employment ended, 17.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Off during an earlier leave, on again, and off in time after the end: the last time counts',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-02-01 04:00'),
          disabledFrom('2026-02-01 05:00', '2026-02-20 04:00'),
          enabledFrom('2026-02-20 05:00', '2026-03-07 04:00'),
          disabledFrom('2026-03-07 05:00'),
        ),
      ],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline.',
      },
    },
    {
      title: 'An intern’s accounts are judged as an employee’s',
      hr: [{ ...friday, worker: 'intern' }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
  ],
};
