import { account, type Chapter, created, deactivated, disabledFrom, enabled, enabledUntil, friday, user, vanishedFrom } from './story.ts';

export const notDueYet: Chapter = {
  heading: 'Not due yet',
  about: 'The employment has ended, and access may last until the deadline: pending, which no report counts as a pass.',
  stories: [
    {
      title: 'Ended at midnight, and both accounts have until the next one',
      hr: [{ to: '2026-03-09' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence:
          'The directory account is not yet proven unusable and has until 2026-03-11T00:00:00.000Z. The SCIM user is not yet proven unusable and has until 2026-03-11T00:00:00.000Z.',
      },
    },
    {
      title: 'At the very deadline it is still not due',
      hr: [{ to: '2026-03-08' }],
      judgedAt: '2026-03-10 00:00',
      directory: [account(enabled)],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence: 'The directory account is not yet proven unusable and has until 2026-03-10T00:00:00.000Z.',
      },
    },
    {
      title: 'Deactivated over SCIM, and the directory has until midnight',
      hr: [{ to: '2026-03-09' }],
      directory: [account(enabled)],
      scim: [user(created, deactivated('2026-03-10 08:00'))],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence: 'The directory account is not yet proven unusable and has until 2026-03-11T00:00:00.000Z.',
      },
    },
    {
      title: 'One business day after a Friday lasts until the end of Monday',
      hr: [friday],
      policy: { businessDays: 1 },
      judgedAt: '2026-03-09 12:00',
      directory: [account(enabled)],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence: 'The directory account is not yet proven unusable and has until 2026-03-10T00:00:00.000Z.',
      },
    },
    {
      title: 'Under the same policy, disabled on Monday evening is in time',
      hr: [friday],
      policy: { businessDays: 1 },
      directory: [account(enabledUntil('2026-03-09 18:00'), disabledFrom('2026-03-09 19:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The directory account was unusable at most 67.0 h after the employment ended, 5.0 h before the deadline.',
      },
    },
    {
      title: 'An account that vanished before the deadline is pending, and its absence stands beside it',
      hr: [{ to: '2026-03-09' }],
      directory: [account(enabledUntil('2026-03-10 08:00'), vanishedFrom('2026-03-10 09:00'))],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        also: ['S02'],
        sentence: 'The directory account is not yet proven unusable and has until 2026-03-11T00:00:00.000Z.',
      },
    },
    {
      title: '“Immediately” leaves no time: a quarter of an hour after the end is late',
      hr: [friday],
      policy: { hours: 0 },
      scim: [user(created, deactivated('2026-03-07 00:15'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 14 min after the deadline and became unusable at most 15 min after it.',
      },
    },
  ],
};
