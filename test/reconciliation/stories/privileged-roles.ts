import { account, type Chapter, created, deactivated, disabledFrom, enabledUntil, friday, inTime, user } from './story.ts';

export const privilegedRoles: Chapter = {
  heading: 'Privileged roles',
  about: 'The policy gives whoever held the role “admin” four hours instead of 24.',
  stories: [
    {
      title: 'An administrator who is out in three hours is out in time',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [{ role: 'admin', ...account(enabledUntil('2026-03-07 01:00'), disabledFrom('2026-03-07 02:00')) }],
      scim: [{ role: 'admin', ...user(created, deactivated('2026-03-07 03:00')) }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        also: ['R03'],
        sentence:
          'The directory account was unusable at most 2.0 h after the employment ended, 2.0 h before the deadline. The SCIM user was unusable at most 3.0 h after the employment ended, 1.0 h before the deadline. The person held a privileged role, so the tighter deadline for those applies.',
      },
    },
    {
      title: 'An administrator who is out in six hours is late',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [{ role: 'admin', ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')) }],
      scim: [{ role: 'admin', ...user(created, inTime) }],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['R03'],
        sentence:
          'The directory account was still usable 55 min after the deadline and became unusable at most 2.0 h after it. The person held a privileged role, so the tighter deadline for those applies.',
      },
    },
    {
      title: 'Six hours are in time for everybody else',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [{ role: 'reviewer', ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')) }],
      scim: [{ role: 'reviewer', ...user(created, inTime) }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 6.0 h after the employment ended, 18.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Taking the role away afterwards makes nobody have left in time',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      wasPrivileged: true,
      directory: [account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['R03'],
        sentence:
          'The directory account was still usable 55 min after the deadline and became unusable at most 2.0 h after it. The person held a privileged role, so the tighter deadline for those applies.',
      },
    },
    {
      title: 'Where everybody else has one business day, an administrator still has four hours, over the weekend as well',
      hr: [friday],
      policy: { businessDays: 1, privileged: { hours: 4, roles: ['admin'] } },
      scim: [{ role: 'admin', ...user(created, deactivated('2026-03-09 10:00')) }],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['R03'],
        sentence:
          'The SCIM user was still usable 53.9 h after the deadline and became unusable at most 54.0 h after it. The person held a privileged role, so the tighter deadline for those applies.',
      },
    },
  ],
};
