import {
  account,
  type Chapter,
  created,
  deactivated,
  disabledAt,
  disabledFrom,
  enabledUntil,
  friday,
  goneFrom,
  inTime,
  user,
} from './story.ts';

export const goneLate: Chapter = {
  heading: 'Gone too late',
  about: 'Access was proven to outlive the deadline. By how much is said from the last proof of use to the first proof of its end.',
  stories: [
    {
      title: 'The directory account outlived the deadline by ten hours, give or take the distance of two looks',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 10:00'), disabledFrom('2026-03-08 11:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 9.9 h after the deadline and became unusable at most 11.0 h after it.',
      },
    },
    {
      title: 'The deactivation over SCIM came a minute after the deadline, and it is known to the millisecond',
      hr: [friday],
      scim: [user(created, deactivated('2026-03-08 00:01'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 59 s after the deadline and became unusable at most 1 min after it.',
      },
    },
    {
      title: 'Where the person works, the policy gives four hours; it took five, which would have been in time elsewhere',
      hr: [{ ...friday, site: 'Berlin' }],
      policy: { hours: 24, atSite: { site: 'Berlin', hours: 4 } },
      scim: [user(created, deactivated('2026-03-07 05:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 59 min after the deadline and became unusable at most 1.0 h after it.',
      },
    },
    {
      title: 'Looks every twelve hours would only prove it late by two hours at least; the audit log says by how much',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 02:00'), disabledAt('2026-03-08 02:40'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 1.9 h after the deadline and became unusable at most 2.7 h after it.',
      },
    },
    {
      title: 'Both accounts ended, both too late',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 10:00'), disabledFrom('2026-03-08 11:00'))],
      scim: [user(created, deactivated('2026-03-08 11:30'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence:
          'The directory account was still usable 9.9 h after the deadline and became unusable at most 11.0 h after it. The SCIM user was still usable 11.4 h after the deadline and became unusable at most 11.5 h after it.',
      },
    },
    {
      title: 'The person’s own account ended in time, their second one two days later',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-07 02:00'), disabledFrom('2026-03-07 03:00')),
        { link: 'M0', ...account(enabledUntil('2026-03-09 02:00'), disabledFrom('2026-03-09 03:00')) },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 25.9 h after the deadline and became unusable at most 27.0 h after it.',
      },
    },
    {
      title: 'Late stays late, also when the account is deleted afterwards',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-08 10:00'), disabledFrom('2026-03-08 11:00', '2026-03-09 05:00'), goneFrom('2026-03-09 06:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 9.9 h after the deadline and became unusable at most 11.0 h after it.',
      },
    },
    {
      title: 'Late over SCIM, and in the directory in doubt: the failure is the verdict, the doubt stays beside it',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 20:00'), disabledFrom('2026-03-08 04:00'))],
      scim: [user(created, deactivated('2026-03-08 04:30'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['L08'],
        sentence: 'The SCIM user was still usable 4.4 h after the deadline and became unusable at most 4.5 h after it.',
      },
    },
    {
      title: 'A contractor’s accounts are held to the same deadline',
      hr: [{ ...friday, worker: 'contractor' }],
      scim: [user(created, deactivated('2026-03-09 09:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 32.9 h after the deadline and became unusable at most 33.0 h after it.',
      },
    },
  ],
};
