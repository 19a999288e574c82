import {
  account,
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

export const timeZones: Chapter = {
  heading: 'Where midnight is',
  about: 'The day ends where the person works: in the zone of the row, else of the workspace. An unknown zone is a range of 26 hours.',
  stories: [
    {
      title: 'In Auckland the last day, the 10th, is over at 11:00 UTC',
      hr: [{ to: '2026-03-10', zone: 'Pacific/Auckland' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        sentence: 'The directory account is not yet proven unusable and has until 2026-03-11T11:00:00.000Z.',
      },
    },
    {
      title: 'In Los Angeles the same last day has hardly begun: the person is still employed',
      hr: [{ to: '2026-03-10', zone: 'America/Los_Angeles', status: 'notice' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'The same deactivation is in time for somebody in San Francisco …',
      hr: [{ ...friday, zone: 'America/Los_Angeles' }],
      scim: [user(created, deactivated('2026-03-08 07:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 23.0 h after the employment ended, 1.0 h before the deadline.',
      },
    },
    {
      title: '… and eight hours late for somebody in Berlin',
      hr: [{ ...friday, zone: 'Europe/Berlin' }],
      scim: [user(created, deactivated('2026-03-08 07:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 7.9 h after the deadline and became unusable at most 8.0 h after it.',
      },
    },
    {
      title: 'Where the row names no zone, the workspace’s counts',
      hr: [friday],
      zone: 'Asia/Tokyo',
      scim: [user(created, deactivated('2026-03-07 14:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 23.0 h after the employment ended, 1.0 h before the deadline.',
      },
    },
    {
      title: 'A zone of half hours: in Kolkata the day ends at 18:30 UTC',
      hr: [{ ...friday, zone: 'Asia/Kolkata' }],
      scim: [user(created, deactivated('2026-03-07 18:31'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 59 s after the deadline and became unusable at most 1 min after it.',
      },
    },
    {
      title: '24 hours over the night in which summer time begins are 24 hours, and end at one in the morning',
      hr: [{ to: '2026-03-28', zone: 'Europe/Berlin' }],
      judgedAt: '2026-03-31 12:00',
      scim: [user(created, deactivated('2026-03-29 22:45'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 23.8 h after the employment ended, 15 min before the deadline.',
      },
    },
    {
      title: 'A business day that ends in summer time ends an hour earlier by UTC',
      hr: [{ to: '2026-03-27', zone: 'Europe/Berlin' }],
      policy: { businessDays: 1 },
      judgedAt: '2026-03-31 12:00',
      scim: [user(created, deactivated('2026-03-30 22:30'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 29 min after the deadline and became unusable at most 30 min after it.',
      },
    },
    {
      title: 'The day on which summer time ends is 25 hours long, and its last hour counts',
      hr: [{ to: '2026-10-25', zone: 'Europe/Berlin' }],
      judgedAt: '2026-10-28 12:00',
      directory: [],
      scim: [user(created, deactivated('2026-10-25 22:30'))],
      verdict: { rule: 'L11', effect: 'PASS', sentence: 'The SCIM user was unusable 30 min before the employment ended.' },
    },
    {
      title: 'An unknown zone, and access gone before the day could have ended anywhere else: still a pass',
      hr: [{ ...friday, zone: 'Berlin Office' }],
      scim: [user(created, deactivated('2026-03-07 08:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 22.0 h after the employment ended, 2.0 h before the deadline.',
      },
    },
    {
      title: 'An unknown zone, and access gone within the 26 hours in which the deadline may lie: in doubt',
      hr: [{ ...friday, zone: 'Berlin Office' }],
      scim: [user(created, deactivated('2026-03-08 00:00'))],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The SCIM user became unusable at most 14.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T23:59:59.999Z and first proven unusable at 2026-03-08T00:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T10:00:00.000Z and 2026-03-08T12:00:00.000Z, since the end of employment is known no closer.',
      },
    },
    {
      title: 'An unknown zone, and access gone after the deadline of the westernmost one: late wherever it was',
      hr: [{ ...friday, zone: 'Berlin Office' }],
      scim: [user(created, deactivated('2026-03-08 14:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 1.9 h after the deadline and became unusable at most 28.0 h after it.',
      },
    },
    {
      title: 'An unknown zone, and access still there within the range of the deadline: not proven to be overdue yet',
      hr: [{ ...friday, zone: 'Berlin Office' }],
      judgedAt: '2026-03-08 06:00',
      scim: [user(created)],
      directory: [account(enabledUntil('2026-03-06 20:00'), disabledFrom('2026-03-06 21:00'))],
      verdict: {
        rule: 'L06',
        effect: 'INSUF',
        also: ['S04'],
        sentence:
          'The SCIM user is not proven unusable, and its deadline lies between 2026-03-07T10:00:00.000Z and 2026-03-08T12:00:00.000Z, since the end of employment is known no closer; it was last proven usable at 2026-03-08T06:00:00.000Z; a complete look after that decides.',
      },
    },
    {
      title: 'Employed again the same day at a site of an unknown zone: wherever that is, it began before access had to be gone',
      hr: [friday, { from: '2026-03-07', zone: 'Berlin Office' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: 'continued',
    },
    {
      title:
        'Employed again a day later at a site of an unknown zone: whether that began before the deadline is not known, and no failure either',
      hr: [friday, { from: '2026-03-08', zone: 'Berlin Office' }],
      directory: [account(enabled)],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-07T09:59:59.999Z, and the person may have been employed again from 2026-03-07T10:00:00.000Z on.',
      },
    },
    {
      title: 'The same, and access was gone in time: a pass, whenever the next employment began',
      hr: [friday, { from: '2026-03-08', zone: 'Berlin Office' }],
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
      title: 'The same, and access came back while the next employment may have begun, or not yet: in doubt',
      hr: [friday, { from: '2026-03-08', zone: 'Berlin Office' }],
      directory: [
        account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-07 05:00', '2026-03-08 05:00'), enabledFrom('2026-03-08 06:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account was unusable by 2026-03-07T05:00:00.000Z and proven usable again at 2026-03-08T06:00:00.000Z, when the person may have been employed again: from 2026-03-07T10:00:00.000Z on, which is known no closer.',
      },
    },
    {
      title: 'Employed again the next day in the same unknown zone: its days lie alike, whichever it is',
      hr: [
        { ...friday, zone: 'Berlin Office' },
        { from: '2026-03-07', zone: 'Berlin Office' },
      ],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: 'continued',
    },
  ],
};
