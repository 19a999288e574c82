import {
  account,
  type Chapter,
  created,
  disabledAt,
  disabledFrom,
  enabledUntil,
  friday,
  inTime,
  offInTime,
  user,
  vanishedFrom,
} from './story.ts';

export const nobodyLooked: Chapter = {
  heading: 'When nobody looked',
  about:
    'A stretch without a complete look that widened what is known of the end of access is named, and why there was none: always where it leaves the verdict in doubt, else where it is longer than a day.',
  stories: [
    {
      title: 'No look for two days around the deadline: in doubt, and the two days are named',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-06 20:00'), disabledFrom('2026-03-08 20:00'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-06 08:00' }, { at: '2026-03-06 20:00' }, { at: '2026-03-08 20:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 20.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-06T19:55:00.000Z and first proven unusable at 2026-03-08T20:00:00.000Z, with no proof of anything between. Nobody looked at the whole directory between 2026-03-06T20:01:00.000Z and 2026-03-08T20:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'Looks failed around the deadline, and the account was disabled meanwhile: in doubt, and the failure is named',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 20:00'), disabledFrom('2026-03-08 04:00'))],
      scim: [user(created, inTime)],
      looks: [
        { at: '2026-03-07 20:00' },
        { at: '2026-03-07 23:00', failed: 'throttled' },
        { at: '2026-03-08 02:00', failed: 'credential_expired' },
        { at: '2026-03-08 04:00' },
        { at: '2026-03-10 11:00' },
      ],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 4.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T19:55:00.000Z and first proven unusable at 2026-03-08T04:00:00.000Z, with no proof of anything between. Nobody looked at the whole directory between 2026-03-07T20:01:00.000Z and 2026-03-08T04:00:00.000Z: a look failed (credential_expired).',
      },
    },
    {
      title: 'An hour between two looks, and the deadline in it: in doubt, and the hour is named, short as it is',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 23:30'), disabledFrom('2026-03-08 00:30'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-07 22:30' }, { at: '2026-03-07 23:30' }, { at: '2026-03-08 00:30' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 30 min after the deadline, perhaps before it: it was last proven usable at 2026-03-07T23:25:00.000Z and first proven unusable at 2026-03-08T00:30:00.000Z, with no proof of anything between. Nobody looked at the whole directory between 2026-03-07T23:31:00.000Z and 2026-03-08T00:30:00.000Z: no such look was made.',
      },
    },
    {
      title: 'An hour between two looks settles it: the gap that every schedule has is not named',
      hr: [friday],
      directory: [offInTime],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-07 03:00' }, { at: '2026-03-07 04:00' }, { at: '2026-03-07 05:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'A gap of days before the end, and one of days after access had ended: neither widened anything, and neither is named',
      hr: [friday],
      directory: [offInTime],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-01 04:00' }, { at: '2026-03-07 04:00' }, { at: '2026-03-07 05:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Two days without a look within five days of allowance: in time, and the two days are named all the same',
      hr: [friday],
      policy: { hours: 120 },
      directory: [account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-09 04:00'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-07 04:00' }, { at: '2026-03-09 04:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 52.0 h after the employment ended, 68.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 119.0 h before the deadline. Nobody looked at the whole directory between 2026-03-07T04:01:00.000Z and 2026-03-09T04:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'Late for certain, but by how much nobody saw: the failure stands, and the two days are named',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 04:00'), disabledFrom('2026-03-10 04:00'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-08 04:00' }, { at: '2026-03-10 04:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence:
          'The directory account was still usable 3.9 h after the deadline and became unusable at most 52.0 h after it. Nobody looked at the whole directory between 2026-03-08T04:01:00.000Z and 2026-03-10T04:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'The audit log says when it was disabled, so that days without a look before the end matter to nobody',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-01 04:00'), disabledAt('2026-03-07 01:00'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-01 04:00' }, { at: '2026-03-07 05:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Every look has failed since before the deadline: nobody knows, and the stretch goes on',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 04:00'))],
      scim: [user(created, inTime)],
      looks: [
        { at: '2026-03-07 04:00' },
        { at: '2026-03-08 04:00', failed: 'permission_lost' },
        { at: '2026-03-10 04:00', failed: 'permission_lost' },
      ],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-07T03:55:00.000Z. Since 2026-03-07T04:01:00.000Z nobody has looked at the whole directory: a look failed (permission_lost).',
      },
    },
    {
      title: 'The deadline has passed since the last look, which was an hour before: the next one will tell',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 23:30'))],
      scim: [user(created, inTime)],
      looks: [{ at: '2026-03-07 23:30' }],
      judgedAt: '2026-03-08 00:30',
      verdict: {
        rule: 'L06',
        effect: 'INSUF',
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and not proven unusable; it was last proven usable at 2026-03-07T23:25:00.000Z; the next complete look decides. Since 2026-03-07T23:31:00.000Z nobody has looked at the whole directory: no such look was made.',
      },
    },
    {
      title: 'Disconnected with the account still enabled, and connected anew after the deadline: all that lies between the looks is named',
      hr: [friday],
      directory: [
        { object: '7', seen: [enabledUntil('2026-03-06 20:00')] },
        { object: '7', directory: 2, seen: [disabledFrom('2026-03-09 09:00')] },
      ],
      scim: [user(created, inTime)],
      connections: [{ removed: '2026-03-07 06:00' }, { anew: 1, added: '2026-03-08 06:00' }],
      looks: [{ at: '2026-03-06 20:00' }, { at: '2026-03-09 09:00', directory: 2 }, { at: '2026-03-10 11:00', directory: 2 }],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 33.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-06T19:55:00.000Z and first proven unusable at 2026-03-09T09:00:00.000Z, with no proof of anything between. Nobody looked at the whole directory between 2026-03-06T20:01:00.000Z and 2026-03-07T06:00:00.000Z: no such look was made. Nobody looked at the whole directory between 2026-03-07T06:00:00.000Z and 2026-03-08T06:00:00.000Z: its connection had been removed. Nobody looked at the whole directory between 2026-03-08T06:00:00.000Z and 2026-03-09T09:00:00.000Z: it had not been read yet.',
      },
    },
    {
      title: 'No account was found, and the second directory was never read: only that one is named',
      hr: [friday],
      scim: [user(created, inTime)],
      connections: [{}, {}],
      looks: [{ at: '2026-03-07 04:00' }, { at: '2026-03-10 11:00' }],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable. Since 2026-01-05T08:00:00.000Z nobody has looked at the whole directory: it had not been read yet.',
      },
    },
    {
      title: 'No directory was ever connected',
      hr: [friday],
      scim: [user(created, inTime)],
      connections: [],
      looks: [],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable. No directory was connected.',
      },
    },
    {
      title:
        'The account vanished, and looks went on every twelve hours: it is in doubt for what they did not show, and no stretch is named',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 00:00'), vanishedFrom('2026-03-07 12:00'))],
      scim: [user(created, inTime)],
      looks: [
        { at: '2026-03-07 00:00' },
        { at: '2026-03-07 12:00' },
        { at: '2026-03-08 00:00' },
        { at: '2026-03-08 12:00' },
        { at: '2026-03-09 00:00' },
        { at: '2026-03-09 12:00' },
        { at: '2026-03-10 00:00' },
        { at: '2026-03-10 11:00' },
      ],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S02'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-06T23:55:00.000Z.',
      },
    },
  ],
};
