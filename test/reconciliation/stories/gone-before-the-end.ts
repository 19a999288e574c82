import { account, type Chapter, created, deactivated, disabledFrom, enabledUntil, friday, inTime, user } from './story.ts';

export const goneBefore: Chapter = {
  heading: 'Gone before the end',
  about: 'Access ended before the employment did: a pass, and where it is more than a day, a hint that the date may be wrong.',
  stories: [
    {
      title: 'Disabled in the afternoon of the last day',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-06 14:00'), disabledFrom('2026-03-06 15:00'))],
      scim: [user(created, deactivated('2026-03-06 15:10'))],
      verdict: {
        rule: 'L11',
        effect: 'PASS',
        sentence:
          'The directory account was unusable 9.0 h before the employment ended. The SCIM user was unusable 8.8 h before the employment ended.',
      },
    },
    {
      title: 'Disabled three weeks before the end, as when the last weeks are not worked',
      hr: [{ ...friday, status: 'garden_leave' }],
      directory: [account(enabledUntil('2026-02-13 14:00'), disabledFrom('2026-02-13 15:00'))],
      scim: [user(created, deactivated('2026-02-13 15:10'))],
      verdict: {
        rule: 'L11',
        effect: 'PASS',
        sentence:
          'The directory account was unusable 513.0 h before the employment ended; more than a day: the end date may be wrong, or the last weeks were not worked. The SCIM user was unusable 512.8 h before the employment ended; more than a day: the end date may be wrong, or the last weeks were not worked.',
      },
    },
    {
      title: 'Never seen usable, and disabled since long before the end',
      hr: [friday],
      directory: [account(disabledFrom('2026-01-05 08:00'))],
      verdict: {
        rule: 'L11',
        effect: 'PASS',
        sentence:
          'The directory account was unusable 1456.0 h before the employment ended; more than a day: the end date may be wrong, or the last weeks were not worked.',
      },
    },
    {
      title: 'Provisioned days after the end, but inactive from the first request on: nothing could be used, then or since',
      hr: [friday],
      scim: [user(deactivated('2026-03-09 08:00'))],
      verdict: { rule: 'L11', effect: 'PASS', sentence: 'The SCIM user was unusable when the employment ended.' },
    },
    {
      title: 'Early in the directory and in time over SCIM is in time',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-06 14:00'), disabledFrom('2026-03-06 15:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
  ],
};
