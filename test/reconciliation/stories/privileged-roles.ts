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
      title: 'An administrator at a site with a shorter time still: the site’s hour decides, and the four of the role alter nothing',
      hr: [{ ...friday, site: 'Berlin' }],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] }, atSite: { site: 'Berlin', hours: 1 } },
      directory: [{ role: 'admin', ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')) }],
      scim: [{ role: 'admin', ...user(created, inTime) }],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['R03'],
        sentence:
          'The directory account was still usable 3.9 h after the deadline and became unusable at most 5.0 h after it. The person held a privileged role, or may have, which alters nothing here: another deadline ends no later than the one for those.',
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
      title: 'Taking the role away after the end makes nobody have left in time',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [
        {
          hadRole: [{ role: 'admin', until: '2026-03-07 02:00', gone: '2026-03-07 04:00' }],
          ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')),
        },
      ],
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
      title:
        'A role that was taken away between two looks around the end: out in six hours is in time for everybody else, and perhaps late',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [
        {
          hadRole: [{ role: 'admin', until: '2026-03-06 20:00', gone: '2026-03-07 04:00' }],
          ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')),
        },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 2.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T04:55:00.000Z and first proven unusable at 2026-03-07T06:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T04:00:00.000Z and 2026-03-08T00:00:00.000Z, since it is not known whether a privileged role was held. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
    {
      title: 'The same, and out in two hours: in time either way',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [
        {
          hadRole: [{ role: 'admin', until: '2026-03-06 20:00', gone: '2026-03-07 04:00' }],
          ...account(enabledUntil('2026-03-07 01:00'), disabledFrom('2026-03-07 02:00')),
        },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        also: ['R03'],
        sentence:
          'The directory account was unusable at most 2.0 h after the employment ended, 2.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 3.0 h before the deadline. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
    {
      title: 'A role that was seen gone before the end was not held when they left',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [
        {
          hadRole: [{ role: 'admin', until: '2026-03-06 16:00', gone: '2026-03-06 20:00' }],
          ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')),
        },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 6.0 h after the employment ended, 18.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Nor was one that a look after the end did not show yet',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [
        {
          hadRole: [{ role: 'admin', without: '2026-03-07 01:00', by: '2026-03-07 03:00' }],
          ...account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00')),
        },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 6.0 h after the employment ended, 18.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'What SCIM carries is known to the millisecond: a role that was taken away half an hour after the end was held',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00'))],
      scim: [{ role: 'member', hadRole: [{ role: 'admin', until: '2026-03-07 00:30' }], ...user(created, inTime) }],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        also: ['R03'],
        sentence:
          'The directory account was still usable 55 min after the deadline and became unusable at most 2.0 h after it. The person held a privileged role, so the tighter deadline for those applies.',
      },
    },
    {
      title: '… and one that was taken away half an hour before it was not',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00'))],
      scim: [{ role: 'member', hadRole: [{ role: 'admin', until: '2026-03-06 23:30' }], ...user(created, inTime) }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 6.0 h after the employment ended, 18.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'A role that the catalogue has no longer may have been granted then',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00'))],
      scim: [{ role: 'admin', isUnknownRole: true, ...user(created, inTime) }],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 2.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T04:55:00.000Z and first proven unusable at 2026-03-07T06:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T04:00:00.000Z and 2026-03-08T00:00:00.000Z, since it is not known whether a privileged role was held. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
    {
      title:
        'Entra sends a role that is protected from the directory: nobody has it by that today, but the catalogue may have granted it then',
      hr: [friday],
      policy: { hours: 24, privileged: { hours: 4, roles: ['admin'] } },
      directory: [account(enabledUntil('2026-03-07 05:00'), disabledFrom('2026-03-07 06:00'))],
      scim: [{ role: 'admin', isProtectedRole: true, ...user(created, inTime) }],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 2.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T04:55:00.000Z and first proven unusable at 2026-03-07T06:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T04:00:00.000Z and 2026-03-08T00:00:00.000Z, since it is not known whether a privileged role was held. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
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
