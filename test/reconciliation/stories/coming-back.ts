import {
  account,
  activated,
  type Chapter,
  created,
  deactivated,
  disabledFrom,
  enabled,
  enabledFrom,
  enabledUntil,
  friday,
  inTime,
  offInTime,
  user,
} from './story.ts';

export const comingBack: Chapter = {
  heading: 'Coming back',
  about: 'Access that comes back after the end is a failure of its own, unless the person was employed again.',
  stories: [
    {
      title: 'Disabled in time, and enabled again the next day',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-07 05:00', '2026-03-08 05:00'), enabledFrom('2026-03-08 06:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        sentence:
          'The directory account was unusable by 2026-03-07T05:00:00.000Z and proven usable again at 2026-03-08T06:00:00.000Z, after the employment ended at 2026-03-07T00:00:00.000Z.',
      },
    },
    {
      title: 'Provisioned inactive after the end, and activated a day later',
      hr: [friday],
      scim: [user(deactivated('2026-03-08 08:00'), { is: 'active', at: '2026-03-09 08:00' })],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        also: ['S05'],
        sentence:
          'The SCIM user was unusable by 2026-03-07T00:00:00.000Z and proven usable again at 2026-03-09T08:00:00.000Z, after the employment ended at 2026-03-07T00:00:00.000Z.',
      },
    },
    {
      title: 'Enabled again for an hour after the end and disabled again: it happened, and stays a failure',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-07 04:00'),
          disabledFrom('2026-03-07 05:00', '2026-03-08 05:00'),
          enabledFrom('2026-03-08 06:00', '2026-03-08 06:30'),
          disabledFrom('2026-03-08 07:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        sentence:
          'The directory account was unusable by 2026-03-07T05:00:00.000Z and proven usable again at 2026-03-08T06:00:00.000Z, after the employment ended at 2026-03-07T00:00:00.000Z.',
      },
    },
    {
      title: 'Provisioning activates the SCIM user again',
      hr: [friday],
      directory: [offInTime],
      scim: [user(created, inTime, activated('2026-03-09 10:00'))],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        also: ['S04'],
        sentence:
          'The SCIM user was unusable by 2026-03-07T01:00:00.000Z and proven usable again at 2026-03-09T10:00:00.000Z, after the employment ended at 2026-03-07T00:00:00.000Z.',
      },
    },
    {
      title: 'Disabled before the end and enabled again before it: use, not reactivation, and judged by when it ended',
      hr: [friday],
      scim: [user(created, deactivated('2026-03-02 10:00'), activated('2026-03-04 10:00'), inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Rehired on the day after: the employment went on, and nothing had to be taken away',
      hr: [friday, { from: '2026-03-07' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: 'continued',
    },
    {
      title:
        'Transferred from Berlin to New York, where the next day begins six hours later: by HR’s days nobody left, however short the allowance',
      hr: [
        { ...friday, zone: 'Europe/Berlin' },
        { from: '2026-03-07', zone: 'America/New_York' },
      ],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 1 },
      verdict: 'continued',
    },
    {
      title: 'The same, while it is Saturday in Berlin and Friday in New York: nobody has left',
      hr: [
        { ...friday, zone: 'Europe/Berlin' },
        { from: '2026-03-07', zone: 'America/New_York' },
      ],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 1 },
      judgedAt: '2026-03-07 03:00',
      verdict: 'continued',
    },
    {
      title: 'Transferred from Berlin to New York with a day between: access had to be gone in it',
      hr: [
        { ...friday, zone: 'Europe/Berlin' },
        { from: '2026-03-08', zone: 'America/New_York' },
      ],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 1 },
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 28.9 h after the deadline, last at 2026-03-08T04:59:59.999Z, and nothing was seen to end it since. The SCIM user was proven usable 28.9 h after the deadline, last at 2026-03-08T04:59:59.999Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'The next employment was to begin on Monday, and HR calls it to come still: it excuses nothing',
      hr: [friday, { from: '2026-03-09', status: 'prehire' }],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 72 },
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 10.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 12.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'The next employment was withdrawn before its first day, since a roster of everybody leaves it out: it excuses nothing',
      hr: [friday, { from: '2026-03-09', leftOutBetween: ['2026-03-06 06:00', '2026-03-08 06:00'] }],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 72 },
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 10.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 12.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'The next employment was withdrawn before its first day: it is no leaving of its own beside the one before it',
      hr: [friday, { from: '2026-03-09', leftOutBetween: ['2026-03-06 06:00', '2026-03-08 06:00'] }],
      judged: 1,
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: 'continued',
    },
    {
      title: 'HR left the person out before the next employment was to begin, and nobody has said what that means: it excuses nothing',
      hr: [friday, { from: '2026-03-09' }],
      dropped: '2026-03-08 06:00',
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 72 },
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 10.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 12.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'The next employment lies ahead, before the deadline: until it begins, the person has left',
      hr: [friday, { from: '2026-03-12' }],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 168 },
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence:
          'The directory account is not yet proven unusable and has until 2026-03-14T00:00:00.000Z. The SCIM user is not yet proven unusable and has until 2026-03-14T00:00:00.000Z.',
      },
    },
    {
      title: 'The next employment began on Monday, and was ended on the same day: the one before went on in it',
      hr: [friday, { from: '2026-03-09', to: '2026-03-09' }],
      directory: [account(enabled)],
      scim: [user(created)],
      policy: { hours: 72 },
      verdict: 'continued',
    },
    {
      title: 'Rehired weeks later: what was taken away in time was taken away in time, and given back for the new employment',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [
        account(enabledUntil('2026-02-07 04:00'), disabledFrom('2026-02-07 05:00', '2026-03-02 05:00'), enabledFrom('2026-03-02 06:00')),
      ],
      scim: [user(created, deactivated('2026-02-07 01:00'), activated('2026-03-02 08:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'The new employment of somebody who was rehired is judged by itself',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      judged: 1,
      directory: [
        account(enabledUntil('2026-02-07 04:00'), disabledFrom('2026-02-07 05:00', '2026-03-02 05:00'), enabledFrom('2026-03-02 06:00')),
      ],
      scim: [user(created, deactivated('2026-02-07 01:00'), activated('2026-03-02 08:00'))],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'Rehired weeks later, and access was never taken away in between',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 527.9 h after the deadline, last at 2026-03-01T23:59:59.999Z, and nothing was seen to end it since. The SCIM user was proven usable 527.9 h after the deadline, last at 2026-03-01T23:59:59.999Z, and nothing was seen to end it since.',
      },
    },
    {
      title:
        'Rehired weeks later, and nobody looked between the day before the end and the new employment: the account may have been off in between',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [account(enabled)],
      looks: [{ at: '2026-02-05 06:00' }, { at: '2026-03-02 06:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        sentence:
          'The directory account is past its deadline of 2026-02-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-02-05T05:55:00.000Z. Nobody looked at the whole directory between 2026-02-05T06:01:00.000Z and 2026-03-02T06:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'The same, and somebody looked a week after the deadline: it was in use then',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [account(enabled)],
      looks: [{ at: '2026-02-14 06:00' }, { at: '2026-03-02 06:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        sentence:
          'The directory account was proven usable 149.9 h after the deadline, last at 2026-02-14T05:55:00.000Z, and nothing was seen to end it since. Nobody looked at the whole directory between 2026-02-14T06:01:00.000Z and 2026-03-02T06:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'Enabled again four days before the new employment begins: nobody was employed then',
      hr: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [
        account(enabledUntil('2026-02-07 04:00'), disabledFrom('2026-02-07 05:00', '2026-02-26 05:00'), enabledFrom('2026-02-26 06:00')),
      ],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        sentence:
          'The directory account was unusable by 2026-02-07T05:00:00.000Z and proven usable again at 2026-02-26T06:00:00.000Z, after the employment ended at 2026-02-07T00:00:00.000Z.',
      },
    },
  ],
};
